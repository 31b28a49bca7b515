import type { MfaProblem } from '@tweestap/client';
import type { PushCode, PushLink, PushPhone, PushRequest } from '@tweestap/client/push';
import type { FlowBinding } from '../flow/flow-binding.ts';
import type { ApproveKey } from '../locales/approve/catalogues.ts';
import { approve } from '../styles/approve.ts';
import { settings } from '../styles/settings.ts';
import { Inboxes, type Waiting } from './inboxes.ts';
import type { ApproveHost } from './parts.ts';
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
  readonly #codes = new Map<string, PushCode>();
  readonly #gone = new Set<string>();
  readonly #subscribed = new Set<string>();
  /** The logins that were answered here. The server may still list one for a moment. */
  readonly #answered = new Set<string>();
  #timers: ReturnType<typeof setTimeout>[] = [];
  /** Whether the accounts were read from the phone's storage. */
  isReady = false;
  /** The linked accounts. */
  links: readonly PushLink[] = [];
  view: ApproveView = { name: 'home' };
  /** The account whose removal is asked. */
  asking: string | undefined;
  /** The message about the last change. */
  said: Said | undefined;
  /** Whether the server can't be reached. The codes work nevertheless. */
  isOffline = false;

  constructor(host: ApproveHost, binding: FlowBinding, phone: PushPhone) {
    this.#host = host;
    this.#binding = binding;
    this.#phone = phone;
    this.#inboxes = new Inboxes(phone, (id, problem) => this.#heard(id, problem));
    const sheets = [settings, approve].map(({ styleSheet }) => styleSheet).filter((sheet) => sheet !== undefined);
    host.element.shadowRoot?.adoptedStyleSheets.push(...sheets);
  }

  /** Reads the linked accounts and hears of their logins. `token` links a new account, `code` confirms it; `request` is the login to show. */
  open({ token, request, code }: Wanted): Promise<void> {
    return this.#run(async () => {
      this.links = await this.#phone.links();
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
    for (const timer of this.#timers) clearTimeout(timer);
    this.#timers = [];
  }

  /** Hears of logins again after `stop`. */
  #begin(): void {
    this.stop();
    this.#inboxes.listen(this.links.filter(({ device }) => device.state === 'linked').map(({ id }) => id));
    this.#every(REFRESH_MS, () => this.#refresh());
    this.#every(POLL_MS, () => this.#poll());
    void this.#refresh();
  }

  /** The logins that wait for an answer. */
  get waiting(): readonly Waiting[] {
    return this.#inboxes.waiting.filter(({ request }) => !this.#answered.has(request.id));
  }

  /** Returns the earlier logins of an account. */
  history(id: string): readonly PushRequest[] {
    return this.#inboxes.history(id);
  }

  /** Returns the current code of an account, once it was computed. Computes the next one when it has passed. */
  code({ id, hasCodes }: PushLink): PushCode | undefined {
    const code = this.#codes.get(id);
    const isCurrent = code !== undefined && code.expiresAt > Date.now();
    if (hasCodes && !isCurrent) void this.#compute(id);
    return isCurrent ? code : undefined;
  }

  /** Whether the server does not know this device any more. */
  isGone(id: string): boolean {
    return this.#gone.has(id);
  }

  /** Shows another screen and moves the focus to its heading. */
  go(view: ApproveView): void {
    this.view = view;
    this.asking = undefined;
    this.said = undefined;
    const input = this.#host.light.node('code');
    if (input) input.value = '';
    this.#host.complain('', '');
    this.focus('#heading');
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
      this.links = await this.#phone.links();
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
      this.links = await this.#phone.links();
      this.#begin();
      this.home();
      this.said = 'approve.said-unlinked';
    });
  }

  /** Lets the browser's push service wake the phone. */
  notify(registration: ServiceWorkerRegistration): Promise<void> {
    return this.#run(async () => {
      const done = await Promise.all(this.links.map(({ id }) => this.#phone.subscribe(id, registration)));
      this.said = done.every(Boolean) ? 'approve.said-notified' : 'approve.said-silent';
    });
  }

  /** Lets the push service wake the phone for the accounts that were linked since the last call. The user has allowed that already. */
  subscribe(registration: ServiceWorkerRegistration): void {
    for (const { id, device } of this.links) {
      if (device.state !== 'linked' || this.#subscribed.has(id)) continue;
      this.#subscribed.add(id);
      // The open app works without it, and the next start tries again.
      this.#phone.subscribe(id, registration).catch(() => undefined);
    }
  }

  /** Moves the focus, once the screen is rendered. */
  focus(selector: string): void {
    const { element } = this.#host;
    element.requestUpdate();
    void element.updateComplete.then(async () => {
      await element.updateComplete;
      element.shadowRoot?.querySelector<HTMLElement>(selector)?.focus();
    });
  }

  async #confirm(id: string, code: string): Promise<void> {
    await this.#phone.confirm(id, code);
    await this.#linked();
  }

  readonly #isWrongCode = (problem: MfaProblem): boolean =>
    problem.is('wrong-code', 'code-used', 'code-expired') && this.#complain('approve.wrong-code');

  #start(): ApproveView {
    const unfinished = this.links.find(({ device }) => device.state === 'code');
    if (unfinished) return { name: 'code', id: unfinished.id };
    return this.links.length === 0 ? { name: 'add' } : { name: 'home' };
  }

  async #link(token: string): Promise<void> {
    const { id, device } = await this.#phone.link(token);
    this.links = await this.#phone.links();
    if (device.state === 'code') this.go({ name: 'code', id });
    else await this.#linked();
  }

  async #linked(): Promise<void> {
    this.links = await this.#phone.links();
    const link = this.links.at(-1);
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
    for (const link of this.links) {
      const request = await this.#phone.request(link.id, id);
      if (request?.state === 'pending') return this.go({ name: 'request', id: link.id, request });
    }
    this.go({ name: 'answered', outcome: 'ended' });
  }

  #heard(id: string, problem?: MfaProblem): void {
    this.isOffline = false;
    if (problem) this.#failed(id, problem);
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

  #failed(id: string, problem: MfaProblem): void {
    if (problem.is('not-found')) this.#gone.add(id);
    this.isOffline = problem.is('network', 'timeout');
  }

  /** Reads the accounts again. Failures are not shown: the codes and the next attempt do not depend on it. */
  async #refresh(): Promise<void> {
    if (document.hidden) return;
    for (const { id } of this.links) {
      try {
        await this.#phone.refresh(id);
        this.isOffline = false;
      } catch (error) {
        this.#failed(id, error as MfaProblem);
      }
    }
    this.links = await this.#phone.links().catch(() => this.links);
    this.#host.element.requestUpdate();
  }

  /** Asks whether the login screen has continued: the user enters there the code that this phone shows, or the other way round. */
  async #poll(): Promise<void> {
    for (const link of this.links) {
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
    this.links = await this.#phone.links();
    this.#begin();
    this.#host.element.requestUpdate();
  }

  async #compute(id: string): Promise<void> {
    const code = await this.#phone.code(id).catch(() => undefined);
    if (!code) return;
    this.#codes.set(id, code);
    this.#host.element.requestUpdate();
  }

  #complain(key: ApproveKey): true {
    this.#host.show({ name: 'idle' });
    this.#host.complain('code', this.#host.text(key));
    return true;
  }

  #run(work: () => Promise<void>, takesOver: (problem: MfaProblem) => boolean = () => false): Promise<void> {
    return this.#binding.run(async () => {
      this.said = undefined;
      await work();
    }, takesOver);
  }

  #every(ms: number, work: () => Promise<void>): void {
    const again = async (): Promise<void> => {
      await work();
      if (this.#timers.includes(timer)) {
        this.#timers = this.#timers.filter((other) => other !== timer);
        this.#every(ms, work);
      }
    };
    const timer = setTimeout(() => void again(), ms);
    this.#timers.push(timer);
  }
}
