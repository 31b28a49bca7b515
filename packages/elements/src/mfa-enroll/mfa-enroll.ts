import type { Flow, Kind } from '@tweestap/client';
import type { PropertyDeclarations } from 'lit';
import { define } from '../element/define.ts';
import { FlowElement } from '../element/flow-element.ts';
import type { Screen } from '../element/screen.ts';
import type { Failure } from '../element/state.ts';
import { linkOf, takeFragment } from './link.ts';

/**
 * Goes on with a mailed link (activation, new password, unlocking, registration), or links an authenticator app to the
 * account of the session. Afterwards the login comes in the same place, with the name filled in.
 *
 * @tag mfa-enroll
 */
export class MfaEnroll extends FlowElement {
  static override properties: PropertyDeclarations = { link: {}, kind: {} };

  /** `mfa-<kind>=<token>` of a mailed link; else it is read from the fragment of the page's address, and erased there. */
  declare link: string | null;
  /** What is done where there is no link: `enroll`, `recover`, `register`, or `reset` with a code of the help desk. */
  declare kind: Kind;

  #link: string | undefined;

  #spent: Failure | undefined;
  readonly #onHash = () => this.#take() && this.#start();

  constructor() {
    super();
    this.link = null;
    this.kind = 'enroll';
  }

  override connectedCallback(): void {
    super.connectedCallback();
    // Another link of the same page, opened in the same tab, loads nothing anew.
    window.addEventListener('hashchange', this.#onHash);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    window.removeEventListener('hashchange', this.#onHash);
  }

  /** Shows that a link is of no use any more, and how to get a new one. */
  spent(problem: Failure): void {
    this.#spent = problem;
    this.requestUpdate();
  }

  /** Nobody has to press anything: whoever opened the page wants it. */
  protected override begin(): void {
    if (this.#take()) {
      this.#start();
      return;
    }
    this.busy();
    this.ask(async (companion) => {
      // A link is erased from the address: what it had led to is taken up again after a reload.
      const found = await companion.resume(this.resume ? 'any' : 'link');
      if (!found) await companion.controller.restart({ kind: this.kind });
    });
  }

  #take(): boolean {
    const link = linkOf(this.link) ?? takeFragment();
    if (!link) return false;
    this.link = null;
    this.kind = link.kind;
    this.#link = link.token;
    return true;
  }

  #start(): void {
    this.#spent = undefined;
    this.restart({ kind: this.kind, link: this.#link });
  }

  #anew(): void {
    const { kind, organisation } = (this.#spent && 'problem' in this.#spent && this.#spent.problem) || {};
    this.kind = kind ?? (this.kind === 'register' ? 'register' : 'recover');
    this.#link = undefined;
    if (organisation) this.ask(({ controller }) => controller.keep({ organisation: { id: organisation } }));
    this.#start();
  }

  protected override screen(flow: Flow | undefined): Screen | undefined {
    if (flow) return super.screen(flow);
    if (!this.around) return undefined;
    const { name } = this.shown;
    if (this.#spent && name === 'idle') return this.#spentScreen(this.#spent.code === 'link-expired');
    return {
      name: 'begin',
      heading: this.text('enroll-totp.heading'),
      primary: name === 'failed' ? undefined : this.text('continue'),
      onPrimary: () => name === 'idle' && this.begin(),
    };
  }

  #spentScreen(expired: boolean): Screen {
    return {
      name: 'link',
      heading: this.text(expired ? 'link.expired' : 'link.wrong'),
      description: this.text(expired ? 'link.expired-description' : 'link.wrong-description'),
      primary: this.text('link.anew'),
      onPrimary: () => this.#anew(),
    };
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
