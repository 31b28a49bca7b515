/** Calls a listener. A listener's fault is the page's: it is reported there and must not look like a problem of the flow. */
export const callListener = (work: () => void): void => {
  try {
    work();
  } catch (error) {
    queueMicrotask(() => {
      throw error;
    });
  }
};

/** The listeners of each event. `Events` has what an event carries, by its name. */
export class Listeners<Events> {
  readonly #listeners = new Map<keyof Events, Set<(event: never) => void>>();

  /** Calls the listener at each event of this type, until the returned function is called. */
  on<E extends keyof Events>(type: E, listener: (event: Events[E]) => void): () => void {
    const listeners = this.#listeners.get(type) ?? new Set();
    this.#listeners.set(type, listeners.add(listener));
    return () => listeners.delete(listener);
  }

  emit<E extends keyof Events>(type: E, event: Events[E]): void {
    const listeners = this.#listeners.get(type) as Set<(event: Events[E]) => void> | undefined;
    for (const listener of listeners ?? []) callListener(() => listener(event));
  }
}
