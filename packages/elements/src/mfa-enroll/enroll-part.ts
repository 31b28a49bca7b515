import type { Kind } from '@tweestap/client';
import type { ReactiveController } from 'lit';
import type { ElementPart } from '../element/element-part.ts';
import type { Failure } from '../element/failure.ts';
import type { Screen } from '../element/screen.ts';
import type { ViewHost } from '../element/view-host.ts';
import { linkOf, takeFragment } from './link.ts';

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
