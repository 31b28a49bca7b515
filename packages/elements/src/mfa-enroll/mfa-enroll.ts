import type { Kind } from '@tweestap/client';
import type { PropertyDeclarations, ReactiveController } from 'lit';
import { define, FlowElement } from '../element/flow-element.ts';
import type { ViewHost } from '../element/view-host.ts';
import type { ElementPart, Failure, Screen } from '../view/host.ts';

const shape = /^#?mfa-(activate|reset|unlock|register)=([\w-]{1,128})$/;

/** A mailed link. */
export interface Link {
  /** The kind of flow that the link starts. */
  kind: Kind;
  /** The secret token of the link. */
  token: string;
}

/** Parses `mfa-<kind>=<token>`, the fragment of a mailed link. Returns undefined for any other text. */
export const linkOf = (text: string | null | undefined): Link | undefined => {
  const [, kind, token] = shape.exec(text ?? '') ?? [];
  return kind && token ? { kind: kind as Kind, token } : undefined;
};

/** Returns the mailed link in the page's address and removes it there, to keep the token out of the history (R72). */
export const takeFragment = (): Link | undefined => {
  const link = linkOf(location.hash);
  if (link) history.replaceState(history.state, '', location.pathname + location.search);
  return link;
};

/** The options of `<mfa-enroll>` in addition to those of all elements. */
export interface EnrollOptions {
  /** `mfa-<kind>=<token>` of a mailed link. */
  link: string | null;
  /** The kind of flow to start without a link; later the kind of the current flow. */
  kind: Kind;
}

/** The behaviour of `<mfa-enroll>`: it starts a flow without any input, for a mailed link or for the session's account. */
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
    // If the user opens another link to this page in the same tab, the browser does not load the page again.
    window.addEventListener('hashchange', this.#onHash);
  }

  hostDisconnected(): void {
    window.removeEventListener('hashchange', this.#onHash);
  }

  /** Shows that a link no longer works, and offers a new one. */
  linkSpent(problem: Failure): void {
    this.#spent = problem;
    this.#host.element.requestUpdate();
  }

  /** Starts a flow without waiting for a button, because the user opened the page for it. */
  begin(): void {
    if (this.#take()) {
      this.#start();
      return;
    }
    const host = this.#host;
    host.busy();
    host.ask(async (binding) => {
      // The link was removed from the address. After a reload, the flow that it started is therefore always resumed.
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

  /** Starts a flow that sends a new link, because the old one is expired or unknown. */
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
      primary: host.text('link.new'),
      onPrimary: () => this.#askForNewLink(),
    };
  }
}

/**
 * Continues a mailed link (activation, new password, unlocking, registration), or enrolls an authenticator app for the
 * account of the session. After a mailed link it shows the login in the same place, with the username filled in.
 *
 * @tag mfa-enroll
 */
export class MfaEnroll extends FlowElement {
  static override properties: PropertyDeclarations = { link: {}, kind: {} };

  /** `mfa-<kind>=<token>` of a mailed link. Without it the element reads the link from the fragment of the page's address and removes it there. @default null */
  declare link: string | null;
  /** Kind of flow to start without a link: `enroll`, `recover`, `register`, or `reset` with a help-desk code. Later the kind of the current flow. @default 'enroll' */
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
