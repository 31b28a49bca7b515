import type { Input, Kind } from '@tweestap/protocol';
import type { Timers } from './alarms.ts';
import type { Client } from './client.ts';
import type { Flow } from './flow.ts';
import type { MfaProblem } from './problem.ts';
import type { ResumeStorage } from './resume.ts';

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
