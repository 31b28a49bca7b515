import { createPushDevice, type PushPhone } from '@tweestap/client/push';
import type { TemplateResult } from 'lit';
import type { FlowBinding } from '../flow/flow-binding.ts';
import type { Screen } from '../view/host.ts';
import { ApproveModel } from './approve-model.ts';
import { history, home } from './home.ts';
import { addScreen, codeScreen } from './linking.ts';
import type { ApproveHost } from './parts.ts';
import { answeredScreen, requestScreen } from './request.ts';
import type { Wanted } from './wanted.ts';

/** What the page has set on the element. */
interface PageOptions {
  /** The phone's side of push. */
  readonly phone: PushPhone | undefined;
  /** The service worker that shows notifications. */
  readonly registration: ServiceWorkerRegistration | undefined;
}

/** The screens of the phone. This part of `<mfa-approve>` is loaded after the element itself. */
export class ApprovePage {
  readonly #host: ApproveHost;
  readonly #options: () => PageOptions;
  readonly #model: ApproveModel;

  constructor(host: ApproveHost, binding: FlowBinding, options: () => PageOptions) {
    this.#host = host;
    this.#options = options;
    const phone = options().phone ?? createPushDevice({ api: host.element.api, language: () => this.#host.language });
    this.#model = new ApproveModel(host, binding, phone);
  }

  /** Reads the linked accounts and hears of their logins. */
  open(wanted: Wanted): Promise<void> {
    return this.#model.open(wanted);
  }

  /** Subscribes the accounts again, once the page has a service worker and the user allows notifications: a subscription can expire. */
  registered(): void {
    const { registration } = this.#options();
    const isAllowed = 'Notification' in window && Notification.permission === 'granted';
    if (registration && isAllowed) this.#model.accounts.subscribe(registration);
  }

  /** Closes all connections. */
  stop(): void {
    this.#model.stop();
  }

  /** Returns the screen of a question; undefined for a list. */
  screen(): Screen | undefined {
    const host = this.#host;
    const model = this.#model;
    const { view, isReady } = model;
    const { links } = model.accounts;
    if (!isReady) return undefined;
    if (view.name === 'add') return addScreen(host, model);
    if (view.name === 'request') return requestScreen(host, model, view);
    if (view.name === 'answered') return answeredScreen(host, model, view);
    const link = view.name === 'code' ? links.find(({ id }) => id === view.id) : undefined;
    // A link that was confirmed in another window of this browser needs no code any more.
    return link && link.device.state !== 'linked' ? codeScreen(host, model, link) : undefined;
  }

  /** Returns a list: the accounts, or the earlier logins of one. */
  render(): TemplateResult {
    const { view, accounts } = this.#model;
    const link = view.name === 'history' ? accounts.links.find(({ id }) => id === view.id) : undefined;
    return link ? history(this.#host, this.#model, link) : home(this.#host, this.#model, this.#notify);
  }

  /** Turns on notifications. Undefined if the page has no service worker, or the user has decided already. */
  get #notify(): (() => void) | undefined {
    const { registration } = this.#options();
    if (!registration || !('Notification' in window) || Notification.permission !== 'default') return undefined;
    return () => void this.#model.notify(registration);
  }
}
