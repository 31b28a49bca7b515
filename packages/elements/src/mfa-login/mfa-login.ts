import type { Flow, Kind } from '@tweestap/client';
import type { PropertyDeclarations } from 'lit';
import { define } from '../element/define.ts';
import { FlowElement } from '../element/flow-element.ts';
import { focusField } from '../element/focus.ts';
import type { Screen } from '../element/screen.ts';
import { organisation } from '../steps/organisation.ts';
import { username } from '../steps/username.ts';

/**
 * Logs a person in: organisation, username, password, second factor.
 *
 * @tag mfa-login
 */
export class MfaLogin extends FlowElement {
  static override properties: PropertyDeclarations = { layout: {} };

  /** `stepped`: one question a screen. `classic`: organisation, username and password on one. */
  declare layout: 'stepped' | 'classic';

  override kind: Kind = 'login';

  #classic: typeof import('./classic.ts').classic | undefined;

  constructor() {
    super();
    this.layout = 'stepped';
  }

  /** The first field is here at once in the classic layout too; the others join it. */
  protected override async begin(): Promise<void> {
    super.begin();
    if (this.layout !== 'classic') return;
    this.#classic = (await import('./classic.ts')).classic;
    const active = this.matches(':focus-within');
    this.requestUpdate();
    await this.updateComplete;
    if (active) focusField(this);
  }

  protected override screen(flow: Flow | undefined): Screen | undefined {
    const classic = this.layout === 'classic' ? this.#classic?.(flow?.step, this) : undefined;
    if (classic) return classic;
    if (flow) return super.screen(flow);
    return (this.organisation ?? this.kept.organisation) ? username(undefined, this) : organisation(undefined, this);
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
