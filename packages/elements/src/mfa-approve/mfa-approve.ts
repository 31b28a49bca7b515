import type { Kind } from '@tweestap/client';
import type { PushPhone } from '@tweestap/client/push';
import type { PropertyDeclarations, ReactiveController, TemplateResult } from 'lit';
import type { ApprovePage } from '../approve/approve-page.ts';
import type { Wanted } from '../approve/wanted.ts';
import { define, FlowElement } from '../element/flow-element.ts';
import type { ViewHost } from '../element/view-host.ts';
import { type ApproveMessages, approveCatalogues } from '../locales/approve/catalogues.ts';
import type { Language, Messages } from '../locales/messages.ts';
import type { ElementPart, Screen } from '../view/host.ts';

const shape = /^#mfa-(push|request|code)=([\w-]{1,128})$/;

/** Reads the fragment of the page's address and removes it there, to keep the token out of the history (R72). */
const takeFragment = (): Wanted => {
  const [, kind, value] = shape.exec(location.hash) ?? [];
  if (value) history.replaceState(history.state, '', location.pathname + location.search);
  return { [kind === 'push' ? 'token' : (kind ?? 'request')]: value };
};

/** The options of `<mfa-approve>` in addition to those of all elements. */
export interface ApproveOptions {
  /** The phone's side of push. */
  phone: PushPhone | undefined;
  /** The service worker that shows notifications. */
  registration: ServiceWorkerRegistration | undefined;
}

/** The behaviour of `<mfa-approve>`: it runs no flow, and shows the screens of the phone. */
export class ApprovePart implements ElementPart, ReactiveController {
  kind: Kind = 'login';
  readonly #host: ViewHost;
  readonly #options: () => ApproveOptions;
  #page: ApprovePage | undefined;
  readonly #onHash = () => {
    const wanted = takeFragment();
    if (wanted.token || wanted.request || wanted.code) this.#open(wanted);
  };

  constructor(host: ViewHost, options: () => ApproveOptions) {
    this.#host = host;
    this.#options = options;
    host.element.addController(this);
  }

  hostConnected(): void {
    window.addEventListener('hashchange', this.#onHash);
    if (this.#page) this.#open({});
  }

  hostDisconnected(): void {
    window.removeEventListener('hashchange', this.#onHash);
    this.#page?.stop();
  }

  hostUpdated(): void {
    this.#page?.registered();
  }

  begin(): void {
    this.#open(takeFragment());
  }

  screen(): Screen | undefined {
    return this.#page?.screen();
  }

  page(): TemplateResult | undefined {
    return this.#page?.render();
  }

  texts(language: Language): Promise<ApproveMessages> {
    return approveCatalogues[language]();
  }

  #open(wanted: Wanted): void {
    const host = this.#host;
    host.busy();
    host.ask(async (binding) => {
      try {
        const { ApprovePage } = await import('../approve/approve-page.ts');
        this.#page ??= new ApprovePage(host, binding, this.#options);
        if (host.element.isConnected) await this.#page.open(wanted);
      } catch (cause) {
        host.fail(cause, () => this.#open(wanted));
      }
    });
  }
}

/**
 * The phone's side of a login: links accounts, asks whether the user is logging in, and shows codes. It links the account of
 * `#mfa-push=<token>` in the page's address, confirms it with the code of `#mfa-code=<code>`, and shows the login of
 * `#mfa-request=<id>`.
 *
 * @tag mfa-approve
 *
 * @event {CustomEvent<LinkedDetail>} mfa-linked - An account was linked to this phone.
 * @event {CustomEvent<RequestDetail>} mfa-request - A login waits for an answer and is shown.
 * @event {CustomEvent<AnswerDetail>} mfa-answer - The user has answered a login.
 *
 * @csspart details - What is known of a login: account, portal, browser, place and time.
 * @csspart decisions - The two answers to a login.
 * @csspart decision - One of the two answers.
 * @csspart totp - The current code of an account, with its countdown.
 * @csspart totp-code - The digits of that code.
 */
export class MfaApprove extends FlowElement {
  static override properties: PropertyDeclarations = {
    phone: { attribute: false },
    registration: { attribute: false },
  };

  /** The phone's side of push, for example with a storage of the page. @default a phone for `api`, with its keys in IndexedDB */
  declare phone: PushPhone | undefined;
  /** The page's service worker. With it the user can turn on notifications of logins. @default undefined */
  declare registration: ServiceWorkerRegistration | undefined;
  /** Texts of the page that replace the element's own texts. @default undefined */
  declare messages: Partial<Messages & ApproveMessages> | undefined;

  constructor() {
    super((host) => new ApprovePart(host, () => this));
  }
}

export type { AnswerDetail, ErrorDetail, LinkedDetail, MfaEventMap, RequestDetail } from '../view/host.ts';

declare global {
  interface HTMLElementTagNameMap {
    'mfa-approve': MfaApprove;
  }
}

define('mfa-approve', MfaApprove);
