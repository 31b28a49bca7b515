import type { Account } from '@tweestap/client';
import { html, nothing, type TemplateResult } from 'lit';
import { calendarDay } from '../controls/moments.ts';
import { errorLine } from '../element/frame.ts';
import { type Desk, opener } from './desk.ts';
import type { SettingsStage } from './host.ts';
import { button, rowButton, section, when } from './parts.ts';

type Factor = Account['factors'][number];

/** The server's rule of given names. */
const longestName = 60;

/** The authenticator apps with what can be done to each. */
export const authenticators = (host: SettingsStage, desk: Desk, account: Account): TemplateResult | typeof nothing => {
  const { factors, flows } = account;
  if (factors.length === 0) return nothing;
  const words = host.text(account.authenticators === 'one' ? 'settings.replace' : 'settings.add');
  return section(
    host.text('settings.apps'),
    html`
      <ul part="rows">${factors.map((factor) => row(host, desk, factor))}</ul>
      ${flows.includes('enroll') ? button(host, words, () => desk.begin('enroll')) : nothing}
    `,
  );
};

const row = (host: SettingsStage, desk: Desk, factor: Factor): TemplateResult => {
  const { id, name, createdAt, lastUsedAt } = factor;
  const used = lastUsedAt
    ? host.text('settings.used', { moment: when(host, lastUsedAt) })
    : host.text('settings.unused');
  const act = (what: 'rename' | 'remove') =>
    rowButton(host, {
      words: host.text(`settings.${what}`),
      name: host.text(`settings.${what}-of`, { name }),
      id: opener({ what, id }),
      press: () => desk.ask({ what, id }),
    });
  return html`<li part="row">
    <div>
      <span part="row-name"><bdi>${name}</bdi></span>
      <p part="row-detail">${used}, ${host.text('settings.added', { day: calendarDay(host.language, createdAt, Date.now()) })}</p>
    </div>
    <div part="row-actions">${act('rename')}${factor.removable ? act('remove') : nothing}</div>
    ${asking(host, desk, factor)}
  </li>`;
};

const asking = (host: SettingsStage, desk: Desk, { id, name }: Factor): TemplateResult | typeof nothing => {
  const { asking } = desk;
  if (!asking || asking.what === 'not-me' || asking.id !== id) return nothing;
  if (asking.what === 'rename') return renaming(host, desk, id, name);
  return html`<div part="asking">
    <p>${host.text('settings.remove-sure', { name })}</p>
    <div part="actions">
      ${button(host, host.text('settings.remove'), () => desk.remove(id), 'sure')}
      ${button(host, host.text('settings.keep'), () => desk.ask(undefined))}
    </div>
  </div>`;
};

const renaming = (host: SettingsStage, desk: Desk, id: string, name: string): TemplateResult => {
  const wrong = host.wrong === 'name';
  const save = () => {
    const typed = host.shadowRoot?.querySelector<HTMLInputElement>('#name')?.value.trim() ?? '';
    if (typed) void desk.rename(id, typed);
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
      ${button(host, host.text('settings.keep'), () => desk.ask(undefined))}
    </div>
  </div>`;
};
