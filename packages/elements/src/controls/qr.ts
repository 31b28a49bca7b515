import { html, svg, type TemplateResult } from 'lit';
import { create } from 'qrcode/lib/core/qrcode.js';

/** Light modules around the symbol, ISO/IEC 18004 §6.3.8. */
const quiet = 4;

/** The dark modules of a row as runs, drawn as one path. */
const pathOf = (text: string): { size: number; path: string } => {
  const { modules } = create(text, { errorCorrectionLevel: 'M' });
  let path = '';
  for (let row = 0; row < modules.size; row += 1) {
    for (let column = 0; column < modules.size; column += 1) {
      if (!modules.get(row, column)) continue;
      let run = 1;
      while (column + run < modules.size && modules.get(row, column + run)) run += 1;
      path += `M${column + quiet} ${row + quiet}h${run}v1h-${run}z`;
      column += run;
    }
  }
  return { size: modules.size + 2 * quiet, path };
};

/** A QR code, made here and nowhere else: the secret in it leaves the page by the camera only. */
export class Qr {
  #text = '';
  #drawn = { size: 0, path: '' };

  render(text: string, label: string): TemplateResult {
    if (text !== this.#text) this.#drawn = pathOf(text);
    this.#text = text;
    const { size, path } = this.#drawn;
    return html`<div part="qr">
      <svg viewBox="0 0 ${size} ${size}" role="img" aria-label=${label} shape-rendering="crispEdges">
        ${svg`<path d=${path} />`}
      </svg>
    </div>`;
  }
}
