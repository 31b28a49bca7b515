import type { Flow } from '@tweestap/client';
import type { PropertyDeclarations, TemplateResult } from 'lit';
import { define } from '../element/define.ts';
import { FlowElement } from '../element/flow-element.ts';
import { organisation } from '../steps/organisation.ts';
import { username } from '../steps/username.ts';
import { classic, isClassic } from './classic.ts';

/** Logs a person in: organisation, username, password, second factor. */
export class MfaLogin extends FlowElement {
  static override properties: PropertyDeclarations = { layout: {} };

  /** `stepped`: one question a screen. `classic`: organisation, username and password on one. */
  declare layout: 'stepped' | 'classic';

  override readonly kind = 'login';

  constructor() {
    super();
    this.layout = 'stepped';
  }

  protected override screen(flow: Flow | undefined): TemplateResult {
    if (this.layout === 'classic' && (!flow || isClassic(flow.step.type))) return classic(flow?.step, this);
    if (flow) return super.screen(flow);
    return (this.organisation ?? this.kept.organisation) ? username(undefined, this) : organisation(undefined, this);
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'mfa-login': MfaLogin;
  }
}

define('mfa-login', MfaLogin);
