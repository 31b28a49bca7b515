import type { Account, SetUpMethod } from '@tweestap/client';
import { html, nothing, type TemplateResult } from 'lit';
import { type AccountFactor, factorRow, namedRow } from './factor-row.ts';
import { button, rowButton, type SettingsHost, section } from './parts.ts';
import type { SettingsModel } from './settings-model.ts';

/** The texts and the rows of one method's section. */
interface Method {
  readonly method: SetUpMethod;
  readonly title: string;
  /** What the method does, where the heading alone does not say it. */
  readonly how?: string;
  /** The row of one factor. */
  row(factor: AccountFactor): TemplateResult;
  /** The words of the button that sets up one more, given the number of factors. Undefined if there is no such button. */
  add(count: number): string | undefined;
}

/** The sections of the user's factors, one for each method. A section is shown if there are factors, or if one can be added. */
export const factors = (host: SettingsHost, model: SettingsModel, account: Account): TemplateResult => html`
  ${methodsOf(host, model, account).map((method) => methodSection(host, model, account, method))}
`;

const methodsOf = (host: SettingsHost, model: SettingsModel, account: Account): readonly Method[] => {
  // The first second factor is set up by 'Turn on', which asks for the method.
  const isOn = account.factors.length > 0;
  const hasOne = (count: number): boolean => account.authenticators === 'one' && count > 0;
  return [
    {
      method: 'passkey',
      title: host.text('settings.passkeys'),
      how: host.text('settings.passkeys-how'),
      row: (factor) => namedRow(host, model, factor, syncOf(host, factor)),
      add: () => (host.hasPasskeys ? host.text('settings.add-passkey') : undefined),
    },
    {
      method: 'push',
      title: host.text('settings.push'),
      how: host.text('settings.push-how'),
      row: (factor) => namedRow(host, model, factor),
      add: (count) => (isOn ? host.text(hasOne(count) ? 'settings.replace-phone' : 'settings.add-phone') : undefined),
    },
    {
      method: 'totp',
      title: host.text('settings.apps'),
      row: (factor) => namedRow(host, model, factor),
      add: (count) => (isOn ? host.text(hasOne(count) ? 'settings.replace' : 'settings.add') : undefined),
    },
    {
      method: 'sms',
      title: host.text('settings.phone'),
      how: host.text('settings.phone-how'),
      row: (factor) => numberRow(host, model, account, factor),
      // An account has one number. It is changed in its row.
      add: (count) => (isOn && count === 0 ? host.text('settings.add-number') : undefined),
    },
  ];
};

const methodSection = (
  host: SettingsHost,
  model: SettingsModel,
  account: Account,
  { method, title, how, row, add }: Method,
): TemplateResult | typeof nothing => {
  const own = account.factors.filter((factor) => factor.method === method);
  const words = mayAdd(account, method) ? add(own.length) : undefined;
  if (own.length === 0 && !words) return nothing;
  return section(
    title,
    html`
      ${how ? html`<p part="description">${how}</p>` : nothing}
      ${own.length > 0 ? html`<ul part="rows">${own.map(row)}</ul>` : nothing}
      ${words ? button(host, words, () => begin(model, account, method)) : nothing}
    `,
  );
};

/** The row of the phone number. It has no name, so it can be changed but not renamed. */
const numberRow = (
  host: SettingsHost,
  model: SettingsModel,
  account: Account,
  factor: AccountFactor,
): TemplateResult => {
  const spoken = host.text('settings.number');
  const change = rowButton(host, {
    words: host.text('settings.change'),
    name: host.text('settings.change-of', { name: spoken }),
    press: () => begin(model, account, 'sms'),
  });
  const name = (factor.to ?? factor.name).replaceAll(' ', '\u00a0');
  return factorRow(host, model, factor, { name, spoken, actions: mayAdd(account, 'sms') ? change : nothing });
};

/** Whether the user can set up this method now. */
const mayAdd = ({ flows, setUpMethods }: Account, method: SetUpMethod): boolean =>
  flows.includes('enroll') && setUpMethods.includes(method);

/** Sets up a method. If it is the only one, the step that asks for a method is shown, because it has the organisation's note. */
const begin = (model: SettingsModel, { setUpMethods }: Account, method: SetUpMethod): void =>
  model.begin('enroll', setUpMethods.length === 1 ? undefined : method);

const syncOf = (host: SettingsHost, { synced }: AccountFactor): string | undefined =>
  synced === undefined ? undefined : host.text(synced ? 'settings.synced' : 'settings.this-device');
