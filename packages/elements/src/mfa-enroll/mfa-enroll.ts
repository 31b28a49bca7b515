import type { Kind } from '@tweestap/client';
import type { PropertyDeclarations, ReactiveController } from 'lit';
import { define, FlowElement } from '../element/flow-element.ts';
import type { ViewHost } from '../element/view-host.ts';
import type { ElementPart, Failure, Screen } from '../view/host.ts';

const shape = /^#?mfa-(activate|reset|unlock|register)=([\w-]{1,128})$/;

export interface Link {
  kind: Kind;
  token: string;
}

/** Reads `mfa-<kind>=<token>`, as it stands in the fragment of a mailed link; undefined when it is none. */
export const linkOf = (text: string | null | undefined): Link | undefined => {
  const [, kind, token] = shape.exec(text ?? '') ?? [];
  return kind && token ? { kind: kind as Kind, token } : undefined;
};

/** The link of the page's address. It is taken out of there, so that no history and no shared address keeps it (R72). */
export const takeFragment = (): Link | undefined => {
  const link = linkOf(location.hash);
  if (link) history.replaceState(history.state, '', location.pathname + location.search);
  return link;
};

/** What the page has set on `<mfa-enroll>` besides the options of all elements. */
export interface EnrollOptions {
  link: string | null;
  kind: Kind;
}

/** What `<mfa-enroll>` adds: a flow begins without any input, from a mailed link or for the session's account. */
export class EnrollPart implements ElementPart, ReactiveController {
  readonly #host: ViewHost;
  readonly #options: () => EnrollOptions;
  #link: string | undefined;
  #spent: Failure | undefined;
  readonly #onHash = () => this.#take() && this.#start();

  constructor(host: ViewHost, options: () => EnrollOptions) {
    this.#host = host;
    this.#options = options;
    host.element.addController(this);
  }

  get kind(): Kind {
    return this.#options().kind;
  }

  set kind(kind: Kind) {
    this.#options().kind = kind;
  }

  hostConnected(): void {
    // Another link of the same page, opened in the same tab, does not load the page again.
    window.addEventListener('hashchange', this.#onHash);
  }

  hostDisconnected(): void {
    window.removeEventListener('hashchange', this.#onHash);
  }

  /** Shows that a link does not work any more, and how to get a new one. */
  linkSpent(problem: Failure): void {
    this.#spent = problem;
    this.#host.element.requestUpdate();
  }

  /** Starts without a press of a button: that is what the page was opened for. */
  begin(): void {
    if (this.#take()) {
      this.#start();
      return;
    }
    const host = this.#host;
    host.busy();
    host.ask(async (binding) => {
      // A link is erased from the address: what it had led to is taken up again after a reload.
      const found = await binding.resume(host.element.resume ? 'any' : 'link');
      if (!found) await binding.controller.restart({ kind: this.kind });
    });
  }

  screen(): Screen | undefined {
    const host = this.#host;
    if (host.flow) return host.stepScreen();
    if (!host.commonContent) return undefined;
    const { name } = host.shown;
    if (this.#spent && name === 'idle') return this.#spentScreen(this.#spent.code === 'link-expired');
    return {
      name: 'begin',
      heading: host.text('enroll-totp.heading'),
      primary: name === 'failed' ? undefined : host.text('continue'),
      onPrimary: () => name === 'idle' && this.begin(),
    };
  }

  #take(): boolean {
    const options = this.#options();
    const link = linkOf(options.link) ?? takeFragment();
    if (!link) return false;
    options.link = null;
    options.kind = link.kind;
    this.#link = link.token;
    return true;
  }

  #start(): void {
    this.#spent = undefined;
    this.#host.restart({ kind: this.kind, link: this.#link });
  }

  /** Asks for a new link in place of the spent one. */
  #askForNewLink(): void {
    const { kind, organisation } = (this.#spent && 'problem' in this.#spent && this.#spent.problem) || {};
    this.kind = kind ?? (this.kind === 'register' ? 'register' : 'recover');
    this.#link = undefined;
    if (organisation) this.#host.ask(({ controller }) => controller.keep({ organisation: { id: organisation } }));
    this.#start();
  }

  #spentScreen(expired: boolean): Screen {
    const host = this.#host;
    return {
      name: 'link',
      heading: host.text(expired ? 'link.expired' : 'link.wrong'),
      description: host.text(expired ? 'link.expired-description' : 'link.wrong-description'),
      primary: host.text('link.anew'),
      onPrimary: () => this.#askForNewLink(),
    };
  }
}

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
export type { ErrorDetail, MfaEventMap, StepDetail } from '../view/host.ts';

declare global {
  interface HTMLElementTagNameMap {
    'mfa-enroll': MfaEnroll;
  }
}

define('mfa-enroll', MfaEnroll);
