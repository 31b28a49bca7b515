import type { Account } from '@tweestap/client';
import { html, nothing, type TemplateResult } from 'lit';
import { calendarDay } from '../controls/times.ts';
import { errorLine } from '../view/frame.ts';
import { button, rowButton, type SettingsHost, section, when } from './parts.ts';
import { opener, type SettingsModel } from './settings-model.ts';

type Factor = Account['factors'][number];

/** The server's limit for names, in characters. */
const longestName = 60;

/** The section of the passkeys. It is shown if there are some, or if the policy and the browser allow a first one. */
export const passkeys = (
  host: SettingsHost,
  model: SettingsModel,
  account: Account,
): TemplateResult | typeof nothing => {
  const { flows, setUpMethods } = account;
  const own = account.factors.filter(({ method }) => method === 'passkey');
  const mayAdd = flows.includes('enroll') && setUpMethods.includes('passkey') && host.hasPasskeys;
  if (own.length === 0 && !mayAdd) return nothing;
  return section(
    host.text('settings.passkeys'),
    html`
      <p part="description">${host.text('settings.passkeys-how')}</p>
      ${own.length > 0 ? html`<ul part="rows">${own.map((factor) => row(host, model, factor))}</ul>` : nothing}
      ${mayAdd ? button(host, host.text('settings.add-passkey'), () => model.begin('enroll', 'passkey')) : nothing}
    `,
  );
};

/** The section of the authenticator apps, each with its buttons. */
export const authenticators = (
  host: SettingsHost,
  model: SettingsModel,
  account: Account,
): TemplateResult | typeof nothing => {
  const { flows, setUpMethods } = account;
  // With one method, the organisation's note about it is still shown.
  const only = setUpMethods.length === 1;
  const factors = account.factors.filter(({ method }) => method !== 'passkey' && method !== 'sms');
  if (factors.length === 0) return nothing;
  const words = host.text(account.authenticators === 'one' ? 'settings.replace' : 'settings.add');
  return section(
    host.text('settings.apps'),
    html`
      <ul part="rows">${factors.map((factor) => row(host, model, factor))}</ul>
      ${flows.includes('enroll') ? button(host, words, () => model.begin('enroll', only ? undefined : 'totp')) : nothing}
    `,
  );
};

const row = (host: SettingsHost, model: SettingsModel, factor: Factor): TemplateResult => {
  const { id, name, createdAt, lastUsedAt, synced } = factor;
  const used = lastUsedAt
    ? host.text('settings.used', { moment: when(host, lastUsedAt) })
    : host.text('settings.unused');
  const act = (what: 'rename' | 'remove') =>
    rowButton(host, {
      words: host.text(`settings.${what}`),
      name: host.text(`settings.${what}-of`, { name }),
      id: opener({ what, id }),
      press: () => model.ask({ what, id }),
    });
  return html`<li part="row">
    <div>
      <span part="row-name"><bdi>${name}</bdi></span>
      ${synced === undefined ? nothing : html`<span part="current">${host.text(synced ? 'settings.synced' : 'settings.this-device')}</span>`}
      <p part="row-detail">${used}, ${host.text('settings.added', { day: calendarDay(host.language, createdAt, Date.now()) })}</p>
    </div>
    <div part="row-actions">${act('rename')}${factor.removable ? act('remove') : nothing}</div>
    ${asking(host, model, factor)}
  </li>`;
};

/** The question whether to remove a factor, or its new name. */
export const asking = (
  host: SettingsHost,
  model: SettingsModel,
  { id, name, method }: Factor,
): TemplateResult | typeof nothing => {
  const { asking } = model;
  if (!asking || asking.what === 'not-me' || asking.id !== id) return nothing;
  if (asking.what === 'rename') return renaming(host, model, id, name);
  return html`<div part="asking">
    <p tabindex="-1">${host.text(method === 'passkey' ? 'settings.remove-passkey-sure' : 'settings.remove-sure', { name })}</p>
    <div part="actions">
      ${button(host, host.text('settings.remove'), () => model.remove(id), 'sure')}
      ${button(host, host.text('settings.keep'), () => model.ask(undefined))}
    </div>
  </div>`;
};

const renaming = (host: SettingsHost, model: SettingsModel, id: string, name: string): TemplateResult => {
  const wrong = host.wrong === 'name';
  const save = () => {
    const typed = host.element.shadowRoot?.querySelector<HTMLInputElement>('#name')?.value.trim() ?? '';
    if (typed) void model.rename(id, typed);
    else host.complain('name', host.text('settings.name-missing'));
  };
  const enter = ({ key }: KeyboardEvent) => key === 'Enter' && save();
  return html`<div part="asking">
    <label for="name">${host.text('settings.name')}</label>
    <div part=${wrong ? 'input invalid' : 'input'}>
      <input id="name" type="text" maxlength=${longestName} autocomplete="off" .value=${name} aria-invalid=${wrong} @keydown=${enter} />
    </div>
    ${wrong ? errorLine() : nothing}
    <div part="actions">
      ${button(host, host.text('settings.save'), save)}
      ${button(host, host.text('settings.keep'), () => model.ask(undefined))}
    </div>
  </div>`;
};
