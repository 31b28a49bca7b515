import type { Account, AccountEvent } from '@tweestap/client';
import type { FlowElement } from '../element/flow-element.ts';
import { fakePasskeys } from './fake-passkeys.ts';
import type { Script } from './scripted-server.ts';
import { given } from './states/given.ts';
import { organisation, type Scenario, settled, until } from './states/scenario.ts';

const ago = (minutes: number): string => new Date(Date.now() - minutes * 60_000).toISOString();

/** An account with two authenticators and two remembered devices. */
export const anna: Account = {
  user: { id: 'u', organisation: 'de-linde', username: 'anna', name: 'Anna Visser' },
  factors: [
    { id: 'f1', method: 'totp', name: 'Phone', createdAt: ago(60 * 24 * 90), lastUsedAt: ago(12), removable: true },
    { id: 'f2', method: 'totp', name: 'Tablet at home', createdAt: ago(60 * 24 * 2), removable: true },
  ],
  recoveryCodesLeft: 5,
  recoveryCodesLow: false,
  rememberFor: '12h',
  rememberChoices: ['never', '12h', '1d', '3d', '1w'],
  devices: [
    { id: 'd1', name: 'Firefox on Linux', lastUsedAt: ago(12), expiresAt: ago(-60 * 11), current: true },
    { id: 'd2', name: 'Safari on iPhone', lastUsedAt: ago(60 * 30), expiresAt: ago(-60 * 24 * 3), current: false },
  ],
  installations: [],
  enrolment: { state: 'on' },
  otherSessions: 1,
  authenticators: 'many',
  setUpMethods: ['totp'],
  flows: ['enroll', 'recovery-codes', 'disable', 'change-password'],
};

/** Two apps that log in with the password alone. */
const installations: Account['installations'] = [
  { id: 'i1', client: 'phone-app', name: 'Pocket app', createdAt: ago(60 * 24 * 40), lastUsedAt: ago(60 * 3) },
  { id: 'i2', client: 'phone-app', name: 'Pocket app on the tablet', createdAt: ago(12) },
];

/** The account with two passkeys. */
export const annaWithPasskeys: Account = {
  ...anna,
  factors: [
    {
      id: 'p1',
      method: 'passkey',
      name: 'Password manager',
      synced: true,
      createdAt: ago(60 * 24 * 30),
      lastUsedAt: ago(90),
      removable: true,
    },
    {
      id: 'p2',
      method: 'passkey',
      name: 'Blue security key',
      synced: false,
      createdAt: ago(60 * 24 * 3),
      removable: true,
    },
    ...anna.factors,
  ],
  setUpMethods: ['totp', 'passkey'],
  passkeys: { rpId: 'delinde.example', userId: 'aGFuZGxl', credentialIds: ['cDE', 'cDI'] },
};

/** The phone number of an account. */
const phoneNumber: Account['factors'][number] = {
  id: 's1',
  method: 'sms',
  name: 'Phone number',
  to: '+31 •• ••• ••78',
  createdAt: ago(60 * 24 * 90),
  lastUsedAt: ago(60 * 24 * 6),
  removable: true,
};

/** An account with every method: an app, two passkeys, a phone number and a linked phone. */
export const annaWithEverything: Account = {
  ...annaWithPasskeys,
  factors: [
    ...annaWithPasskeys.factors.filter(({ id }) => id !== 'f2'),
    {
      id: 'h1',
      method: 'push',
      name: 'Phone of Anna',
      createdAt: ago(60 * 24 * 20),
      lastUsedAt: ago(60 * 26),
      removable: true,
    },
    phoneNumber,
  ],
  setUpMethods: ['totp', 'passkey', 'push', 'sms'],
};

/** Recent events of the account. */
export const recentEvents: AccountEvent[] = [
  { id: 'e1', at: ago(12), event: 'login', method: 'totp', address: '192.0.2.17' },
  { id: 'e2', at: ago(60 * 9), event: 'wrong-password', address: '203.0.113.80' },
  { id: 'e3', at: ago(60 * 24 * 2), event: 'factor-added', address: '192.0.2.17' },
  { id: 'e4', at: ago(60 * 24 * 400), event: 'password-changed', address: '2001:db8:4:1::' },
];

const off: Account = {
  ...anna,
  factors: [],
  devices: [],
  recoveryCodesLeft: 0,
  enrolment: { state: 'off', deadline: ago(-60 * 24 * 20) },
  otherSessions: 0,
  flows: ['enroll', 'change-password'],
};

const press = async (element: FlowElement, words: RegExp): Promise<void> => {
  const buttons = [...(element.shadowRoot?.querySelectorAll('button') ?? [])];
  const found = buttons.find((each) => words.test(each.id) || words.test(each.textContent?.trim() ?? ''));
  if (!found) throw new Error(`no button ${words}`);
  found.click();
  await settled(element);
};

const ready = async (element: FlowElement): Promise<void> => {
  await until(() => element.state.name !== 'busy' && element.shadowRoot?.querySelector('h2'));
  await element.updateComplete;
};

const settings = (script: Partial<Script>, ...presses: RegExp[]): Scenario => ({
  tag: 'mfa-settings',
  script: { responses: [given['confirm-password']], account: anna, events: recentEvents, organisation, ...script },
  act: async (element) => {
    await ready(element);
    for (const each of presses) await press(element, each);
  },
});

const long = 'Maximiliaans tweede reservetelefoon, de blauwe in de la <b>x</b>';

/** Every state of the settings. */
export const settingsScenarios: Record<string, Scenario> = {
  settings: settings({}),
  'settings-passkeys': settings({ account: annaWithPasskeys, passkeys: fakePasskeys() }),
  'settings-first-passkey': settings({
    account: { ...anna, setUpMethods: ['totp', 'passkey'] },
    passkeys: fakePasskeys(),
  }),
  'settings-removing-passkey': settings({ account: annaWithPasskeys, passkeys: fakePasskeys() }, /^remove-p2$/),
  'settings-off': settings({ account: off, events: [] }),
  'settings-mandatory': settings({
    account: {
      ...anna,
      factors: anna.factors.slice(0, 1).map((factor) => ({ ...factor, removable: false })),
      recoveryCodesLeft: 1,
      recoveryCodesLow: true,
      rememberChoices: ['never'],
      rememberFor: 'never',
      devices: [],
      otherSessions: 3,
      authenticators: 'one',
      flows: ['enroll', 'recovery-codes', 'change-password'],
    },
  }),
  'settings-refused': settings({ account: { ...anna, factors: [] } }),
  'settings-installations': settings({ account: { ...anna, installations } }),
  'settings-renaming': settings({}, /^rename-f1$/),
  'settings-removing': settings({}, /^remove-f2$/),
  'settings-not-me': settings({}, /^not-me-1$/),
  'settings-said': settings({}, /^(Forget all devices|Alle apparaten vergeten)$/),
  'settings-password': settings({ kind: 'change-password' }, /^(Change password|Wachtwoord wijzigen)$/),
  'settings-adding': settings({ responses: [given['enroll-totp']], kind: 'enroll' }, /^(Add an app|App toevoegen)$/),
  'settings-new-password': settings(
    { responses: [given['new-password']], kind: 'change-password' },
    /^(Change password|Wachtwoord wijzigen)$/,
  ),
  'settings-step-up': settings(
    { responses: [given.totp], kind: 'step-up', refusals: [{ code: 'insufficient-user-authentication', status: 401 }] },
    /^remove-f2$/,
    /^sure$/,
  ),
  'settings-lost': settings(
    { refusals: [{ code: 'busy', status: 503 }] },
    /^(Forget all devices|Alle apparaten vergeten)$/,
  ),
  'settings-no-session': { tag: 'mfa-settings', script: { responses: [] }, act: ready },
  'settings-sms': settings({
    account: { ...anna, factors: [{ ...phoneNumber, removable: false }], setUpMethods: ['totp', 'sms'] },
  }),
  'settings-everything': settings({ account: annaWithEverything, passkeys: fakePasskeys() }),
  'settings-removing-phone': settings({ account: annaWithEverything, passkeys: fakePasskeys() }, /^remove-h1$/),
  'settings-removing-number': settings({ account: annaWithEverything, passkeys: fakePasskeys() }, /^remove-s1$/),
  'settings-removing-last': settings({ account: { ...anna, factors: anna.factors.slice(0, 1) } }, /^remove-f1$/),
  'settings-long': settings({
    account: {
      ...anna,
      factors: anna.factors.map((factor) => ({ ...factor, name: long })),
      devices: anna.devices.map((device) => ({ ...device, name: long })),
    },
  }),
};
