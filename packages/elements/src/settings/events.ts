import type { Account, AccountEvent, Duration } from '@tweestap/client';
import { html, nothing, type TemplateResult } from 'lit';
import { rememberTime } from '../controls/times.ts';
import type { SettingsKey } from '../locales/settings/catalogues.ts';
import { button, rowButton, type SettingsHost, section, when } from './parts.ts';
import { opener, type SettingsModel } from './settings-model.ts';

/** The section of the account's recent events, each with a button to report that it was not the user. */
export const events = (host: SettingsHost, model: SettingsModel): TemplateResult | typeof nothing => {
  if (model.events.length === 0) return nothing;
  return section(
    host.text('settings.events'),
    html`<ol part="rows">${model.events.map((event, at) => eventRow(host, model, event, at))}</ol>`,
  );
};

const keyOf = ({ event, method }: AccountEvent): SettingsKey =>
  event === 'login' && method ? `event.login.${method}` : `event.${event}`;

const eventRow = (host: SettingsHost, model: SettingsModel, event: AccountEvent, at: number): TemplateResult => {
  const words = host.text(keyOf(event));
  const moment = when(host, event.at);
  const asking = model.asking?.what === 'not-me' && model.asking.at === at;
  return html`<li part="row">
    <div>
      <span part="row-name">${words}</span>
      <p part="row-detail">
        <time datetime=${event.at}>${moment}</time>${event.address ? html`, ${host.text('settings.from', { address: event.address })}` : nothing}
      </p>
    </div>
    <div part="row-actions">
      ${rowButton(host, {
        words: host.text('settings.not-me'),
        name: host.text('settings.not-me-of', { event: words, moment }),
        id: opener({ what: 'not-me', at }),
        press: () => model.ask({ what: 'not-me', at }),
      })}
    </div>
    ${
      asking
        ? html`<div part="asking">
            <p tabindex="-1">${host.text('settings.not-me-sure')}</p>
            <div part="actions">
              ${button(host, host.text('settings.not-me-do'), () => model.notMe(event.id), 'sure')}
              ${button(host, host.text('settings.keep'), () => model.ask(undefined))}
            </div>
          </div>`
        : nothing
    }
  </li>`;
};

/** The section of the remembered devices, with the choice of how long a device is remembered. */
export const devices = (
  host: SettingsHost,
  model: SettingsModel,
  account: Account,
): TemplateResult | typeof nothing => {
  if (account.enrolment.state === 'off') return nothing;
  const choosable = account.rememberChoices.some((choice) => choice !== 'never');
  const { devices: list } = account;
  return section(
    host.text('settings.devices'),
    html`
      ${choosable ? choice(host, model, account) : html`<p part="description">${host.text('settings.remember-never')}</p>`}
      ${
        list.length > 0
          ? html`<ul part="rows">${list.map((device) => deviceRow(host, model, device))}</ul>
              ${button(host, host.text('settings.forget-all'), () => model.forgetAll())}`
          : choosable
            ? html`<p part="description">${host.text('settings.no-devices')}</p>`
            : nothing
      }
    `,
  );
};

const choice = (
  host: SettingsHost,
  model: SettingsModel,
  { rememberFor, rememberChoices }: Account,
): TemplateResult => {
  const choose = ({ target }: Event) => model.remember((target as HTMLSelectElement).value as Duration);
  return html`<div part="choice">
    <label for="remember">${host.text('settings.remember')}</label>
    <div part="input">
      <select id="remember" aria-describedby="remember-hint" ?disabled=${host.state.name === 'busy'} @change=${choose}>
        ${rememberChoices.map(
          (each) =>
            html`<option value=${each} ?selected=${each === rememberFor}>${each === 'never' ? host.text('settings.never') : rememberTime(host.language, each)}</option>`,
        )}
      </select>
      <svg viewBox="0 0 16 16" aria-hidden="true"><path d="m4 6 4 4 4-4" /></svg>
    </div>
    <p part="description" id="remember-hint">${host.text('settings.remember-hint')}</p>
  </div>`;
};

const deviceRow = (host: SettingsHost, model: SettingsModel, device: Account['devices'][number]): TemplateResult => {
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
        press: () => model.forget(id),
      })}
    </div>
  </li>`;
};
