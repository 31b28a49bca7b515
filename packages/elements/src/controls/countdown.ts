import { html, type ReactiveController, svg, type TemplateResult } from 'lit';
import type { Host } from '../view/host.ts';

/** Number of seconds before the end of a code at which the text announces the next one. */
export const SOON_SECONDS = 5;

/** Renders the element again at each second of the server's clock, while the screen shows a time. */
export class Countdown implements ReactiveController {
  readonly #host: Host;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #isShown = false;

  constructor(host: Host) {
    this.#host = host;
    host.element.addController(this);
  }

  hostConnected(): void {
    if (this.#isShown) this.#host.element.requestUpdate();
  }

  hostDisconnected(): void {
    clearTimeout(this.#timer);
  }

  hostUpdate(): void {
    this.#isShown = false;
  }

  hostUpdated(): void {
    clearTimeout(this.#timer);
    if (!this.#isShown || !this.#host.element.isConnected) return;
    const rest = 1000 - ((this.#host.flow?.now() ?? 0) % 1000);
    this.#timer = setTimeout(() => this.#host.element.requestUpdate(), rest + 5);
  }

  /** Returns the server's time in milliseconds since the epoch, and renders the element again one second later. */
  now(): number {
    this.#isShown = true;
    return this.#host.flow?.now() ?? Date.now();
  }

  /** Returns the whole seconds until a time of the server's clock (ms since the epoch), rounded up; at least 0. */
  until(moment: number): number {
    return Math.max(0, Math.ceil((moment - this.now()) / 1000));
  }

  /** Returns the seconds until the next code (RFC 6238 §4.2). `period` is the duration of a code in seconds. */
  left(period: number): number {
    return period - (Math.floor(this.now() / 1000) % period);
  }

  /** A ring that shows how long a code is still valid, by default that of the server's clock. Screen readers ignore it. */
  ring(period: number, left = this.left(period)): TemplateResult {
    const soon = left < SOON_SECONDS;
    return html`<span part=${soon ? 'countdown soon' : 'countdown'} aria-hidden="true">
      <svg viewBox="0 0 24 24">
        <circle cx="12" cy="12" r="10" />
        ${svg`<circle class="left" cx="12" cy="12" r="10" pathLength=${period} stroke-dasharray="${left} ${period}" />`}
      </svg>
    </span>`;
  }
}
