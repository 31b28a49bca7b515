import { css, html, nothing, type TemplateResult } from 'lit';
import type { Host } from '../view/host.ts';
import { date } from './times.ts';

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

/** While it is printed, the page holds nothing but this. */
const clean = css`
  @media screen {
    [data-mfa-print] {
      display: none;
    }
  }
  @page {
    margin: 20mm;
  }
  @media print {
    body > :not([data-mfa-print]) {
      display: none !important;
    }
    [data-mfa-print] {
      all: initial;
      display: block;
      font: 12pt/1.5 system-ui, sans-serif;
      color: #000;
    }
    [data-mfa-print] * {
      all: revert;
    }
    [data-mfa-print] h1 {
      font-size: 18pt;
    }
    [data-mfa-print] ol {
      list-style: none;
      margin: 24pt 0;
      padding: 0;
    }
    [data-mfa-print] li {
      font: 14pt/2 ui-monospace, Menlo, Consolas, monospace;
    }
  }
`;

const block = (tag: string, ...content: (string | Node)[]): HTMLElement => {
  const node = document.createElement(tag);
  node.append(...content);
  return node;
};

/**
 * Prints the codes on a page of their own. The page's own tree is the only one that can be printed without the rest of
 * it, so the codes stand there for as long as the printing takes. No style in attributes or elements: R77.
 */
export const printCodes = (host: Host, codes: readonly string[]): void => {
  const about = [host.flow?.organisation?.name, host.kept.username].filter((name) => name !== undefined).join(' · ');
  const sheet = block(
    'section',
    block('h1', host.text('recovery-codes.list')),
    block('p', about),
    block('ol', ...codes.map((code) => block('li', code))),
    block('p', host.text('recovery-codes.printed', { day: date(host.language, host.flow?.now() ?? Date.now()) })),
  );
  sheet.dataset.mfaPrint = '';
  sheet.lang = host.language;
  const style = clean.styleSheet;
  const remove = (): void => {
    sheet.remove();
    document.adoptedStyleSheets = document.adoptedStyleSheets.filter((other) => other !== style);
  };
  if (style) document.adoptedStyleSheets = [...document.adoptedStyleSheets, style];
  document.body.append(sheet);
  addEventListener('afterprint', remove, { once: true });
  print();
};
