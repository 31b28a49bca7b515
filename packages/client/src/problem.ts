import type { Problem, ProblemCode } from '@tweestap/protocol';

/** Codes of a passkey's ceremony, in which the browser and the user take part. */
export type PasskeyCode =
  /** The user has closed the prompt, or the page has ended the ceremony. */
  | 'passkey-cancelled'
  /** The prompt was open for too long. */
  | 'passkey-timeout'
  /** The browser has no WebAuthn. */
  | 'passkey-unsupported'
  /** The page's address or frame may not use these passkeys. */
  | 'passkey-not-allowed'
  /** The device already has a passkey of the account. */
  | 'passkey-registered'
  /** The security key can't verify the user, for example because it has no PIN. */
  | 'passkey-unverified'
  /** The device reported an error. */
  | 'passkey-failed';
/** Codes of the client itself. */
export type ClientCode =
  /** No response arrived: there is no connection, or the browser did not allow the call. */
  | 'network'
  /** No response arrived in time. */
  | 'timeout'
  /** The response is not one of this API, for example the page of a proxy. */
  | 'unexpected-answer'
  /** The address of the API is not absolute where it must be, as outside a browser. */
  | 'bad-address'
  /** The browser stores no keys, as in a private window. */
  | 'no-storage'
  | PasskeyCode;
/** Every code of an `MfaProblem`. */
export type MfaCode = ProblemCode | ClientCode;

/** What a problem means for the flow: it continues (`refusal`), it is over (`ended`), or the call failed (`failure`). */
export type ProblemKind = 'refusal' | 'ended' | 'failure';

/** Codes that require the client to wait. */
type WaitCode = 'throttled' | 'busy';
/** Seconds to wait. Always known for the codes that require the client to wait. */
type RetryAfter<C extends MfaCode> = [C] extends [WaitCode] ? number : number | undefined;

const isWaitCode = (code: MfaCode): code is WaitCode => code === 'throttled' || code === 'busy';

/** The optional properties of a new `MfaProblem`. */
export interface MfaProblemInit {
  /** HTTP status. Default 0: no response arrived. */
  status?: number | undefined;
  /** The body of the response (RFC 9457). */
  problem?: Problem | undefined;
  /** Seconds to wait. Default 1 for `throttled` and `busy`. */
  retryAfter?: number | undefined;
  /** A sentence for developers. Default: the title of the problem, or the code. */
  message?: string | undefined;
  /** The underlying error. */
  cause?: unknown;
}

/** The error of every failed or refused call. `code` identifies the cause. */
export class MfaProblem<C extends MfaCode = MfaCode> extends Error {
  override readonly name = 'MfaProblem';
  /** The problem code of the server, or a code of the client itself. */
  readonly code: C;
  /** HTTP status; 0 if no response arrived. */
  readonly status: number;
  /** The body of the response (RFC 9457), if there was one. */
  readonly problem: Problem | undefined;
  /** Seconds to wait before the next attempt (RFC 9110 §10.2.3). */
  readonly retryAfter: RetryAfter<C>;

  constructor(code: C, init: MfaProblemInit = {}) {
    super(init.message ?? init.problem?.title ?? code, { cause: init.cause });
    this.code = code;
    this.status = init.status ?? 0;
    this.problem = init.problem;
    this.retryAfter = (init.retryAfter ?? (isWaitCode(code) ? 1 : undefined)) as RetryAfter<C>;
  }

  /** What to do: show a `refusal` at the field, start a new flow after `ended`, offer another attempt after a `failure`. */
  get kind(): ProblemKind {
    if (this.code.startsWith('passkey-')) return 'refusal';
    if (this.status === 422 || (this.status < 500 && this.problem?.flow)) return 'refusal';
    return this.is('flow-expired', 'no-such-flow', 'link-expired', 'no-such-link') ? 'ended' : 'failure';
  }

  /** Returns whether the problem has one of these codes, and narrows `code`. */
  is<D extends MfaCode>(...codes: D[]): this is MfaProblem<D> {
    return (codes as MfaCode[]).includes(this.code);
  }
}

/** Returns the error as an `MfaProblem`. Any other error becomes the cause of an `unexpected-answer`. */
export const asProblem = (error: unknown): MfaProblem =>
  error instanceof MfaProblem ? error : new MfaProblem('unexpected-answer', { cause: error });
