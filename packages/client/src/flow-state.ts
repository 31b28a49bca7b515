import type { MfaProblem } from './problem.ts';

/**
 * Where a flow is, as one union. A flow, a controller and the elements have it in common.
 * `idle` without a flow: before the server was asked, after the end of a flow's time and after `cancel()` · `busy` while the server
 * is asked, with what stays on the page · `step` when the user is asked, with the problem of a refused input · `failed` when a
 * call broke or the flow ended, with a function that repeats the call. `P` is what a failure carries.
 */
export type FlowState<P = MfaProblem> =
  | { readonly name: 'idle' }
  | { readonly name: 'busy'; readonly shown: ShownState<P> }
  | { readonly name: 'step'; readonly problem?: MfaProblem | undefined }
  | { readonly name: 'failed'; readonly problem: P; readonly again: () => void };

/** What the page shows. It stays the same while the server is asked, so that nothing moves. */
export type ShownState<P = MfaProblem> = Exclude<FlowState<P>, { readonly name: 'busy' }>;

/** What is shown in a state. */
export const shownOf = <P>(state: FlowState<P>): ShownState<P> => (state.name === 'busy' ? state.shown : state);

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
