import type { Account, Duration } from '@tweestap/client';
import { html, nothing, type TemplateResult } from 'lit';
import type { Desk } from './desk.ts';
import type { SettingsStage } from './host.ts';
import { button, rowButton, section, when } from './parts.ts';

/** How long a device is remembered, and which ones are now. */
export const devices = (host: SettingsStage, desk: Desk, account: Account): TemplateResult | typeof nothing => {
  if (account.enrolment.state === 'off') return nothing;
  const choosable = account.rememberChoices.some((choice) => choice !== 'never');
  const { devices: list } = account;
  return section(
    host.text('settings.devices'),
    html`
      ${choosable ? choice(host, desk, account) : html`<p part="description">${host.text('settings.remember-never')}</p>`}
      ${
        list.length > 0
          ? html`<ul part="rows">${list.map((device) => row(host, desk, device))}</ul>
              ${button(host, host.text('settings.forget-all'), () => desk.forgetAll())}`
          : choosable
            ? html`<p part="description">${host.text('settings.no-devices')}</p>`
            : nothing
      }
    `,
  );
};

const choice = (host: SettingsStage, desk: Desk, { rememberFor, rememberChoices }: Account): TemplateResult => {
  const choose = ({ target }: Event) => desk.remember((target as HTMLSelectElement).value as Duration);
  return html`<div part="choice">
    <label for="remember">${host.text('settings.remember')}</label>
    <div part="input">
      <select id="remember" aria-describedby="remember-hint" ?disabled=${host.state.name === 'busy'} @change=${choose}>
        ${rememberChoices.map(
          (each) =>
            html`<option value=${each} ?selected=${each === rememberFor}>${host.text(`settings.${each}`)}</option>`,
        )}
      </select>
      <svg viewBox="0 0 16 16" aria-hidden="true"><path d="m4 6 4 4 4-4" /></svg>
    </div>
    <p part="description" id="remember-hint">${host.text('settings.remember-hint')}</p>
  </div>`;
};

const row = (host: SettingsStage, desk: Desk, device: Account['devices'][number]): TemplateResult => {
  const { id, name, lastUsedAt, expiresAt, current } = device;
  const used = host.text('settings.used', { moment: when(host, lastUsedAt) });
  return html`<li part="row">
    <div>
      <span part="row-name"><bdi>${name}</bdi></span>
      ${current ? html`<span part="current">${host.text('settings.this-one')}</span>` : nothing}
      <p part="row-detail">${host.text('settings.until', { moment: when(host, expiresAt) })}. ${used}.</p>
    </div>
    <div part="row-actions">
      ${rowButton(host, {
        words: host.text('settings.forget'),
        name: host.text('settings.forget-of', { name }),
        press: () => desk.forget(id),
      })}
    </div>
  </li>`;
};
