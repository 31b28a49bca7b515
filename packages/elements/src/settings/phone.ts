import type { Account } from '@tweestap/client';
import { html, nothing, type TemplateResult } from 'lit';
import { calendarDay } from '../controls/times.ts';
import { asking } from './authenticators.ts';
import { rowButton, type SettingsHost, section, when } from './parts.ts';
import { opener, type SettingsModel } from './settings-model.ts';

/** The section of the phone number that codes are sent to. An account has one, so it is changed and never renamed. */
export const phone = (
  host: SettingsHost,
  model: SettingsModel,
  { factors, flows }: Account,
): TemplateResult | typeof nothing => {
  const factor = factors.find(({ method }) => method === 'sms');
  if (!factor) return nothing;
  const { id, name, to = '', createdAt, lastUsedAt, removable } = factor;
  const used = lastUsedAt
    ? host.text('settings.used', { moment: when(host, lastUsedAt) })
    : host.text('settings.unused');
  const change = rowButton(host, {
    words: host.text('settings.change'),
    name: host.text('settings.change-of', { name }),
    id: `change-${id}`,
    press: () => model.begin('enroll', 'sms'),
  });
  const remove = rowButton(host, {
    words: host.text('settings.remove'),
    name: host.text('settings.remove-of', { name }),
    id: opener({ what: 'remove', id }),
    press: () => model.ask({ what: 'remove', id }),
  });
  return section(
    host.text('settings.phone'),
    html`
      <p part="description">${host.text('settings.phone-how')}</p>
      <ul part="rows"><li part="row">
        <div>
          <span part="row-name"><bdi>${to.replaceAll(' ', '\u00a0')}</bdi></span>
          <p part="row-detail">${used}, ${host.text('settings.added', { day: calendarDay(host.language, createdAt, Date.now()) })}</p>
        </div>
        <div part="row-actions">
          ${flows.includes('enroll') ? change : nothing}
          ${removable ? remove : nothing}
        </div>
        ${asking(host, model, factor)}
      </li></ul>
    `,
  );
};
