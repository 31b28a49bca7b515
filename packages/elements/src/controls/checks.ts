import { html, nothing, type TemplateResult } from 'lit';
import type { Host } from '../view/host.ts';
import { Countdown } from './countdown.ts';

/** Milliseconds without an answer after which the screen says what to check (W6). */
const PATIENCE_MS = 10_000;

const checks = ['open', 'network', 'notifications', 'account', 'by-hand'] as const;

/** What to check when a request does not reach the phone, in the order in which it helps most often. */
export class Checks {
  readonly #host: Host;
  #request: string | undefined;
  #since = 0;

  constructor(host: Host) {
    this.#host = host;
  }

  /** Returns the list once the request has been shown for ten seconds. `request` is different for each request. */
  render(request: string): TemplateResult {
    const now = this.#host.use(Countdown).now();
    if (request !== this.#request) this.#since = now;
    this.#request = request;
    // The region exists from the beginning, so that screen readers announce the list when it appears.
    return html`<div role="status">${now - this.#since >= PATIENCE_MS ? this.list() : nothing}</div>`;
  }

  /** Returns the list. */
  list(): TemplateResult {
    const host = this.#host;
    return html`<div part="checks">
      <h3>${host.text('push.checks')}</h3>
      <ol>
        ${checks.map((check) => html`<li>${host.text(`push.check-${check}`)}</li>`)}
      </ol>
    </div>`;
  }
}
