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
      // The browser refused the access. The text is next to the button and can be copied manually.
      return;
    }
    this.text = text;
    this.#host.element.requestUpdate();
  }
}

/** A button that copies a text and reports it. Nothing if the page has no access to the clipboard. */
export const copyButton = (host: Host, text: string): TemplateResult | typeof nothing => {
  // The clipboard exists only in a secure context.
  if (!navigator.clipboard) return nothing;
  const copied = host.use(Copied);
  const isCopied = copied.text === text;
  // The status is next to the button. Inside the button it would change the button's accessible name.
  return html`<button part="button secondary" type="button" @click=${() => copied.copy(text)}>
      ${host.text(isCopied ? 'copied' : 'copy')}
    </button>
    <span class="silent" role="status">${isCopied ? host.text('copied') : nothing}</span>`;
};

/** While the codes are printed, these styles hide everything else on the page. */
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
 * Prints the codes without the rest of the page. Print styles can hide the rest only if the codes are in the page's own tree, so
 * they are there until the printing ends. The styles are in an adopted style sheet, because R77 forbids inline styles.
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
