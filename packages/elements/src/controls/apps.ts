import type { StepOf } from '@tweestap/protocol';
import { html, nothing, svg, type TemplateResult } from 'lit';
import { create } from 'qrcode/lib/core/qrcode.js';
import type { Host } from '../view/host.ts';
import type { System } from './system.ts';

/** Lists free authenticator apps by system, for users who have none (K10, P4). Any other TOTP app works too. */
export const appList = (host: Host, apps: StepOf<'enroll-totp'>['apps'], own: System): TemplateResult => {
  const systems = systemsFrom(own).filter((system) => apps.some((app) => app.system === system));
  const link = ({ name, url }: (typeof apps)[number]) =>
    html`<li><a part="link" href=${/^https:/.test(url) ? url : nothing} target="_blank" rel="noopener noreferrer">${name}</a></li>`;
  return html`<details part="apps">
    <summary>${host.text('enroll-totp.apps')}</summary>
    <p>${host.text('enroll-totp.any-app')}</p>
    <dl>
      ${systems.map(
        (system) => html`<dt>${host.text(`system.${system}`)}</dt>
          <dd><ul translate="no">${apps.filter((app) => app.system === system).map(link)}</ul></dd>`,
      )}
    </dl>
  </details>`;
};

/** Returns the systems in the order of the list: the system of this phone first, then other phones, then computers. */
export const systemsFrom = (own: System): readonly System[] => [
  ...new Set<System>(own === 'desktop' ? ['android', 'ios', 'desktop'] : [own, 'android', 'ios', 'desktop']),
];

/** Width of the light border around the symbol, in modules (ISO/IEC 18004 §6.3.8). */
const quiet = 4;

/** Returns one path that draws the runs of dark modules in each row. */
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

/** Draws a QR code in the page, so that its secret is not sent to another server. The result is kept until the text changes. */
export class Qr {
  #text = '';
  #drawn = { size: 0, path: '' };

  /** Returns the QR code of a text, with an accessible name. */
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
