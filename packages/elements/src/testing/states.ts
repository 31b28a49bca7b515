import type { PasskeyCode, Problem, Step, StepOf } from '@tweestap/client';
import type { FlowElement } from '../element/flow-element.ts';
import { creationOptions, type FakePasskeys, fakePasskeys, requestOptions } from './fake-passkeys.ts';
import { type Call, type Script, type ScriptedResponse, scriptedServer } from './scripted-server.ts';

/** How to put an element in a state, for a screenshot or a test. */
export interface Scenario {
  /** The tag of the element. */
  tag: 'mfa-login' | 'mfa-enroll' | 'mfa-settings';
  /** What the server sends. */
  script: Script;
  /** The attributes of the element. */
  attributes?: Record<string, string>;
  /** The actions of the user after the element was inserted. */
  act?: (element: FlowElement) => void | Promise<void>;
}

/** Organisations to choose from. */
export const organisations = [
  { id: 'de-linde', name: 'De Linde' },
  { id: 'de-es', name: 'De Es, kliniek voor geestelijke gezondheid' },
  { id: 'waterland', name: 'Samenwerkingsverband Waterland' },
];

const all = ['submit', 'back', 'switch', 'extend', 'poll'] as const;
const methods: StepOf<'totp'>['methods'] = [{ method: 'totp' }, { method: 'recovery-code' }];

/** One step of each type, as the server sends it. */
export const given: { [T in Step['type']]: StepOf<T> } = {
  organisation: { type: 'organisation', actions: [...all], organisations, search: false },
  username: { type: 'username', actions: [...all], back: 'organisation', format: 'username' },
  password: { type: 'password', actions: [...all], back: 'username', username: 'anna' },
  'choose-method': { type: 'choose-method', actions: [...all], back: 'password', methods },
  passkey: {
    type: 'passkey',
    actions: [...all],
    back: 'password',
    options: requestOptions,
    remember: { for: '12h' },
    methods,
  },
  push: {
    type: 'push',
    actions: ['poll', 'resend', 'switch', 'back', 'extend'],
    back: 'password',
    number: '482913',
    digits: 6,
    expiresAt: new Date(Date.now() + 240_000).toISOString(),
    state: 'pending',
    approveUri: 'https://login.example/approve#mfa-request=r1',
    remember: { for: '12h' },
    methods: [{ method: 'totp' }, { method: 'recovery-code' }],
  },
  totp: { type: 'totp', actions: [...all], back: 'password', digits: 6, period: 30, remember: { for: '12h' }, methods },
  sms: {
    type: 'sms',
    actions: ['submit', 'resend', 'switch', 'back', 'extend'],
    back: 'password',
    to: '+31 •• ••• ••78',
    digits: 6,
    resendAt: new Date(Date.now() + 27_000).toISOString(),
    remember: { for: '12h' },
    methods,
  },
  email: {
    type: 'email',
    actions: ['submit', 'resend', 'back', 'extend'],
    back: 'password',
    to: 'a•••@delinde.example',
    digits: 6,
    resendAt: new Date(Date.now() + 27_000).toISOString(),
    methods: [],
  },
  'recovery-code': { type: 'recovery-code', actions: [...all], back: 'password', methods },
  'enroll-offer': {
    type: 'enroll-offer',
    actions: ['accept', 'later', 'back', 'extend'],
    back: 'username',
    reason: 'set-up',
    mandatory: false,
    remembers: true,
    deadline: '2026-06-30T22:00:00.000Z',
    until: '2026-06-30',
    daysLeft: 12,
    explanation: {
      text: 'Vanaf 1 juli logt iedereen bij De Linde in met een code. Bekijk het filmpje.',
      url: 'https://delinde.example/twee-stappen',
    },
  },
  'confirm-password': {
    type: 'confirm-password',
    actions: ['submit', 'later', 'back', 'extend'],
    back: 'enroll-offer',
    username: 'anna',
  },
  'enroll-method': {
    type: 'enroll-method',
    actions: ['submit', 'later', 'back', 'extend'],
    back: 'enroll-offer',
    methods: [{ method: 'totp', recommended: true, note: 'Kost niets, en werkt ook zonder netwerk.' }],
  },
  'enroll-totp': {
    type: 'enroll-totp',
    actions: ['submit', 'later', 'back', 'extend'],
    back: 'enroll-offer',
    secret: 'JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP',
    uri: 'otpauth://totp/De%20Linde:anna?secret=JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP&issuer=De%20Linde',
    issuer: 'De Linde',
    account: 'anna',
    apps: [
      { name: 'Aegis', system: 'android', url: 'https://getaegis.app/' },
      { name: '2FAS', system: 'ios', url: 'https://2fas.com/' },
      { name: 'KeePassXC', system: 'desktop', url: 'https://keepassxc.org/download/' },
    ],
  },
  'enroll-passkey': {
    type: 'enroll-passkey',
    actions: ['submit', 'later', 'back', 'extend'],
    back: 'enroll-method',
    options: creationOptions,
  },
  'enroll-push': {
    type: 'enroll-push',
    actions: ['poll', 'resend', 'later', 'back', 'extend'],
    back: 'enroll-offer',
    uri: 'https://login.example/approve#mfa-push=dG9rZW4tb2YtMzItYnl0ZXMtb2YtdGhlLXRlc3Qtb25seQ',
    state: 'waiting',
    expiresAt: new Date(Date.now() + 600_000).toISOString(),
  },
  'enroll-sms-number': {
    type: 'enroll-sms-number',
    actions: ['submit', 'later', 'switch', 'back', 'extend'],
    back: 'enroll-offer',
    country: 'NL',
    stronger: 'totp',
  },
  'enroll-sms': {
    type: 'enroll-sms',
    actions: ['submit', 'resend', 'change-number', 'later', 'back', 'extend'],
    back: 'enroll-offer',
    to: '+31 •• ••• ••78',
    digits: 6,
    resendAt: new Date(Date.now() + 27_000).toISOString(),
  },
  'recovery-codes': {
    type: 'recovery-codes',
    actions: ['submit', 'extend'],
    codes: ['7K3M-QX9A-2WDT', 'H4PN-8RFC-V6YE', 'B2ZG-M5TK-9JQL', 'XW7D-3HNA-K8RP', 'C6YF-T4VE-5GMB', 'Q9LJ-7DXK-A3HW'],
  },
  identify: {
    type: 'identify',
    actions: ['submit', 'back', 'extend'],
    back: 'organisation',
    fields: ['username', 'email'],
  },
  'mail-sent': { type: 'mail-sent', actions: ['back', 'extend'], back: 'identify', to: 'anna@delinde.example' },
  'new-password': {
    type: 'new-password',
    actions: ['submit', 'extend'],
    username: 'anna',
    minLength: 15,
    maxLength: 256,
    mayReuse: false,
  },
  locked: {
    type: 'locked',
    actions: [...all],
    until: new Date(Date.now() + 230_000).toISOString(),
    ways: ['wait', 'helpdesk', 'reset'],
  },
  done: {
    type: 'done',
    actions: [],
    user: { id: 'u', organisation: 'de-linde', username: 'anna' },
    amr: ['pwd', 'otp', 'mfa'],
    acr: 'aal2',
    recoveryCodesLeft: 2,
  },
};

const help = {
  text: 'Lukt het niet? Bel de helpdesk: 020 123 45 67, op werkdagen van 8 tot 17 uur.',
  url: 'https://delinde.example/hulp',
};
/** The organisation of the flows, with its help. */
export const organisation = { id: 'de-linde', name: 'De Linde', help };

/** Waits until `done` returns a truthy value. @throws Error after `ms` milliseconds */
export const until = async (done: () => unknown, ms = 8_000): Promise<void> => {
  for (let turn = 0; turn < ms / 5 && !done(); turn += 1) await new Promise((resolve) => setTimeout(resolve, 5));
  if (!done()) throw new Error(`not true within ${ms} ms: ${done}`);
};

/** Types into an input of the page's own tree or of the shadow tree. */
export const type = (element: FlowElement, name: string, text: string): void => {
  const selector = `[name="${name}"], #${name}`;
  const input =
    element.querySelector<HTMLInputElement>(selector) ?? element.shadowRoot?.querySelector<HTMLInputElement>(selector);
  if (!input) throw new Error(`no input ${name}`);
  input.focus();
  input.value = text;
  input.dispatchEvent(new InputEvent('input', { bubbles: true, composed: true }));
};

/** Submits the element's form, like Enter and the primary button. */
export const submitForm = (element: FlowElement): void =>
  element.querySelector<HTMLFormElement>(':scope > form[data-mfa=form]')?.requestSubmit();

/** Waits until no request is running and the element is rendered. */
export const settled = async (element: FlowElement): Promise<void> => {
  await until(() => element.state.name !== 'busy');
  await element.updateComplete;
};

/** Enters a username, and waits for the first response. */
const begun = async (element: FlowElement): Promise<void> => {
  await element.updateComplete;
  type(element, 'username', 'anna');
  submitForm(element);
  await settled(element);
};

const at = (step: Step, more: Partial<Script> = {}): Scenario => ({
  tag: 'mfa-login',
  attributes: { organisation: 'de-linde' },
  script: { responses: [step], organisation, ...more },
  act: begun,
});

const refused = (
  step: Step,
  field: string,
  text: string,
  refuse: Partial<Problem> & { code: Problem['code'] },
  more: { status?: number; retryAfter?: number } = {},
): Scenario => {
  const { status, ...rest } = more;
  const response: ScriptedResponse = { refuse: { ...refuse, ...(status ? { status } : {}) }, step, ...rest };
  return {
    ...at(step, { responses: [step, response] }),
    act: async (element) => {
      await begun(element);
      type(element, field, text);
      if (element.state.name === 'step') submitForm(element);
      await settled(element);
    },
  };
};

const enroll = (step: Step, more: Partial<Script> = {}): Scenario => ({
  tag: 'mfa-enroll',
  script: { responses: [step], organisation, kind: 'enroll', ...more },
  act: settled,
});

const totpRefused = (refuse: Partial<Problem> & { code: Problem['code'] }, more = {}) =>
  refused(given.totp, 'code', '123456', refuse, more);

/** A state after a mailed link of this kind was opened. */
const linked = (kind: string, responses: ScriptedResponse[], act: Scenario['act'] = settled): Scenario => ({
  tag: 'mfa-enroll',
  attributes: { link: `mfa-${kind}=token` },
  script: { responses, organisation, kind },
  act,
});

/** A state after 'Forgot password?' was pressed, at this step. */
const recovering = (step: Step): Scenario => ({
  ...at(step, { responses: [given.password, step], kind: 'recover' }),
  act: async (element) => {
    await begun(element);
    element.shadowRoot?.querySelector<HTMLElement>('[part=links] [part=link]')?.click();
    await settled(element);
  },
});

const byCode: StepOf<'identify'> = { ...given.identify, fields: ['username', 'code'], format: 'username' };

/** A state of a flow that sets a new password with a help-desk code. */
const startedByCode = (responses: ScriptedResponse[], act: Scenario['act'] = settled): Scenario => ({
  tag: 'mfa-enroll',
  attributes: { organisation: 'de-linde', kind: 'reset' },
  script: { responses, organisation, kind: 'reset' },
  act,
});

const chosen =
  (password: string, again?: string): NonNullable<Scenario['act']> =>
  async (element) => {
    await settled(element);
    type(element, 'password', password);
    if (again === undefined) return;
    type(element, 'again', again);
    submitForm(element);
    await settled(element);
  };

const weak: ScriptedResponse = { refuse: { code: 'weak-password', reason: 'common' }, step: given['new-password'] };
const gone: ScriptedResponse = {
  refuse: { code: 'link-expired', status: 410, kind: 'recover', organisation: 'de-linde' },
};
const next = { type: 'done', actions: [], next: 'login', organisation: 'de-linde', username: 'anna' } as const;
const byMail = {
  ...given.locked,
  actions: ['poll', 'unlock', 'back'],
  ways: ['wait', 'helpdesk', 'mail', 'reset'],
} as const;

/** The offer of a passkey after a login without one. */
export const passkeyOffer: StepOf<'enroll-offer'> = {
  type: 'enroll-offer',
  actions: ['accept', 'later', 'passkey', 'extend'],
  reason: 'passkey',
  options: creationOptions,
  mandatory: false,
  remembers: true,
};

/** The choice between two methods to enroll. */
export const choice: StepOf<'enroll-method'> = {
  type: 'enroll-method',
  actions: ['submit', 'later', 'back', 'extend'],
  back: 'enroll-offer',
  methods: [{ method: 'passkey', recommended: true }, { method: 'totp' }],
};

/** Chooses the first method to enroll, if that is asked. */
const chooseFirst = async (element: FlowElement): Promise<void> => {
  element.shadowRoot?.querySelector<HTMLElement>('[part~=method]')?.click();
  await settled(element);
};

/** A state in which the browser has passkeys. */
const withPasskeys = (step: Step, more: Partial<Script> = {}): Scenario =>
  at(step, { passkeys: fakePasskeys(), ...more });

/** A state after the ceremony of the primary button has failed. A passkey is created after the choice of it. */
const passkeyFailed = (step: Step, code: PasskeyCode, passkeys: FakePasskeys = fakePasskeys()): Scenario => ({
  ...withPasskeys(step, { passkeys, responses: step.type === 'passkey' ? [step] : [choice, step] }),
  act: async (element) => {
    await begun(element);
    await chooseFirst(element);
    element.shadowRoot?.querySelector<HTMLElement>('[part~=primary]')?.click();
    await until(() => passkeys.asked.length > 0);
    passkeys.asked.at(-1)?.fail(code);
    passkeys.asked.length = 0;
    await until(() => element.state.name === 'step' && element.state.problem);
  },
});

const inFuture = (seconds: number): string => new Date(Date.now() + seconds * 1000).toISOString();
const { number: _number, remember: _remember, ...withoutNumber } = { ...given.push, digits: 0 as const };
const codeOnScreen: StepOf<'enroll-push'> = {
  ...given['enroll-push'],
  actions: ['submit', 'poll', 'later', 'back', 'extend'],
  state: 'code',
  codeAt: 'screen',
  device: 'Chrome on Android',
};
/** The state ten seconds later. */
const patient = (scenario: Scenario): Scenario => {
  let later = 0;
  return {
    ...scenario,
    script: { ...scenario.script, now: () => Date.now() + later },
    act: async (element) => {
      await scenario.act?.(element);
      later = 10_000;
      element.requestUpdate();
      await element.updateComplete;
    },
  };
};

/** Every state of the login and enrolment elements, by name. */
export const scenarios: Record<string, Scenario> = {
  'first-organisation': { tag: 'mfa-login', script: { responses: [given.username], organisations } },
  'first-username': {
    tag: 'mfa-login',
    attributes: { organisation: 'de-linde' },
    script: { responses: [given.password] },
  },
  'first-classic': {
    act: (element) => until(() => element.querySelector('[name=password]')),
    tag: 'mfa-login',
    attributes: { layout: 'classic' },
    script: { responses: [given.password], organisations },
  },
  'organisation-open': {
    tag: 'mfa-login',
    script: { responses: [given.username], organisations },
    act: async (element) => {
      type(element, 'organisation', 'de');
      await until(() => element.shadowRoot?.querySelector('[part~=option]'));
    },
  },
  'organisation-missing': {
    tag: 'mfa-login',
    script: { responses: [given.username], organisations },
    act: (element) => submitForm(element),
  },
  username: at(given.username),
  'username-passkey': withPasskeys({ ...given.username, passkey: requestOptions }),
  passkey: withPasskeys(given.passkey),
  'passkey-many': {
    ...withPasskeys({ ...given.passkey, methods: [{ method: 'passkey' }, ...methods] }),
    act: async (element) => {
      await begun(element);
      for (const details of element.shadowRoot?.querySelectorAll('details') ?? []) details.open = true;
    },
  },
  'passkey-cancelled': passkeyFailed(given.passkey, 'passkey-cancelled'),
  'passkey-unverified': passkeyFailed(given.passkey, 'passkey-unverified'),
  'passkey-unsupported': at(given.passkey),
  'passkey-unsupported-only': at({ ...given.passkey, methods: [{ method: 'passkey' }] }),
  'enroll-passkey': withPasskeys(given['enroll-passkey']),
  'enroll-passkey-exists': passkeyFailed(given['enroll-passkey'], 'passkey-registered'),
  'enroll-passkey-unsupported': {
    ...at(given['enroll-passkey'], { responses: [choice, given['enroll-passkey']] }),
    act: async (element) => {
      await begun(element);
      await chooseFirst(element);
    },
  },
  'enroll-offer-passkey': withPasskeys(passkeyOffer),
  password: at(given.password),
  'password-wrong': refused(given.password, 'password', 'x', { code: 'wrong-credentials' }),
  'password-busy': {
    ...at(given.password, { responses: [given.password, 'never'] }),
    act: async (element) => {
      await begun(element);
      type(element, 'password', 'geheim geheim');
      submitForm(element);
      await element.updateComplete;
    },
  },
  'choose-method': at(given['choose-method']),
  totp: at(given.totp),
  'totp-wrong': totpRefused({ code: 'wrong-code', attemptsLeft: 3 }),
  'totp-used': totpRefused({ code: 'code-used' }),
  'totp-expired': totpRefused({ code: 'code-expired' }),
  'totp-early': totpRefused({ code: 'code-early', retryAt: new Date(Date.now() + 3_600_000).toISOString() }),
  'totp-clock': totpRefused({ code: 'clock-off', offBySeconds: -243 }),
  'totp-zone': totpRefused({ code: 'clock-off', offBySeconds: 7200, offByHours: 2 }),
  'totp-old': totpRefused({ code: 'old-authenticator' }),
  'totp-throttled': totpRefused({ code: 'throttled' }, { status: 429, retryAfter: 40 }),
  'totp-lost': at(given.totp, { responses: [given.totp, 'lost'] }),
  expiring: at(given.totp, { lives: 100 }),
  push: at(given.push),
  'push-patience': patient(at(given.push)),
  'push-two': at({ ...given.push, digits: 2, number: '47', resendAt: inFuture(20) }),
  'push-yes': at(withoutNumber),
  'push-approved': at({ ...given.push, state: 'approved' }),
  'push-denied': at({ ...withoutNumber, digits: 6, state: 'denied' }),
  'push-expired': at({ ...withoutNumber, digits: 6, state: 'expired' }),
  'push-stopped': at({ ...withoutNumber, actions: ['poll', 'switch', 'back', 'extend'], digits: 6, state: 'stopped' }),
  'push-stopped-while': at({
    ...withoutNumber,
    actions: ['poll', 'switch', 'back', 'extend'],
    digits: 6,
    state: 'stopped',
    resendAt: inFuture(240),
  }),
  'enroll-push': enroll(given['enroll-push']),
  'enroll-push-sms': enroll({
    ...given['enroll-push'],
    state: 'code',
    codeAt: 'phone',
    channel: 'sms',
    to: '+31 •• ••• ••78',
    device: 'Chrome on Android',
  }),
  'enroll-push-factor': enroll({ ...given['enroll-push'], state: 'code', codeAt: 'phone' }),
  'enroll-push-screen': enroll(codeOnScreen),
  'enroll-push-screen-wrong': {
    ...enroll(codeOnScreen, { responses: [codeOnScreen, { refuse: { code: 'wrong-code' }, step: codeOnScreen }] }),
    act: async (element) => {
      await settled(element);
      type(element, 'code', '123456');
      await settled(element);
    },
  },
  'enroll-push-linked': enroll({ ...given['enroll-push'], state: 'linked' }),
  sms: at(given.sms),
  'sms-resend': at({ ...given.sms, resendAt: new Date(0).toISOString() }),
  'sms-wrong': refused(given.sms, 'code', '123456', { code: 'wrong-code', attemptsLeft: 3 }),
  'sms-old': refused(given.sms, 'code', '123456', { code: 'code-expired' }),
  'sms-unsent': at({ ...given.sms, unsent: true, resendAt: new Date(Date.now() + 5_400_000).toISOString() }),
  'sms-again': {
    ...at(given.sms, {
      responses: [
        { ...given.sms, resendAt: new Date(0).toISOString() },
        { ...given.sms, resendAt: new Date(Date.now() + 58_000).toISOString() },
      ],
    }),
    act: async (element) => {
      await begun(element);
      const links = [...(element.shadowRoot?.querySelectorAll<HTMLElement>('[part~=links] button') ?? [])];
      links[0]?.click();
      await settled(element);
    },
  },
  email: at(given.email),
  'choose-method-sms': at({
    ...given['choose-method'],
    methods: [{ method: 'totp' }, { method: 'sms', to: '+31 •• ••• ••78' }, { method: 'recovery-code' }],
  }),
  'totp-sms': at({ ...given.totp, methods: [{ method: 'sms', to: '+31 •• ••• ••78' }, { method: 'recovery-code' }] }),
  'recovery-code': at(given['recovery-code']),
  'recovery-code-wrong': refused(given['recovery-code'], 'recovery-code', 'AAAA-BBBB-CCCC', { code: 'wrong-code' }),
  'recovery-code-used': refused(given['recovery-code'], 'recovery-code', 'AAAA-BBBB-CCCC', { code: 'code-used' }),
  'recovery-code-over': refused(given['recovery-code'], 'recovery-code', 'AAAA-BBBB-CCCC', { code: 'code-expired' }),
  locked: at(given.locked),
  'locked-push': at({ ...given.locked, ways: ['wait', 'push', 'helpdesk'] }),
  'locked-codes': at({
    type: 'locked',
    actions: ['poll', 'switch', 'back', 'extend'],
    ways: ['helpdesk'],
    methods: [{ method: 'recovery-code' }],
  }),
  'locked-stopped': at({ type: 'locked', actions: ['poll', 'back', 'extend'], ways: ['helpdesk', 'reset'] }),
  'long-names': at(
    { ...given.password, username: 'maximiliaan.van-der-westerlaken-oosterhuis@samenwerking.example' },
    {
      organisation: {
        id: 'long',
        name: 'Samenwerkingsverband Passend Onderwijs Hollandse Delta en Omstreken',
        help: { text: help.text.repeat(3) },
      },
    },
  ),
  done: at(given.done),
  unknown: at({ type: 'telepathy', actions: ['submit'] } as unknown as Step),
  'confirm-password': enroll(given['confirm-password']),
  'enroll-offer': at(given['enroll-offer']),
  'enroll-offer-last-day': at({ ...given['enroll-offer'], daysLeft: 0 }),
  'enroll-offer-mandatory': at({
    type: 'enroll-offer',
    actions: ['accept', 'back', 'extend'],
    reason: 'set-up',
    mandatory: true,
    remembers: false,
  }),
  'enroll-offer-move': at({
    type: 'enroll-offer',
    actions: ['accept', 'later', 'extend'],
    reason: 'move',
    method: 'totp',
    mandatory: false,
    remembers: false,
    until: '2026-06-30',
    daysLeft: 12,
  }),
  'enroll-offer-phone': at({
    type: 'enroll-offer',
    actions: ['accept', 'later', 'extend'],
    reason: 'new-phone',
    mandatory: false,
    remembers: true,
  }),
  'enroll-method': at(given['enroll-method']),
  'enroll-method-passkey': at(choice),
  'enroll-method-sms': at({
    ...given['enroll-method'],
    methods: [
      { method: 'totp', recommended: true, note: 'Kost niets, en werkt ook zonder netwerk.' },
      { method: 'sms', note: 'Werkt ook op een telefoon zonder internet.' },
    ],
  }),
  'enroll-sms-number': at(given['enroll-sms-number']),
  'enroll-sms-number-wrong': refused(given['enroll-sms-number'], 'phone-number', '020 123 45 67', {
    code: 'bad-phone-number',
  }),
  'enroll-sms': enroll(given['enroll-sms']),
  'enroll-sms-wrong': refused(given['enroll-sms'], 'code', '123456', { code: 'wrong-code' }),
  'enroll-totp': enroll(given['enroll-totp']),
  'enroll-totp-open': {
    ...at(given['enroll-totp']),
    act: async (element) => {
      await begun(element);
      for (const details of element.shadowRoot?.querySelectorAll('details') ?? []) details.open = true;
    },
  },
  'enroll-totp-clock': refused(given['enroll-totp'], 'code', '123456', { code: 'clock-off', offBySeconds: 95 }),
  identify: recovering(given.identify),
  'identify-email': recovering({ ...given.identify, fields: ['email'] }),
  'identify-wrong': refused(given.identify, 'email', 'anna', { code: 'bad-email' }),
  'identify-code': startedByCode([byCode]),
  'identify-code-wrong': startedByCode([byCode, { refuse: { code: 'wrong-code' }, step: byCode }], async (element) => {
    await settled(element);
    type(element, 'username', 'anna');
    type(element, 'help-desk-code', '7K3M-QX9A-2WDT-H4PN');
    submitForm(element);
    await settled(element);
  }),
  'mail-sent': recovering(given['mail-sent']),
  'new-password': linked('reset', [given['new-password']]),
  'new-password-first': linked('activate', [{ ...given['new-password'], minLength: 8 }], chosen('kort')),
  'new-password-name': linked('reset', [given['new-password']], chosen('een lange zin over anna')),
  'new-password-good': linked('reset', [given['new-password']], chosen('een lamp naast het kanaal')),
  'new-password-differ': linked('reset', [given['new-password']], chosen('een lamp naast het kanaal', 'een lamp')),
  'new-password-common': linked(
    'reset',
    [given['new-password'], weak],
    chosen('wachtwoordwachtwoord', 'wachtwoordwachtwoord'),
  ),
  'new-password-expired': at({
    ...given['new-password'],
    actions: ['submit', 'back', 'extend'],
    back: 'username',
    reason: 'expired',
  }),
  'new-password-not-me': at({
    ...given['new-password'],
    actions: ['submit', 'back', 'extend'],
    back: 'username',
    reason: 'not-me',
  }),
  'link-expired': linked('reset', [gone]),
  'link-unknown': linked('activate', [{ refuse: { code: 'no-such-link', status: 404 } }]),
  unlock: linked('unlock', [{ ...given.locked, actions: ['poll', 'unlock', 'extend'], ways: ['mail'] }]),
  'locked-mail': at({ ...byMail, actions: [...byMail.actions], ways: [...byMail.ways] }),
  'locked-mailed': at({ ...byMail, actions: [...byMail.actions], ways: [...byMail.ways], mailed: true }),
  'done-activate': linked('activate', [{ ...next, actions: [] }]),
  'done-reset': linked('reset', [{ ...next, actions: [] }]),
  'recovery-codes': enroll(given['recovery-codes']),
  'recovery-codes-again': at({ ...given['recovery-codes'], actions: ['submit', 'later', 'extend'] }),
  'recovery-codes-question': {
    ...enroll(given['recovery-codes']),
    act: async (element) => {
      await settled(element);
      submitForm(element);
      await element.updateComplete;
    },
  },
};
scenarios['totp-lost'] = {
  ...scenarios['totp-lost'],
  act: async (element: FlowElement) => {
    await begun(element);
    type(element, 'code', '123456');
    await settled(element);
  },
} as Scenario;

/** Inserts an element and puts it in a state. */
export const mount = async (
  scenario: Scenario,
  parent: Element,
  attributes: Record<string, string> = {},
): Promise<{ element: FlowElement; calls: Call[] }> => {
  const element = document.createElement(scenario.tag) as FlowElement;
  const { client, calls } = scriptedServer({ ...scenario.script, responses: [...scenario.script.responses] });
  element.client = client;
  for (const [name, value] of Object.entries({ ...scenario.attributes, ...attributes }))
    element.setAttribute(name, value);
  parent.append(element);
  await element.updateComplete;
  await scenario.act?.(element);
  await element.updateComplete;
  return { element, calls };
};
