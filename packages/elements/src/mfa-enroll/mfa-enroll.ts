import type { Kind } from '@tweestap/client';
import type { PropertyDeclarations } from 'lit';
import { define } from '../element/define.ts';
import { FlowElement } from '../element/flow-element.ts';
import { EnrollPart } from './enroll-part.ts';

/**
 * Continues a mailed link (activation, new password, unlocking, registration), or links an authenticator app to the
 * account of the session. Afterwards the login comes in the same place, with the name filled in.
 *
 * @tag mfa-enroll
 */
export class MfaEnroll extends FlowElement {
  static override properties: PropertyDeclarations = { link: {}, kind: {} };

  /** `mfa-<kind>=<token>` of a mailed link; else it is read from the fragment of the page's address, and erased there. @default null */
  declare link: string | null;
  /** What is done where there is no link: `enroll`, `recover`, `register`, or `reset` with a code of the help desk. Later the kind of the flow that is shown. @default 'enroll' */
  declare kind: Kind;

  constructor() {
    super((host) => new EnrollPart(host, () => this));
    this.link = null;
    this.kind = 'enroll';
  }
}

export type { SuccessDetail } from '@tweestap/client';
export type { ErrorDetail, MfaEventMap, StepDetail } from '../element/events.ts';

declare global {
  interface HTMLElementTagNameMap {
    'mfa-enroll': MfaEnroll;
  }
}

define('mfa-enroll', MfaEnroll);
