import type { Account } from '@tweestap/client';
import { html, nothing, type TemplateResult } from 'lit';
import { MAX_NAME_LENGTH } from '../controls/naming.ts';
import { calendarDay } from '../controls/times.ts';
import type { SettingsKey } from '../locales/settings/catalogues.ts';
import { errorLine } from '../view/frame.ts';
import { button, rowButton, type SettingsHost, when } from './parts.ts';
import { opener, type SettingsModel } from './settings-model.ts';

/** A factor of the account. */
export type AccountFactor = Account['factors'][number];

/** What the row of a factor shows. */
interface Row {
  /** What the factor is called in the row. */
  readonly name: string;
  /** What the accessible names of the buttons call it. */
  readonly spoken: string;
  /** What is shown next to the name. */
  readonly mark?: string | undefined;
  /** The buttons before 'Remove'. */
  readonly actions: unknown;
}

/** The row of a factor, with its use, its buttons and its open question. */
export const factorRow = (
  host: SettingsHost,
  model: SettingsModel,
  factor: AccountFactor,
  { name, spoken, mark, actions }: Row,
): TemplateResult => {
  const { id, createdAt, lastUsedAt, removable } = factor;
  const used = lastUsedAt
    ? host.text('settings.used', { moment: when(host, lastUsedAt) })
    : host.text('settings.unused');
  const remove = rowButton(host, {
    words: host.text('settings.remove'),
    name: host.text('settings.remove-of', { name: spoken }),
    id: opener({ what: 'remove', id }),
    press: () => model.ask({ what: 'remove', id }),
  });
  return html`<li part="row">
    <div>
      <span part="row-name"><bdi>${name}</bdi></span>
      ${mark === undefined ? nothing : html`<span part="current">${mark}</span>`}
      <p part="row-detail">${used}, ${host.text('settings.added', { day: calendarDay(host.language, createdAt, Date.now()) })}</p>
    </div>
    <div part="row-actions">${actions}${removable ? remove : nothing}</div>
    ${question(host, model, factor)}
  </li>`;
};

/** The row of a factor that the user has named: a passkey, a linked phone or an authenticator app. */
export const namedRow = (
  host: SettingsHost,
  model: SettingsModel,
  factor: AccountFactor,
  mark?: string,
): TemplateResult => {
  const { id, name } = factor;
  const actions = rowButton(host, {
    words: host.text('settings.rename'),
    name: host.text('settings.rename-of', { name }),
    id: opener({ what: 'rename', id }),
    press: () => model.ask({ what: 'rename', id }),
  });
  return factorRow(host, model, factor, { name, spoken: name, mark, actions });
};

const sureOf: Partial<Record<AccountFactor['method'], SettingsKey>> = {
  passkey: 'settings.remove-passkey-sure',
  push: 'settings.remove-push-sure',
  sms: 'settings.remove-sms-sure',
};

/** The question whether to remove a factor, or its new name. */
const question = (
  host: SettingsHost,
  model: SettingsModel,
  { id, name, method }: AccountFactor,
): TemplateResult | typeof nothing => {
  const { asking, account } = model;
  if (!asking || asking.what === 'not-me' || asking.id !== id) return nothing;
  if (asking.what === 'rename') return renaming(host, model, id, name);
  const isLast = account?.factors.length === 1;
  return html`<div part="asking">
    <p tabindex="-1">${host.text(sureOf[method] ?? 'settings.remove-sure', { name })} ${isLast ? host.text('settings.remove-last') : nothing}</p>
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
    if (typed.length > MAX_NAME_LENGTH) host.complain('name', host.text('too-long', { count: MAX_NAME_LENGTH }));
    else if (typed) void model.rename(id, typed);
    else host.complain('name', host.text('settings.name-missing'));
  };
  const enter = ({ key }: KeyboardEvent) => key === 'Enter' && save();
  return html`<div part="asking">
    <label for="name">${host.text('settings.name')}</label>
    <div part=${wrong ? 'input invalid' : 'input'}>
      <input id="name" type="text" autocomplete="off" .value=${name} aria-invalid=${wrong} @keydown=${enter} />
    </div>
    ${wrong ? errorLine() : nothing}
    <div part="actions">
      ${button(host, host.text('settings.save'), save)}
      ${button(host, host.text('settings.keep'), () => model.ask(undefined))}
    </div>
  </div>`;
};
