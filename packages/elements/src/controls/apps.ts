import type { StepOf } from '@tweestap/protocol';
import { html, nothing, svg, type TemplateResult } from 'lit';
import { create } from 'qrcode/lib/core/qrcode.js';
import type { Host } from '../view/host.ts';

/** Free apps for who has none yet, by system (K10, P4); any other app of that kind does as well. */
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

/** Systems that authenticator apps are made for. */
export type System = 'android' | 'ios' | 'desktop';

/** The system that a browser runs on, as far as it tells; an iPad calls itself a Mac, but can be touched. */
export const systemOf = ({ userAgent, maxTouchPoints }: Pick<Navigator, 'userAgent' | 'maxTouchPoints'>): System => {
  if (/android/i.test(userAgent)) return 'android';
  return /iphone|ipad|ipod/i.test(userAgent) || (/macintosh/i.test(userAgent) && maxTouchPoints > 1)
    ? 'ios'
    : 'desktop';
};

/** In the order of a list: phones first, since most people's app is on one; on a phone its own system first. */
export const systemsFrom = (own: System): readonly System[] => [
  ...new Set<System>(own === 'desktop' ? ['android', 'ios', 'desktop'] : [own, 'android', 'ios', 'desktop']),
];

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
