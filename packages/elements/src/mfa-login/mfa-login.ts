import type { TemplateResult } from 'lit';
import { define } from '../element/define.ts';
import { FlowElement } from '../element/flow-element.ts';
import { organisation } from '../steps/organisation.ts';
import { username } from '../steps/username.ts';

/** Logs a person in: organisation, username, password, second factor. */
export class MfaLogin extends FlowElement {
  override readonly kind = 'login';

  protected override first(): TemplateResult {
    const known = this.organisation ?? this.kept.organisation;
    return known ? username(undefined, this) : organisation(undefined, this);
  }
}

define('mfa-login', MfaLogin);
