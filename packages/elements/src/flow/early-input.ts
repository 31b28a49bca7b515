import type { FlowHost } from '../view/host.ts';

/** Milliseconds after a new step in which Enter and the second click of a double click are meant for the step before. */
const EARLY_MS = 800;

/**
 * Ignores Enter and a double click that are meant for the step before: many users press Enter several times, and would see a new
 * step with the error that its field is empty. Text that was typed at the new step can be submitted immediately.
 */
export class EarlyInput {
  readonly #host: FlowHost;
  #until = 0;

  constructor(host: FlowHost) {
    this.#host = host;
    const { element } = host;
    element.addEventListener('input', () => {
      this.#until = 0;
    });
    const ignore = (event: Event): void => {
      if (this.#now >= this.#until) return;
      event.preventDefault();
      event.stopImmediatePropagation();
    };
    // Enter presses the hidden button of the form. The visible button submits the form without a submitter.
    element.addEventListener('submit', (event) => event.submitter && ignore(event), true);
    element.shadowRoot?.addEventListener('click', (event) => (event as MouseEvent).detail > 1 && ignore(event), true);
  }

  /** Notes that a new step is shown. */
  begin(): void {
    this.#until = this.#now + EARLY_MS;
  }

  get #now(): number {
    return this.#host.flow?.now() ?? Number.POSITIVE_INFINITY;
  }
}
