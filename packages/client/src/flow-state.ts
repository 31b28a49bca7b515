import type { MfaProblem } from './problem.ts';

/**
 * The state of a flow, a controller or an element, as one union. `P` is the type of a failure's problem.
 *
 * - `idle`: there is no flow. It has not started yet, has expired, or was cancelled.
 * - `busy`: a request is running. `shown` is the state to render meanwhile.
 * - `step`: the flow waits for an input. `problem` is the reason why the last input was refused.
 * - `failed`: a call failed or the flow ended. `again` repeats the call.
 */
export type FlowState<P = MfaProblem> =
  | { readonly name: 'idle' }
  | { readonly name: 'busy'; readonly shown: ShownState<P> }
  | { readonly name: 'step'; readonly problem?: MfaProblem | undefined }
  | { readonly name: 'failed'; readonly problem: P; readonly again: () => void };

/** The state to render. It does not change while a request is running, so the layout stays the same. */
export type ShownState<P = MfaProblem> = Exclude<FlowState<P>, { readonly name: 'busy' }>;

/** Returns the state to render: `state`, or the previous state while a request is running. */
export const shownOf = <P>(state: FlowState<P>): ShownState<P> => (state.name === 'busy' ? state.shown : state);

/** Calls a listener. Errors that it throws are reported to the page, because they are not a problem of the flow. */
export const callListener = (work: () => void): void => {
  try {
    work();
  } catch (error) {
    queueMicrotask(() => {
      throw error;
    });
  }
};

/** The listeners of each event type. `Events` maps the name of an event to the type of its payload. */
export class Listeners<Events> {
  readonly #listeners = new Map<keyof Events, Set<(event: never) => void>>();

  /** Calls the listener for each event of this type, until the returned function is called. */
  on<E extends keyof Events>(type: E, listener: (event: Events[E]) => void): () => void {
    const listeners = this.#listeners.get(type) ?? new Set();
    this.#listeners.set(type, listeners.add(listener));
    return () => listeners.delete(listener);
  }

  /** Calls the listeners of this type in the order in which they were added. */
  emit<E extends keyof Events>(type: E, event: Events[E]): void {
    const listeners = this.#listeners.get(type) as Set<(event: Events[E]) => void> | undefined;
    for (const listener of listeners ?? []) callListener(() => listener(event));
  }
}
