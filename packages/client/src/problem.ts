import type { Problem, ProblemCode } from '@tweestap/protocol';

/** Codes that only the client knows: no usable answer came. */
export type ClientCode = 'network' | 'timeout' | 'unexpected-answer';
export type MfaCode = ProblemCode | ClientCode;

/** What a problem means for the flow: it goes on, it is over, or something broke on the way. */
export type ProblemKind = 'refusal' | 'ended' | 'failure';

type Waits = 'throttled' | 'busy';
/** Seconds to wait; always known for the codes that ask one to wait. */
type RetryAfter<C extends MfaCode> = [C] extends [Waits] ? number : number | undefined;

const waits = (code: MfaCode): code is Waits => code === 'throttled' || code === 'busy';

export interface MfaProblemInit {
  status?: number | undefined;
  problem?: Problem | undefined;
  retryAfter?: number | undefined;
  cause?: unknown;
}

/** Everything that can go wrong with a call, told apart by `code`. */
export class MfaProblem<C extends MfaCode = MfaCode> extends Error {
  override readonly name = 'MfaProblem';
  readonly code: C;
  /** HTTP status; 0 where no answer came. */
  readonly status: number;
  /** The body of the answer (RFC 9457), where there was one. */
  readonly problem: Problem | undefined;
  /** Seconds to wait before trying again (RFC 9110 §10.2.3). */
  readonly retryAfter: RetryAfter<C>;

  constructor(code: C, init: MfaProblemInit = {}) {
    super(init.problem?.title ?? code, { cause: init.cause });
    this.code = code;
    this.status = init.status ?? 0;
    this.problem = init.problem;
    this.retryAfter = (init.retryAfter ?? (waits(code) ? 1 : undefined)) as RetryAfter<C>;
  }

  /** `refusal`: shown in place, the flow goes on · `ended`: start anew · `failure`: try again. */
  get kind(): ProblemKind {
    if (this.status === 422 || (this.status < 500 && this.problem?.flow)) return 'refusal';
    return this.is('flow-expired', 'no-such-flow', 'link-expired', 'no-such-link') ? 'ended' : 'failure';
  }

  /** Narrows to one or several codes. */
  is<D extends MfaCode>(...codes: D[]): this is MfaProblem<D> {
    return (codes as MfaCode[]).includes(this.code);
  }
}

/** The problem of a call that failed: what is none is an `unexpected-answer`. */
export const asProblem = (error: unknown): MfaProblem =>
  error instanceof MfaProblem ? error : new MfaProblem('unexpected-answer', { cause: error });
