import type { Account } from '@tweestap/client';
import { html, nothing, type TemplateResult } from 'lit';
import { rowButton, type SettingsHost, section, when } from './parts.ts';
import type { SettingsModel } from './settings-model.ts';

type Installation = Account['installations'][number];

/** The section of the apps that the user registered, which log in with the password alone. Absent if there is none. */
export const installations = (
  host: SettingsHost,
  model: SettingsModel,
  { installations: list = [] }: Account,
): TemplateResult | typeof nothing => {
  if (list.length === 0) return nothing;
  return section(
    host.text('settings.installations'),
    html`
      <p part="description">${host.text('settings.installations-how')}</p>
      <ul part="rows">${list.map((each) => installationRow(host, model, each))}</ul>
    `,
  );
};

const installationRow = (host: SettingsHost, model: SettingsModel, installation: Installation): TemplateResult => {
  const { id, name, createdAt, lastUsedAt } = installation;
  const used = lastUsedAt
    ? host.text('settings.used', { moment: when(host, lastUsedAt) })
    : host.text('settings.unused');
  return html`<li part="row">
    <div>
      <span part="row-name"><bdi>${name}</bdi></span>
      <p part="row-detail">${used}, ${host.text('settings.added', { day: when(host, createdAt) })}</p>
    </div>
    <div part="row-actions">
      ${rowButton(host, {
        words: host.text('settings.remove'),
        name: host.text('settings.remove-of', { name }),
        press: () => model.removeInstallation(id),
      })}
    </div>
  </li>`;
};
