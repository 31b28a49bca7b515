import type { Input, Kind, StepOf, StepType } from '@tweestap/protocol';
import type { Client } from './client.ts';
import type { Flow } from './flow.ts';
import type { MfaProblem } from './problem.ts';
import { quietly, type ResumeStorage } from './resume.ts';

/** Seconds before the end of a flow at which `expiring` is sent: enough to read it and act (WCAG 2.2 §2.2.1). */
export const EXPIRY_WARNING_S = 120;

/** Kinds that continue a mailed link: leaving them gives nothing up, since the link still works. */
export const LINK_KINDS: readonly Kind[] = ['activate', 'reset', 'unlock', 'register'];

/** Kinds besides `login` that begin with the organisation, unless a link names it. */
export const ASKS_ORGANISATION: readonly Kind[] = ['recover', 'register', 'reset'];

/** One input, or a list that answers the steps that follow as well. */
export type Inputs = Input | readonly [Input, ...Input[]];

/** What makes flows: the SDK's client, or one of the page's own with the same shape. */
export type FlowClient = Pick<Client, 'start' | 'resume' | 'organisations'>;

/** Options of a controller. They are read again whenever they are needed, so each may be a getter. */
export interface ControllerOptions {
  /** Makes the flows. */
  readonly client: FlowClient;
  /** What the first flow is for. Default `login`. */
  readonly kind?: Kind | undefined;
  /** Token of the mailed link that the first flow begins with. */
  readonly link?: string | undefined;
  /** Id of the organisation; without it the user is asked. */
  readonly organisation?: string | undefined;
  /** Where to go on afterwards, relative to `base`; followed when the server allows it or the origin is that of `base`. */
  readonly returnTo?: string | undefined;
  /** Address of the page. Default the document's base address; none outside a browser. */
  readonly base?: string | undefined;
  /** Names the API among the kept names of this origin. Default ''. */
  readonly api?: string | undefined;
  /** Where names outlive a reload. Default `sessionStorage`; `null` for nowhere. */
  readonly storage?: ResumeStorage | null | undefined;
  /** How to wait. Default the platform's `setTimeout`. */
  readonly timers?: Timers | undefined;
  /** Fetches what is needed to draw the flow's step before `state` reports it; a rejection becomes the failure `network`. */
  readonly prepare?: ((flow: Flow) => Promise<unknown>) | undefined;
  /** Takes over when a mailed link is expired or unknown; without it a new flow is started. */
  readonly linkSpent?: ((problem: MfaProblem) => void) | undefined;
}

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

/** How a controller waits; a test passes a fake. */
export interface Timers {
  /** Calls `work` once after `ms` milliseconds, unless the returned function is called before. */
  after(work: () => void, ms: number): () => void;
}

/** Shortest wait before an alarm, in milliseconds: a wrong clock must not cause a storm of requests. */
const SHORTEST_MS = 1000;

/** Longest wait that a platform's timer takes, in milliseconds. */
const LONGEST_MS = 2 ** 31 - 1;

export const platformTimers: Timers = {
  after(work, ms) {
    const timer = setTimeout(work, ms);
    return () => clearTimeout(timer);
  },
};

/** The moments at which a flow acts by itself. A new call to the server clears all of them. */
export class Alarms {
  readonly #timers: Timers;
  #clear: (() => void)[] = [];

  constructor(timers: Timers) {
    this.#timers = timers;
  }

  /** Calls `work` after `ms` milliseconds; one that is too far away for the platform never rings. */
  set(ms: number, work: () => void): void {
    if (ms < LONGEST_MS) this.#clear.push(this.#timers.after(work, Math.max(SHORTEST_MS, ms)));
  }

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

/** The http(s) address to go to after a flow: the server's, else `returnTo` of the page's own origin (R70). */
export const goTo = (
  step: StepOf<'done'>,
  returnTo: string | undefined,
  base: string | undefined,
): string | undefined => {
  const to = 'next' in step ? undefined : allowed(step, returnTo, base);
  return to && /^https?:/.test(to) ? to : undefined;
};

/** The part of `done` that a page is given. */
export const detailOf = (step: StepOf<'done'>): SuccessDetail => {
  if ('next' in step) return { next: step.next, organisation: step.organisation, username: step.username };
  const { user, amr, acr, recoveryCodesLeft } = step;
  return { user, amr, acr, ...(recoveryCodesLeft === undefined ? {} : { recoveryCodesLeft }) };
};
