import type { FlowClient, RecentLogin } from '@tweestap/client';
import { html, type ReactiveController } from 'lit';
import type { FlowHost, Screen } from '../view/host.ts';

/** What the screen can do. */
interface Actions {
  /** The client of the element. */
  client(): FlowClient;
  /** Continues with the session that exists already. */
  proceed(login: RecentLogin): void;
  /** Runs a call. The element is busy meanwhile and shows its failure. */
  run(work: () => Promise<void>): Promise<void>;
}

/** Says on the first screen of a login that the user is logged in already, and by whom. */
export class LoggedIn implements ReactiveController {
  readonly #host: FlowHost;
  readonly #actions: Actions;
  /** The browser may show the page again as the user has left it, with a flow that is done. */
  readonly #onShow = async ({ persisted }: PageTransitionEvent) => {
    const host = this.#host;
    if (persisted && host.flow?.status === 'done' && !(await this.ask())) host.show({ name: 'idle' });
  };

  constructor(host: FlowHost, actions: Actions) {
    this.#host = host;
    this.#actions = actions;
    host.element.addController(this);
  }

  hostConnected(): void {
    window.addEventListener('pageshow', this.#onShow);
  }

  hostDisconnected(): void {
    window.removeEventListener('pageshow', this.#onShow);
  }

  /** Shows the screen if a login was finished in this tab and its session still exists. Resolves with whether it is shown. */
  async ask(): Promise<boolean> {
    const host = this.#host;
    const { organisation } = host.element;
    const client = this.#actions.client();
    if (host.part.kind !== 'login' || !client.logOut) return false;
    // A portal that asks for an assertion has a session of its own, so it knows whether its user is logged in.
    if (host.element.assertionNonce) return false;
    // Without a response the user can log in again, which does no harm.
    const login = await client.recentLogin?.().catch(() => null);
    if (!login || this.#hasBegun) return false;
    const { user, client: issuedTo } = login.session;
    // A page refuses the session of another organisation, and that of an app. Continuing with it would lead back here.
    if ((organisation && user.organisation !== organisation) || issuedTo !== undefined) return false;
    const isActive = host.element.matches(':focus-within');
    host.instead = () => this.#screen(login);
    host.element.requestUpdate();
    if (isActive) void host.element.updateComplete.then(() => host.focus());
    return true;
  }

  /** Whether the user has begun to log in, which must not be interrupted. */
  get #hasBegun(): boolean {
    const { element, flow, state } = this.#host;
    const inputs = [...element.querySelectorAll<HTMLInputElement>(':scope > input[data-mfa]')];
    return state.name === 'busy' || flow?.status === 'open' || inputs.some(({ value }) => value !== '');
  }

  #screen(login: RecentLogin): Screen {
    const host = this.#host;
    const { name, username } = login.session.user;
    return {
      name: 'logged-in',
      heading: host.text('logged-in.heading'),
      description: html`<bdi>${name ?? username}</bdi>`,
      primary: host.text('continue'),
      onPrimary: () => this.#actions.proceed(login),
      links: html`<button part="link" type="button" @click=${() => this.#logOut()}>${host.text('not-you')}</button>`,
    };
  }

  async #logOut(): Promise<void> {
    const host = this.#host;
    await this.#actions.run(async () => {
      await this.#actions.client().logOut?.();
      host.instead = undefined;
    });
    await host.element.updateComplete;
    if (!host.instead) host.focus();
  }
}
