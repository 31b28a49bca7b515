import type { Flow } from '@tweestap/client';
import { html, type TemplateResult } from 'lit';
import { define } from '../element/define.ts';
import { FlowElement } from '../element/flow-element.ts';
import { frame } from '../element/frame.ts';

/**
 * Links an authenticator app to the account of the session.
 *
 * @tag mfa-enroll
 */
export class MfaEnroll extends FlowElement {
  override readonly kind = 'enroll';

  /** Nobody has to press anything: whoever opened the page wants it. */
  protected override begin(): void {
    this.busy();
    this.ask(async (companion) => (this.resume && (await companion.resume())) || companion.restart());
  }

  protected override screen(flow: Flow | undefined): TemplateResult {
    if (flow) return super.screen(flow);
    if (!this.around) return html``;
    const { name } = this.shown;
    return frame(this, {
      name: 'begin',
      heading: this.text('enroll-totp.heading'),
      primary: name === 'failed' ? undefined : this.text('continue'),
      onPrimary: () => name === 'idle' && this.begin(),
    });
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'mfa-enroll': MfaEnroll;
  }
}

define('mfa-enroll', MfaEnroll);
