import type { Input, Kind, SetUpMethod, StepOf, StepType } from '@tweestap/protocol';
import type { Presence, Timers } from './back-off.ts';
import type { Client } from './client.ts';
import type { Flow } from './flow.ts';
import type { MfaProblem } from './problem.ts';
import { quietly, type ResumeStorage } from './resume.ts';

/** Seconds before the end of a flow at which `expiring` is dispatched. That is enough time to read the warning and act (WCAG 2.2 §2.2.1). */
export const EXPIRY_WARNING_S = 120;

/** Kinds that continue a mailed link. The user can leave them without losing anything, because the link still works. */
export const LINK_KINDS: readonly Kind[] = ['activate', 'reset', 'unlock', 'register'];

/** Kinds besides `login` that start with the step `organisation`, unless a link identifies the organisation. */
export const ASKS_ORGANISATION: readonly Kind[] = ['recover', 'register', 'reset'];

/** One input, or a list of inputs for this step and the steps after it. */
export type Inputs = Input | readonly [Input, ...Input[]];

/** Starts and resumes flows: the SDK's client, or an object of the page with the same methods. Without `passkeys` it uses none. */
export type FlowClient = Pick<Client, 'start' | 'resume' | 'organisations'> & Partial<Pick<Client, 'passkeys'>>;

/** A new flow that replaces the current one. */
export interface RestartOptions {
  /** The kind of the flow. */
  readonly kind: Kind;
  /** The token of the mailed link that it continues. Default none. */
  readonly link?: string | undefined;
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
  /** Called when a mailed link is expired or unknown. Without it the controller starts a new flow. */
  readonly linkSpent?: ((problem: MfaProblem) => void) | undefined;
}

/** The step `done` of a flow that logged the user in or changed the account. */
export type LoggedIn = Exclude<StepOf<'done'>, { next: 'login' }>;

/** Detail of `success`: the login, or after a mailed link the organisation and username to log in with. */
export type SuccessDetail =
  | Pick<LoggedIn, 'user' | 'amr' | 'acr' | 'recoveryCodesLeft'>
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

/** Minimum wait before a timed action, in milliseconds, so that a wrong clock does not cause a flood of requests. */
const MIN_WAIT_MS = 1000;

/** Maximum wait that the platform's timers support, in milliseconds. */
const MAX_WAIT_MS = 2 ** 31 - 1;

/** The timed actions of a flow. The controller clears all of them before each request. */
export class Alarms {
  readonly #timers: Timers;
  #clear: (() => void)[] = [];

  constructor(timers: Timers) {
    this.#timers = timers;
  }

  /** Calls `work` after `ms` milliseconds, or never if the wait is longer than the platform supports. */
  set(ms: number, work: () => void): void {
    if (ms < MAX_WAIT_MS) this.#clear.push(this.#timers.after(work, Math.max(MIN_WAIT_MS, ms)));
  }

  /** Clears all timed actions. */
  clear(): void {
    for (const clear of this.#clear) clear();
    this.#clear = [];
  }
}

const allowed = (step: LoggedIn, returnTo: string | undefined, base: string | undefined): string | undefined => {
  if (step.returnTo) return step.returnTo;
  if (!returnTo || !base) return undefined;
  const url = quietly(() => new URL(returnTo, base));
  return url?.origin === new URL(base).origin ? url.href : undefined;
};

/** Returns the http(s) address to go to after a flow: the server's, otherwise `returnTo` if it has the page's own origin (R70). */
export const goTo = (
  step: StepOf<'done'>,
  returnTo: string | undefined,
  base: string | undefined,
): string | undefined => {
  const to = 'next' in step ? undefined : allowed(step, returnTo, base);
  return to && /^https?:/.test(to) ? to : undefined;
};

/** Returns the part of the step `done` that the page gets. */
export const detailOf = (step: StepOf<'done'>): SuccessDetail => {
  if ('next' in step) return { next: step.next, organisation: step.organisation, username: step.username };
  const { user, amr, acr, recoveryCodesLeft } = step;
  return { user, amr, acr, ...(recoveryCodesLeft === undefined ? {} : { recoveryCodesLeft }) };
};
