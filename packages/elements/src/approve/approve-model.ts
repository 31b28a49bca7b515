import type { MfaProblem } from '@tweestap/client';
import type { PushPhone, PushRequest } from '@tweestap/client/push';
import type { FlowBinding } from '../flow/flow-binding.ts';
import type { ApproveKey } from '../locales/approve/catalogues.ts';
import { approve } from '../styles/approve.ts';
import { settings } from '../styles/settings.ts';
import { focusOn } from '../view/frame.ts';
import { Accounts } from './accounts.ts';
import { Inboxes, type Waiting } from './inboxes.ts';
import type { ApproveHost } from './parts.ts';
import { Rounds } from './rounds.ts';
import type { Wanted } from './wanted.ts';

/** What the phone shows. */
export type ApproveView =
  | { readonly name: 'home' }
  | { readonly name: 'add' }
  | { readonly name: 'code'; readonly id: string }
  | { readonly name: 'history'; readonly id: string }
  | ({ readonly name: 'request' } & Waiting)
  | { readonly name: 'answered'; readonly outcome: 'approved' | 'denied' | 'wrong' | 'ended' };

type Said = Extract<ApproveKey, `approve.said-${string}`>;

/** Milliseconds between two questions whether the login screen has continued. */
const POLL_MS = 2_000;

/** Milliseconds between two questions about the accounts, such as whether one is locked. */
const REFRESH_MS = 20_000;

/** The state and the actions of the phone: links accounts, hears of logins, answers them, and keeps the codes up to date. */
export class ApproveModel {
  readonly #host: ApproveHost;
  readonly #binding: FlowBinding;
  readonly #phone: PushPhone;
  readonly #inboxes: Inboxes;
  readonly #rounds = new Rounds();
  /** The logins that were answered here. The server may still list one for a moment. */
  readonly #answered = new Set<string>();
  /** The linked accounts. */
  readonly accounts: Accounts;
  /** Whether the accounts were read from the phone's storage. */
  isReady = false;
  /** The screen. */
  view: ApproveView = { name: 'home' };
  /** The account whose removal is asked. */
  asking: string | undefined;
  /** The message about the last change. */
  said: Said | undefined;

  constructor(host: ApproveHost, binding: FlowBinding, phone: PushPhone) {
    this.#host = host;
    this.#binding = binding;
    this.#phone = phone;
    this.accounts = new Accounts(phone, () => host.element.requestUpdate());
    this.#inboxes = new Inboxes(phone, (id, problem) => this.#heard(id, problem));
    const sheets = [settings, approve].map(({ styleSheet }) => styleSheet).filter((sheet) => sheet !== undefined);
    host.element.shadowRoot?.adoptedStyleSheets.push(...sheets);
  }

  /** Reads the linked accounts and hears of their logins. `token` links a new account, `code` confirms it; `request` is the login to show. */
  open({ token, request, code }: Wanted): Promise<void> {
    return this.#run(async () => {
      await this.accounts.read();
      this.isReady = true;
      this.view = this.#start();
      this.#begin();
      if (token) await this.#link(token);
      if (request) await this.#show(request);
      if (code && this.view.name === 'code') await this.#confirm(this.view.id, code);
    }, this.#isWrongCode);
  }

  /** Closes all connections and timers. */
  stop(): void {
    this.#inboxes.stop();
    this.#rounds.stop();
  }

  /** Hears of logins again after `stop`. */
  #begin(): void {
    this.stop();
    this.#inboxes.listen(this.accounts.links.filter(({ device }) => device.state === 'linked').map(({ id }) => id));
    this.#rounds.every(REFRESH_MS, () => this.accounts.refresh());
    this.#rounds.every(POLL_MS, () => this.#poll());
    void this.accounts.refresh();
  }

  /** The logins that wait for an answer. */
  get waiting(): readonly Waiting[] {
    return this.#inboxes.waiting.filter(({ request }) => !this.#answered.has(request.id));
  }

  /** Returns the earlier logins of an account. */
  history(id: string): readonly PushRequest[] {
    return this.#inboxes.history(id);
  }

  /** Shows another screen and moves the focus to its heading. */
  go(view: ApproveView): void {
    this.view = view;
    this.asking = undefined;
    this.said = undefined;
    this.#empty();
    this.#host.complain('', '');
    this.focus('#heading');
  }

  #empty(): void {
    const input = this.#host.light.node('code');
    if (input) input.value = '';
  }

  /** Shows the next login that waits, otherwise the first screen: the accounts, or the one that links an account. */
  home(): void {
    const [next] = this.waiting;
    this.go(next ? { name: 'request', ...next } : this.#start());
  }

  /** Links the account of a link. */
  link(token: string): Promise<void> {
    return this.#run(() => this.#link(token));
  }

  /** Confirms the link with a code. A wrong one is reported at its field. */
  confirm(id: string, code: string): Promise<void> {
    return this.#run(() => this.#confirm(id, code), this.#isWrongCode);
  }

  /** Answers a login. */
  answer({ id, request }: Waiting, answer: 'approve' | 'deny', number?: string): Promise<void> {
    const ended = (outcome: 'wrong' | 'ended'): true => {
      this.#answered.add(request.id);
      this.#host.show({ name: 'idle' });
      this.go({ name: 'answered', outcome });
      return true;
    };
    return this.#run(
      async () => {
        await this.#phone.answer(id, request, answer, number);
        this.#answered.add(request.id);
        this.#host.emit('mfa-answer', { answer });
        this.go({ name: 'answered', outcome: answer === 'approve' ? 'approved' : 'denied' });
      },
      (problem) => {
        if (problem.is('wrong-code')) return ended('wrong');
        return problem.is('request-ended') && ended('ended');
      },
    );
  }

  /** Lifts the lock of an account (R50). */
  unlock(id: string): Promise<void> {
    return this.#run(async () => {
      await this.#phone.unlock(id);
      await this.accounts.read();
      this.said = 'approve.said-unlocked';
    });
  }

  /** Asks whether to remove an account, or closes that question. */
  ask(id: string | undefined): void {
    const left = this.asking;
    this.asking = id;
    this.said = undefined;
    this.#host.element.requestUpdate();
    this.focus(id ? '[part=asking] [tabindex]' : `#unlink-${left}`);
  }

  /** Removes an account from this phone. */
  unlink(id: string): Promise<void> {
    return this.#run(async () => {
      await this.#phone.unlink(id);
      await this.accounts.read();
      this.#begin();
      this.home();
      this.said = 'approve.said-unlinked';
    });
  }

  /** Lets the browser's push service wake the phone. */
  notify(registration: ServiceWorkerRegistration): Promise<void> {
    return this.#run(async () => {
      const done = await Promise.all(this.accounts.links.map(({ id }) => this.#phone.subscribe(id, registration)));
      this.said = done.every(Boolean) ? 'approve.said-notified' : 'approve.said-silent';
    });
  }

  /** Moves the focus, once the screen is rendered. */
  focus(selector: string): void {
    const { element } = this.#host;
    element.requestUpdate();
    void element.updateComplete.then(async () => {
      await element.updateComplete;
      focusOn(this.#host, selector);
    });
  }

  async #confirm(id: string, code: string): Promise<void> {
    await this.#phone.confirm(id, code);
    await this.#linked();
  }

  readonly #isWrongCode = (problem: MfaProblem): boolean =>
    problem.is('wrong-code', 'code-used', 'code-expired') && this.#complain('approve.wrong-code');

  #start(): ApproveView {
    const unfinished = this.accounts.links.find(({ device }) => device.state === 'code');
    if (unfinished) return { name: 'code', id: unfinished.id };
    return this.accounts.links.length === 0 ? { name: 'add' } : { name: 'home' };
  }

  async #link(token: string): Promise<void> {
    const { id, device } = await this.#phone.link(token);
    await this.accounts.read();
    if (device.state === 'code') this.go({ name: 'code', id });
    else await this.#linked();
  }

  async #linked(): Promise<void> {
    await this.accounts.read();
    const link = this.accounts.links.at(-1);
    if (link) {
      const { organisation, username } = link.account;
      this.#host.emit('mfa-linked', { organisation: organisation.id, username });
    }
    this.#begin();
    this.home();
    this.said = 'approve.said-linked';
  }

  /** Shows the login of a link that has opened the app on this phone. */
  async #show(id: string): Promise<void> {
    for (const link of this.accounts.links) {
      const request = await this.#phone.request(link.id, id);
      if (request?.state === 'pending') return this.go({ name: 'request', id: link.id, request });
    }
    this.go({ name: 'answered', outcome: 'ended' });
  }

  #heard(id: string, problem?: MfaProblem): void {
    this.accounts.heard(id, problem);
    const { view, waiting } = this;
    const isShown = view.name === 'request' && waiting.some(({ request }) => request.id === view.request.id);
    // A login that was answered elsewhere or has expired can't be answered here.
    if (view.name === 'request' && view.id === id && !problem && !isShown && this.#host.state.name !== 'busy')
      this.go({ name: 'answered', outcome: 'ended' });
    const [next] = waiting;
    if (next && (this.view.name === 'home' || this.view.name === 'history')) {
      this.go({ name: 'request', ...next });
      this.#host.emit('mfa-request', { portal: next.request.portal });
    }
    this.#host.element.requestUpdate();
  }

  /** Asks whether the login screen has continued: the user enters there the code that this phone shows, or the other way round. */
  async #poll(): Promise<void> {
    for (const link of this.accounts.links) {
      const { code, state } = link.device;
      if (state === 'linked' || (state === 'code' && !code)) continue;
      if (document.hidden || this.#host.state.name === 'busy') return;
      const now = await this.#phone.refresh(link.id).catch(() => link);
      if (now.device.state === state) continue;
      if (code) await this.confirm(link.id, code);
      else await this.#continued();
    }
  }

  /** Hears of the logins of an account that the login screen has just linked. */
  async #continued(): Promise<void> {
    await this.accounts.read();
    this.#begin();
    this.#host.element.requestUpdate();
  }

  /** Reports a refused code at its field, which is emptied for the next one. */
  #complain(key: ApproveKey): true {
    this.#host.show({ name: 'idle' });
    this.#empty();
    this.#host.complain('code', this.#host.text(key));
    return true;
  }

  #run(work: () => Promise<void>, takesOver: (problem: MfaProblem) => boolean = () => false): Promise<void> {
    return this.#binding.run(async () => {
      this.said = undefined;
      await work();
    }, takesOver);
  }
}
