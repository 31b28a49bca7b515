import type { PropertyDeclarations } from 'lit';
import { define } from '../element/define.ts';
import { FlowElement } from '../element/flow-element.ts';
import { LoginPart } from './login-part.ts';

/**
 * Logs a user in: organisation, username, password, second factor.
 *
 * @tag mfa-login
 */
export class MfaLogin extends FlowElement {
  static override properties: PropertyDeclarations = { layout: {} };

  /** `stepped`: one question a screen. `classic`: organisation, username and password on one. @default 'stepped' */
  declare layout: 'stepped' | 'classic';

  constructor() {
    super((host) => new LoginPart(host, () => this.layout === 'classic'));
    this.layout = 'stepped';
  }
}

export type { SuccessDetail } from '@tweestap/client';
export type { ErrorDetail, MfaEventMap, StepDetail } from '../element/events.ts';

declare global {
  interface HTMLElementTagNameMap {
    'mfa-login': MfaLogin;
  }
}

define('mfa-login', MfaLogin);
