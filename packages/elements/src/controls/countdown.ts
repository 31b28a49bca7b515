import { html, type ReactiveController, svg, type TemplateResult } from 'lit';
import type { Host } from '../view/host.ts';

/** Seconds before the end of a code at which the text announces a new one. */
export const soonAt = 5;

/** Draws again at each second of the server's clock, while something on the screen shows the time. */
export class Countdown implements ReactiveController {
  readonly #host: Host;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #asked = false;

  constructor(host: Host) {
    this.#host = host;
    host.element.addController(this);
  }

  hostConnected(): void {
    if (this.#asked) this.#host.element.requestUpdate();
  }

  hostDisconnected(): void {
    clearTimeout(this.#timer);
  }

  hostUpdate(): void {
    this.#asked = false;
  }

  hostUpdated(): void {
    clearTimeout(this.#timer);
    if (!this.#asked || !this.#host.element.isConnected) return;
    const rest = 1000 - ((this.#host.flow?.now() ?? 0) % 1000);
    this.#timer = setTimeout(() => this.#host.element.requestUpdate(), rest + 5);
  }

  /** The server's time in milliseconds since the epoch; the screen is drawn again a second later. */
  now(): number {
    this.#asked = true;
    return this.#host.flow?.now() ?? Date.now();
  }

  /** Whole seconds until a moment of the server's clock. */
  until(moment: number): number {
    return Math.max(0, Math.ceil((moment - this.now()) / 1000));
  }

  /** Seconds that the present code is still shown for, RFC 6238 §4.2. */
  left(period: number): number {
    return period - (Math.floor(this.now() / 1000) % period);
  }

  /** A ring that empties with the seconds of a code. It is not read out. */
  ring(period: number): TemplateResult {
    const left = this.left(period);
    const soon = left < soonAt;
    return html`<span part=${soon ? 'countdown soon' : 'countdown'} aria-hidden="true">
      <svg viewBox="0 0 24 24">
        <circle cx="12" cy="12" r="10" />
        ${svg`<circle class="left" cx="12" cy="12" r="10" pathLength=${period} stroke-dasharray="${left} ${period}" />`}
      </svg>
    </span>`;
  }
}
