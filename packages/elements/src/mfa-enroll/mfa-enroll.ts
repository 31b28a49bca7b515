import { html, type TemplateResult } from 'lit';
import { define } from '../element/define.ts';
import { FlowElement } from '../element/flow-element.ts';

/** Links an authenticator app to the account of the session. */
export class MfaEnroll extends FlowElement {
  override readonly kind = 'enroll';

  protected override first(): TemplateResult {
    return html``;
  }
}

define('mfa-enroll', MfaEnroll);
