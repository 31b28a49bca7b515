import type { Input, Kind, SetUpMethod, StepOf, StepType } from '@tweestap/protocol';
import type { Presence, Timers } from './back-off.ts';
import type { Client } from './client.ts';
import type { Flow } from './flow.ts';
import type { MfaProblem } from './problem.ts';
import type { ResumeStorage } from './resume.ts';

/** Seconds before the end of a flow at which `expiring` is dispatched. That is enough time to read the warning and act (WCAG 2.2 §2.2.1). */
export const EXPIRY_WARNING_S = 120;

/** Kinds that continue a mailed link. The user can leave them without losing anything, because the link still works. */
export const LINK_KINDS: readonly Kind[] = ['activate', 'reset', 'unlock', 'register'];

/** One input, or a list of inputs for this step and the steps after it. */
export type Inputs = Input | readonly [Input, ...Input[]];

/**
 * Starts and resumes flows: the SDK's client, or an object of the page with the same methods. Without `passkeys` it uses none, and
 * without `recentLogin` and `logOut` it does not say that the user is logged in already.
 */
export type FlowClient = Pick<Client, 'start' | 'resume' | 'organisations'> &
  Partial<Pick<Client, 'begun' | 'passkeys' | 'recentLogin' | 'logOut'>>;

/** A new flow that replaces the current one. */
export interface RestartOptions {
  /** The kind of the flow. */
  readonly kind: Kind;
  /** The token of the mailed link that it continues. Default none. */
  readonly link?: string | undefined;
  /** The token by which another system hands its user over, for a login. It is used once. Default none. */
  readonly handOver?: string | undefined;
  /** The method to enroll, if the user has chosen it already. Default: the step `enroll-method` asks. */
  readonly method?: SetUpMethod | undefined;
}

/** Options of a controller. They are read each time they are needed, so each one may be a getter. */
export interface ControllerOptions {
  /** Starts and resumes the flows. */
  readonly client: FlowClient;
  /** Kind of the first flow. Default `login`. */
  readonly kind?: Kind | undefined;
  /** Token of the mailed link that the first flow continues. Default none. */
  readonly link?: string | undefined;
  /** Id of the organisation. Without it the user chooses one. */
  readonly organisation?: string | undefined;
  /** Address to continue at after the flow, relative to `base`. It is used if the server allows it or its origin is that of `base`. */
  readonly returnTo?: string | undefined;
  /** Nonce of the portal's server. A login then ends with an assertion, in the detail of `success`. Default none. */
  readonly assertionNonce?: string | undefined;
  /** Address of the page. Default the document's base address; none outside a browser. */
  readonly base?: string | undefined;
  /** Distinguishes the names kept for this API from those for other APIs on this origin. Default ''. */
  readonly api?: string | undefined;
  /** Where the names are stored, to survive a reload. Default `sessionStorage`; `null` stores nothing. */
  readonly storage?: ResumeStorage | null | undefined;
  /** Schedules the timed actions. Default the platform's `setTimeout`. */
  readonly timers?: Timers | undefined;
  /** Reports whether the user sees the page. A hidden page opens no connection to wait for a phone. Default the document's visibility. */
  readonly presence?: Presence | undefined;
  /** Returns whether the user has chosen to remember the device, at a step that continues without an input of the page. Default false. */
  readonly remember?: (() => boolean) | undefined;
  /** Fetches what is needed to render the flow's step, before `state` reports the step. A rejection becomes the failure `network`. */
  readonly prepare?: ((flow: Flow) => Promise<unknown>) | undefined;
  /** Returns whether the page may resume this flow. False if another part of the page runs it. Default true. */
  readonly mayResume?: ((flow: Flow) => boolean) | undefined;
  /**
   * If it is set, the page continues the login that the portal's server began, instead of starting one. Called when that login is
   * over or was not begun: the page can start no other one.
   */
  readonly begun?: ((problem: MfaProblem) => void) | undefined;
  /** Called when a mailed link is expired or unknown. Without it the controller starts a new flow. */
  readonly linkSpent?: ((problem: MfaProblem) => void) | undefined;
}

/** The step `done` of a flow that logged the user in or changed the account. */
export type LoggedIn = Exclude<StepOf<'done'>, { next: 'login' }>;

/** Detail of `success`: the login, or after a mailed link the organisation and username to log in with. */
export type SuccessDetail =
  | Pick<LoggedIn, 'user' | 'amr' | 'acr' | 'recoveryCodesLeft' | 'assertion'>
  | Pick<Extract<StepOf<'done'>, { next: 'login' }>, 'next' | 'organisation' | 'username'>;

/** The events of a controller, with the type of each event's payload. */
export interface ControllerEvents {
  /** The flow has another step, or another flow has started. */
  step: { readonly type: StepType; readonly flow: Flow };
  /** The flow is done. */
  success: {
    /** The user who logged in and how, or the names to log in with. */
    readonly detail: SuccessDetail;
    /** Address to go to: the one that the server allowed, otherwise `returnTo` if it has the page's own origin (R70). */
    readonly goTo: string | undefined;
    /** Whether the user must first read a warning: the login used a recovery code and few are left (R35). */
    readonly mustRead: boolean;
  };
  /** An input was refused, or a call failed. */
  error: { readonly problem: MfaProblem };
  /** The user has deferred an enrolment and is logged in without it; `success` follows. */
  later: undefined;
  /** `cancel()` has ended the flow. */
  cancel: undefined;
  /** The flow expires within `EXPIRY_WARNING_S` seconds. */
  expiring: { readonly flow: Flow };
  /** The flow has expired. The next request is sent at the next input. */
  expired: { readonly kind: Kind };
}
