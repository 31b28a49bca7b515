import { html, nothing, type TemplateResult } from 'lit';
import type { Host } from '../element/host.ts';

/** What was copied last, and so says 'copied'. */
class Copied {
  readonly #host: Host;
  text: string | undefined;

  constructor(host: Host) {
    this.#host = host;
  }

  async copy(text: string): Promise<void> {
    try {
      await navigator.clipboard.writeText(text);
    } catch {
      // The person did not allow it: the text stands beside the button and can be taken by hand.
      return;
    }
    this.text = text;
    this.#host.element.requestUpdate();
  }
}

/** Copies a text, and says so. */
export const copyButton = (host: Host, text: string): TemplateResult | typeof nothing => {
  // Only there in a secure context.
  if (!navigator.clipboard) return nothing;
  const copied = host.use(Copied);
  const isCopied = copied.text === text;
  // What is read out stands beside the button: inside, a status would take the button's name away.
  return html`<button part="button secondary" type="button" @click=${() => copied.copy(text)}>
      ${host.text(isCopied ? 'copied' : 'copy')}
    </button>
    <span class="silent" role="status">${isCopied ? host.text('copied') : nothing}</span>`;
};
