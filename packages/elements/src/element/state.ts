import type { FlowState, MfaProblem, ShownState } from '@tweestap/client';

/** Why a call broke: of the client, or that its code could not be fetched. */
export type Failure = MfaProblem | (Error & { readonly code: 'network' });

/** Where an element is: the controller's union, in which the controller's own code may be what could not be fetched. */
export type State = FlowState<Failure>;

/** What the user sees, also while the server is asked: nothing jumps in the meantime. */
export type Shown = ShownState<Failure>;
