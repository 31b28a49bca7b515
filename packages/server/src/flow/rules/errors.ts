import type { Kind, ProblemCode } from '@tweestap/protocol';
import { Rollback } from '../../store/errors.ts';
import type { Facts } from './facts.ts';

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

/** What a submission rests on has changed since it was read: a conflict, after which the flow goes on with these facts. */
export class Outdated extends Lost {
  /** What the flow knew before the submission, without what is no longer true. */
  readonly facts: Facts;
  constructor(code: ProblemCode, facts: Facts) {
    super(code);
    this.name = 'Outdated';
    this.facts = facts;
  }
}
