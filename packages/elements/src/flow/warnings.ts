import type { MfaProblem } from '@tweestap/client';
import type { ReactiveController } from 'lit';
import { first } from '../locales/messages.ts';
import type { FlowHost } from '../view/host.ts';

/** Tells the page's developer in the console which setting is wrong, each cause once. */
export class Warnings implements ReactiveController {
  readonly #host: FlowHost;
  readonly #said = new Set<string>();
  #messages: object | undefined;

  constructor(host: FlowHost) {
    this.#host = host;
    host.element.addController(this);
  }

  hostUpdated(): void {
    const { element, texts } = this.#host;
    const { messages } = element;
    if (!messages || messages === this.#messages) return;
    this.#messages = messages;
    const unknown = Object.keys(messages).filter((key) => !Object.hasOwn(first.en, key) && !Object.hasOwn(texts, key));
    if (unknown.length > 0) this.#warn(`messages has unknown keys: ${unknown.map((key) => `"${key}"`).join(', ')}.`);
  }

  /** The login is done, but the browser may not go to the address of the page. */
  refusedReturn(): void {
    const { returnTo } = this.#host.element;
    if (!returnTo) return;
    this.#warn(
      `return-to="${returnTo}" was refused. It must be an http or https address, and its origin must be that of the page (${location.origin}) or be in returnTo of the organisation.`,
    );
  }

  /** A call has failed. Warns if a setting of the page or the server is the likely cause. */
  failed(problem: MfaProblem): void {
    const { api, client, assertionNonce, organisation } = this.#host.element;
    if (organisation && problem.is('unknown-organisation'))
      this.#warn(`organisation="${organisation}" is no organisation of the server, or not one of this portal.`);
    if (client) return;
    if (problem.is('cross-site'))
      this.#warn(
        `the server refuses calls from ${location.origin}. Add this origin to baseUrl, origins or portals of the server.`,
      );
    else if (problem.is('network') && isOtherOrigin(api))
      this.#warn(
        `api="${api}" has another origin than the page (${location.origin}), and its calls fail. Add the page's origin to the option portals of the server, which logs what it refuses, end api with the mount path of the server, and allow its origin in the page's CSP (connect-src). Or set api to a path of this origin.`,
      );
    else if (problem.is('not-allowed') && isOtherOrigin(api) && !assertionNonce)
      this.#warn(
        `api="${api}" has another origin than the page (${location.origin}). A login there ends in an assertion: set assertion-nonce to a nonce of this page's server.`,
      );
    else if (problem.is('malformed')) {
      const issues = problem.problem?.issues?.map(({ path, expected }) => `${path}: ${expected}`).join('; ');
      this.#warn(`the server can't read a call (${issues}). "/nonce" is assertion-nonce, "/returnTo" is return-to.`);
    } else if (problem.is('bad-hand-over')) this.#warn(`the token in hand-over is refused: ${problem.problem?.detail}`);
    else if (isForeign(problem))
      this.#warn(
        `api="${api}" is not the address of a Tweestap server: a call to ${new URL(api, document.baseURI).href} was answered with status ${problem.status}. Set api to the mount path of the server, or forward this path to it, as a development server does with a proxy.`,
      );
  }

  #warn(text: string): void {
    // A removed element may still get the answer of its last call, which says nothing about the present page.
    if (this.#said.has(text) || !this.#host.element.isConnected) return;
    this.#said.add(text);
    console.warn(`<${this.#host.element.localName}>: ${text}`);
  }
}

/** Whether the API has another origin than the page. */
export const isOtherOrigin = (api: string): boolean => originOf(api) !== location.origin;

const originOf = (api: string): string | undefined => {
  try {
    return new URL(api, document.baseURI).origin;
  } catch {
    return undefined;
  }
};

/** Whether the answer is not one of this API, for example the page 'not found' of another server. */
const isForeign = (problem: MfaProblem): boolean =>
  problem.is('unexpected-answer') && problem.status > 0 && problem.status < 500;
