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
