import type { Kind } from '@tweestap/client';
import type { PropertyDeclarations } from 'lit';
import { define, FlowElement } from '../element/flow-element.ts';
import type { ViewHost } from '../element/view-host.ts';
import { organisation } from '../steps/organisation.ts';
import { username } from '../steps/username.ts';
import { focusField } from '../view/frame.ts';
import type { ElementPart, Screen } from '../view/host.ts';

type Classic = typeof import('./classic.ts').classic;

/** The behaviour of `<mfa-login>`: its first screen is part of the element's own file, in one of two layouts. */
export class LoginPart implements ElementPart {
  kind: Kind = 'login';
  readonly #host: ViewHost;
  readonly #isClassic: () => boolean;
  readonly #secondStep: () => string | null;
  #classic: Classic | undefined;

  /** @param classic the first screen of the classic layout, if it is loaded already */
  constructor(host: ViewHost, isClassic: () => boolean, secondStep: () => string | null, classic?: Classic) {
    this.#host = host;
    this.#isClassic = isClassic;
    this.#secondStep = secondStep;
    this.#classic = classic;
  }

  get portalLogin(): string | null {
    return this.#secondStep();
  }

  /** The server has rendered all fields of the classic layout. They need the flow's code and its texts. */
  ready(): Promise<unknown> | undefined {
    return this.#isClassic() ? Promise.allSettled([this.#host.load(), this.#load()]) : undefined;
  }

  /** Loads the flow's code, and in the classic layout also the other fields of the first screen. */
  async begin(): Promise<void> {
    const host = this.#host;
    if (this.portalLogin !== null) return host.restart();
    host.prepare();
    if (!this.#isClassic() || this.#classic) return;
    await this.#load();
    const active = host.element.matches(':focus-within');
    host.element.requestUpdate();
    await host.element.updateComplete;
    if (active) focusField(host);
  }

  async #load(): Promise<void> {
    this.#classic = (await import('./classic.ts')).classic;
  }

  screen(): Screen | undefined {
    const host = this.#host;
    const { flow } = host;
    const classic = this.#isClassic() ? this.#classic?.(flow?.step, host) : undefined;
    if (classic) return classic;
    if (flow) return host.stepScreen();
    if (this.portalLogin !== null) return { name: 'begun', heading: host.text('username.heading') };
    return (host.element.organisation ?? host.kept.organisation)
      ? username(undefined, host)
      : organisation(undefined, host);
  }
}

/**
 * Logs a user in: organisation, username, password, second factor.
 *
 * @tag mfa-login
 */
export class MfaLogin extends FlowElement {
  static override properties: PropertyDeclarations = {
    layout: {},
    secondStep: { attribute: 'second-step' },
    assertionNonce: { attribute: 'assertion-nonce' },
    handOver: { attribute: 'hand-over' },
  };

  /** `stepped`: one question on each screen. `classic`: organisation, username and password on one screen. @default 'stepped' */
  declare layout: 'stepped' | 'classic';
  /**
   * The address of the portal's own login page, if the portal checks the password itself: the element then continues the login that
   * the portal's server began with `beginFor`, and 'Back' leads to that page. @default null
   */
  declare secondStep: string | null;
  /**
   * The nonce that the portal's server made for its session. `mfa-success` then has an `assertion`, which the page sends to that
   * server. @default null
   */
  declare assertionNonce: string | null;
  /**
   * The token by which another system hands its user over. The login begins with it, without an input of the user.
   * @default null
   */
  declare handOver: string | null;

  constructor() {
    super(
      (host) =>
        new LoginPart(
          host,
          () => this.layout === 'classic',
          () => this.secondStep,
        ),
    );
    this.layout = 'stepped';
    this.secondStep = null;
    this.assertionNonce = null;
    this.handOver = null;
  }
}

export type { SuccessDetail } from '@tweestap/client';
export type { ErrorDetail, MfaEventMap, StepDetail } from '../view/host.ts';

declare global {
  interface HTMLElementTagNameMap {
    'mfa-login': MfaLogin;
  }
}

define('mfa-login', MfaLogin);
