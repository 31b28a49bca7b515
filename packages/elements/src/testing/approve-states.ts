import type { PushAccount, PushDevice, PushRequest } from '@tweestap/client/push';
import type { MfaApprove } from '../mfa-approve/mfa-approve.ts';
import { type PhoneScript, type ScriptedLink, scriptedPhone } from './scripted-phone.ts';
import { submitForm, type, until } from './states/scenario.ts';

const ago = (minutes: number): string => new Date(Date.now() - minutes * 60_000).toISOString();

const device = (id: string, rest: Partial<PushDevice> = {}): PushDevice => ({
  id,
  state: 'linked',
  name: 'Phone',
  createdAt: ago(60 * 24),
  ...rest,
});

/** Two accounts of different organisations. */
export const accounts: Record<'anna' | 'tobias', PushAccount> = {
  anna: {
    organisation: { id: 'de-linde', name: 'De Linde' },
    username: 'anna',
    name: 'Anna Visser',
    locked: false,
    unlocksLeft: 3,
    pages: { reset: 'https://de-linde.example/reset', settings: 'https://de-linde.example/settings' },
  },
  tobias: {
    organisation: { id: 'zilverdijk', name: 'Samenwerkingsverband Zilverdijk' },
    username: 'tobias',
    locked: false,
    unlocksLeft: 3,
    passwordDaysLeft: 12,
    pages: {},
  },
};

/** A login that waits for an answer. */
export const login: PushRequest = {
  id: 'r1',
  organisation: accounts.anna.organisation,
  username: 'anna',
  portal: 'dossier.de-linde.example',
  browser: 'Firefox on Linux',
  address: '192.0.2.17',
  at: ago(0),
  expiresAt: ago(-5),
  challenge: 'challenge',
  digits: 6,
  state: 'pending',
};

const earlier: PushRequest[] = [
  { ...login, id: 'h1', at: ago(60), state: 'approved' },
  { ...login, id: 'h2', at: ago(60 * 30), state: 'denied', browser: 'Chrome on Windows', address: '203.0.113.80' },
  { ...login, id: 'h3', at: ago(60 * 24 * 4), state: 'expired' },
];

const one = (rest: Partial<ScriptedLink> = {}): ScriptedLink => ({
  device: device('d1'),
  account: accounts.anna,
  inbox: { requests: [], history: earlier },
  ...rest,
});
const two: ScriptedLink = { device: device('d2'), account: accounts.tobias };
const waiting = (request: PushRequest): PhoneScript => ({
  links: [one({ inbox: { requests: [request], history: [] } })],
});
const code = (rest: Partial<PushDevice>): PhoneScript => ({
  links: [one({ device: device('d1', { state: 'code', ...rest }) })],
});
const busy = { code: 'busy', status: 503 } as const;
const wrong = { code: 'wrong-code', status: 422 } as const;

/** A state of the phone. */
export interface PhoneScenario {
  /** What the server has and sends. */
  script: PhoneScript;
  /** The fragment of the page's address. */
  fragment?: string;
  /** The actions of the user. */
  act?: (element: MfaApprove) => void | Promise<void>;
}

/** Presses the button with this id or one of these texts. */
export const press = (element: MfaApprove, ...names: string[]): void => {
  const buttons = [...(element.shadowRoot?.querySelectorAll('button') ?? [])];
  const found = buttons.find((button) => names.includes(button.id) || names.includes(button.textContent?.trim() ?? ''));
  if (!found)
    throw new Error(`no button ${names.join(' or ')}: ${buttons.map(({ textContent }) => textContent?.trim())}`);
  found.click();
};

const submitted =
  (name: string, text: string): NonNullable<PhoneScenario['act']> =>
  (element) => {
    type(element, name, text);
    if (name !== 'code') submitForm(element);
  };

const answered =
  (id: string): NonNullable<PhoneScenario['act']> =>
  (element) => {
    type(element, 'code', '482913');
    press(element, id);
  };

/** Every state of `<mfa-approve>`, by name. */
export const phoneScenarios: Record<string, PhoneScenario> = {
  'phone-empty': { script: { links: [] } },
  'phone-bad-link': { script: { links: [] }, act: submitted('link', 'https://login.example/approve') },
  'phone-lost': {
    script: { links: [], refusals: ['lost', 'lost', 'lost'] },
    act: submitted('link', '#mfa-push=token'),
  },
  'phone-old-link': {
    script: { links: [], refusals: [{ code: 'link-expired', status: 410 }] },
    act: submitted('link', '#mfa-push=token'),
  },
  'phone-code-sms': { script: code({ channel: 'sms', to: '+31 •• ••• ••78' }) },
  'phone-code-mail': { script: code({ channel: 'mail', to: 'a•••@de-linde.example' }) },
  'phone-code-wrong': {
    script: { ...code({ channel: 'sms', to: '+31 •• ••• ••78' }), refusals: [wrong] },
    act: submitted('code', '123456'),
  },
  'phone-code-factor': { script: code({ factorCode: true }) },
  'phone-code-shown': { script: code({ code: '482913' }) },
  phone: { script: { links: [one(), two] } },
  'phone-go-on': { script: { links: [one({ device: device('d1', { state: 'waiting' }) })] } },
  'phone-locked': { script: { links: [one({ account: { ...accounts.anna, locked: true } })] } },
  'phone-locked-over': {
    script: { links: [one({ account: { ...accounts.anna, locked: true, unlocksLeft: 0, passwordDaysLeft: 0 } })] },
  },
  'phone-unlocked': {
    script: { links: [one({ account: { ...accounts.anna, locked: true } })] },
    act: (element) => press(element, 'unlock-d1'),
  },
  'phone-offline': { script: { links: [one()], offline: true } },
  'phone-unlinking': { script: { links: [one(), two] }, act: (element) => press(element, 'unlink-d2') },
  'phone-history': {
    script: { links: [one()] },
    act: (element) => press(element, 'Earlier logins', 'Eerdere verzoeken'),
  },
  'phone-request': { script: waiting(login) },
  'phone-request-two': { script: waiting({ ...login, digits: 2 }) },
  'phone-request-yes': { script: waiting({ ...login, digits: 0 }) },
  'phone-request-missing': {
    script: waiting(login),
    act: (element) => press(element, 'approve'),
  },
  'phone-request-busy': {
    script: { ...waiting(login), refusals: [busy, busy, busy] },
    act: answered('approve'),
  },
  'phone-request-long': {
    script: waiting({
      ...login,
      organisation: { id: 'long', name: 'Samenwerkingsverband Passend Onderwijs Hollandse Delta en Omstreken' },
      username: 'maximiliaan.van-der-westerlaken-oosterhuis@samenwerking.example',
      portal: 'leerlingendossiers.samenwerkingsverband-hollandse-delta.example',
    }),
  },
  'phone-approved': { script: waiting(login), act: answered('approve') },
  'phone-denied': { script: waiting(login), act: answered('deny') },
  'phone-wrong-number': { script: { ...waiting(login), refusals: [wrong] }, act: answered('approve') },
  'phone-ended': {
    script: { ...waiting(login), refusals: [{ code: 'request-ended', status: 410 }] },
    act: answered('approve'),
  },
  'phone-opened': { script: { ...waiting(login), opened: login }, fragment: '#mfa-request=r1' },
  'phone-opened-ended': { script: { links: [one()] }, fragment: '#mfa-request=r9' },
};

/** Waits until no request is running and the screen is rendered. */
export const rendered = async (element: MfaApprove): Promise<void> => {
  await until(() => element.state.name !== 'busy' && element.shadowRoot?.querySelector('h2'));
  await element.updateComplete;
};

/** Inserts `<mfa-approve>` and puts it in a state. */
export const mountPhone = async (
  { script, fragment, act }: PhoneScenario,
  parent: Element,
  attributes: Record<string, string> = {},
): Promise<{ element: MfaApprove; server: Awaited<ReturnType<typeof scriptedPhone>>['server'] }> => {
  const { phone, server } = await scriptedPhone(script);
  if (fragment) history.replaceState(null, '', fragment);
  const element = document.createElement('mfa-approve');
  element.phone = phone;
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  parent.append(element);
  await rendered(element);
  const isRead = () => script.offline || server.calls.some(({ path }) => path.startsWith('/push/requests'));
  if (script.links.some((link) => link.device.state !== 'code')) await until(isRead);
  if (script.links[0]?.inbox?.requests[0]) await until(() => element.shadowRoot?.querySelector('[part=details]'));
  if (
    script.links.some(({ device: { state }, codes }) => state !== 'code' && codes !== false) &&
    !script.links[0]?.inbox?.requests[0] &&
    !fragment
  )
    await until(() => element.shadowRoot?.querySelector('[part=totp-code]'));
  await act?.(element);
  await rendered(element);
  return { element, server };
};
