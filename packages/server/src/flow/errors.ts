import type { Kind, ProblemCode } from '@tweestap/protocol';
import { Rollback } from '../store/errors.ts';

/** There is no flow to go on with: HTTP answers the problem of `code` alone. */
export class FlowError extends Error {
  readonly code: ProblemCode;
  /** `link-expired`: how to ask for a new one. */
  readonly anew: { kind: Kind; organisation: string } | undefined;
  constructor(code: ProblemCode, anew?: FlowError['anew']) {
    super(`The flow can't go on: ${code}.`);
    this.name = 'FlowError';
    this.code = code;
    this.anew = anew;
  }
}

/** Another submission was first: the unit is rolled back as a whole, and the person gets the refusal of `code`. */
export class Lost extends Rollback {
  readonly code: ProblemCode;
  constructor(code: ProblemCode) {
    super(`Another submission was first: ${code}.`);
    this.name = 'Lost';
    this.code = code;
  }
}
