import type { Kind, StepOf, StepType } from '@tweestap/protocol';
import type { Flow } from './flow.ts';
import type { MfaProblem } from './problem.ts';

/** The end of a flow that logged the user in or changed the account. */
export type LoggedIn = Exclude<StepOf<'done'>, { next: 'login' }>;

/** What `success` carries: the login, or after a mailed link the names to log in with. */
export type SuccessDetail =
  | Pick<LoggedIn, 'user' | 'amr' | 'acr' | 'recoveryCodesLeft'>
  | Pick<Extract<StepOf<'done'>, { next: 'login' }>, 'next' | 'organisation' | 'username'>;

/** The events of a controller and what each of them carries. */
export interface ControllerEvents {
  /** Another step, or the same step of another flow, is asked for. */
  step: { readonly type: StepType; readonly flow: Flow };
  /** The flow is done. */
  success: {
    readonly detail: SuccessDetail;
    /** Address to go to: the one the server allowed, else `returnTo` when it has the page's own origin (R70). */
    readonly goTo: string | undefined;
    /** Whether the user has to read something first: one of the last recovery codes was used (R35). */
    readonly reads: boolean;
  };
  /** An input was refused, or a call failed. */
  error: { readonly problem: MfaProblem };
  /** The user has postponed a set-up and is logged in without it; `success` follows. */
  later: undefined;
  /** The flow was given up by `cancel()`. */
  cancel: undefined;
  /** The flow ends within `EXPIRY_WARNING_S` seconds. */
  expiring: { readonly flow: Flow };
  /** The flow's time is over. The server is asked again at the next input. */
  expired: { readonly kind: Kind };
}
