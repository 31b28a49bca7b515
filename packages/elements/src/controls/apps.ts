import type { StepOf } from '@tweestap/protocol';
import { html, nothing, type TemplateResult } from 'lit';
import type { Host } from '../element/host.ts';
import { type System, systemsFrom } from './system.ts';

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
