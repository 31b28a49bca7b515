import { html, nothing, type TemplateResult } from 'lit';
import type { Host } from '../element/host.ts';

/** The text that was copied last. */
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
      // The user did not allow it. The text is next to the button and can be copied by hand.
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
  // The status is next to the button: inside, it would replace the button's name.
  return html`<button part="button secondary" type="button" @click=${() => copied.copy(text)}>
      ${host.text(isCopied ? 'copied' : 'copy')}
    </button>
    <span class="silent" role="status">${isCopied ? host.text('copied') : nothing}</span>`;
};
