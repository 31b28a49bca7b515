import type { SuccessDetail } from '@tweestap/client';
import type { Failure } from './failure.ts';

/** What `mfa-step` carries. */
export interface StepDetail {
  /** The step's word, `totp` for example; of a newer server it may be one that is not in `StepType`. */
  readonly type: string;
  /** The heading that the user sees: the page's title can follow it. */
  readonly heading: string;
}

/** What `mfa-error` carries. */
export interface ErrorDetail {
  /** Why an input was refused or a call failed, with its `code`. */
  readonly problem: Failure;
}

/** The events of the elements, by name. All of them bubble and are composed. */
export interface MfaEventMap {
  /** A step is shown. */
  'mfa-step': CustomEvent<StepDetail>;
  /** The flow is done. Cancelable: the default goes on to the address that the server allowed, or to `return-to`. */
  'mfa-success': CustomEvent<SuccessDetail>;
  /** An input was refused, or a call failed. */
  'mfa-error': CustomEvent<ErrorDetail>;
  /** The user has postponed a set-up and is logged in without it. */
  'mfa-later': CustomEvent<null>;
  /** The user, or the page by `cancel()`, has given the flow up. */
  'mfa-cancel': CustomEvent<null>;
}

declare global {
  interface HTMLElementEventMap extends MfaEventMap {}
  /** They reach the document, since they bubble and are composed. */
  interface DocumentEventMap extends MfaEventMap {}
}
