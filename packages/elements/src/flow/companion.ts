import { type Controller, createClient, createController, LINK_KINDS, MfaProblem } from '@tweestap/client';
import type { Around, FlowClient, Stage } from '../element/host.ts';
import type { Failure } from '../element/state.ts';
import { code } from '../styles/code.ts';
import { later } from '../styles/later.ts';
import { setUp } from '../styles/set-up.ts';
import { around } from './around.ts';
import { ease } from './ease.ts';
import { explain } from './explain.ts';
import { viewOf } from './views.ts';

/** Milliseconds for which the tick is shown before the page goes on. */
const TICK_MS = 400;

/** The part of an element that is fetched after the first screen: it brings the client, and binds the controller to the element. */
export class Companion {
  readonly controller: Controller;
  readonly #host: Stage;
  #client: FlowClient | undefined;
  #type: string | undefined;
  /** Where the user goes on after reading what `done` says. */
  #onward: string | undefined;

  constructor(host: Stage) {
    this.#host = host;
    const sheets = [code, setUp, later].map(({ styleSheet }) => styleSheet).filter((sheet) => sheet !== undefined);
    host.shadowRoot?.adoptedStyleSheets.push(...sheets);
    this.controller = this.#control();
    this.controller.subscribe(() => this.#follow());
    this.#report();
  }

  around(): Around {
    return around(this.#host, this.controller);
  }

  explain(problem: Failure): string {
    return explain(this.#host, problem instanceof MfaProblem ? problem : new MfaProblem('network', { cause: problem }));
  }

  /** Leads the eye from the last screen, of this height in pixels, to the new one. */
  ease(form: HTMLElement, height: number): void {
    ease(form, height);
  }

  get client(): FlowClient {
    this.#client ??= this.#host.client ?? createClient({ api: this.#host.api, language: () => this.#host.language });
    return this.#client;
  }

  /** Goes on to the page after the login; undefined when there is none, or the page goes there by itself. */
  get goOn(): (() => void) | undefined {
    const to = this.#onward;
    return to === undefined ? undefined : () => location.assign(to);
  }

  /** Takes up a flow that a reload left behind: one of a mailed link only, or of any kind. */
  resume(which: 'link' | 'any'): Promise<boolean> {
    const any = which === 'any' ? ([this.#host.kind, 'recover'] as const) : [];
    return this.controller.resume(...any, ...LINK_KINDS);
  }

  #control(): Controller {
    const host = this.#host;
    const client = () => this.client;
    return createController({
      get client() {
        return client();
      },
      get organisation() {
        return host.organisation ?? undefined;
      },
      get returnTo() {
        return host.returnTo ?? undefined;
      },
      get api() {
        return host.api;
      },
      kind: host.kind,
      prepare: async ({ step }) => host.learn(step.type, await viewOf(step.type)),
      linkSpent: host.spent && ((problem) => host.spent?.(problem)),
    });
  }

  /** Shows where the controller is. */
  #follow(): void {
    const host = this.#host;
    const { state, flow, kind } = this.controller;
    host.kind = kind;
    if (state.name === 'step') this.#clearCode(flow?.step.type);
    if (state.name === 'busy') host.busy();
    else host.show(state, flow);
  }

  /** Two steps in a row ask for a code in one input: what was typed at the first does not answer the second. */
  #clearCode(type: string | undefined): void {
    const node = this.#host.light.node('code');
    if (node && type !== this.#type) node.value = '';
    this.#type = type;
  }

  /** Sends the controller's events to the page. */
  #report(): void {
    const host = this.#host;
    const events = { bubbles: true, composed: true };
    this.controller.on('error', ({ problem }) =>
      host.dispatchEvent(new CustomEvent('mfa-error', { detail: { problem }, ...events })),
    );
    this.controller.on('expiring', () => host.requestUpdate());
    this.controller.on('later', async () => {
      await host.updateComplete;
      host.dispatchEvent(new CustomEvent('mfa-later', events));
    });
    this.controller.on('success', async ({ detail, goTo, reads }) => {
      await host.updateComplete;
      this.#onward = undefined;
      const goes = host.dispatchEvent(new CustomEvent('mfa-success', { detail, cancelable: true, ...events }));
      if (goes && goTo) this.#leave(goTo, reads);
    });
  }

  /** Goes on by itself, or by a button: when the user has to read a warning (R35), or the element is not in a page now. */
  #leave(to: string, reads: boolean): void {
    if (reads || !this.#host.isConnected) {
      this.#onward = to;
      this.#host.requestUpdate();
    } else setTimeout(() => location.assign(to), TICK_MS);
  }
}
