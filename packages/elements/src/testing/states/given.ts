import type { Step, StepOf } from '@tweestap/client';
import { creationOptions, requestOptions } from '../fake-passkeys.ts';

/** Organisations to choose from. */
export const organisations = [
  { id: 'de-linde', name: 'De Linde' },
  { id: 'de-es', name: 'De Es, kliniek voor geestelijke gezondheid' },
  { id: 'waterland', name: 'Samenwerkingsverband Waterland' },
];

const all = ['submit', 'back', 'switch', 'extend', 'poll'] as const;
/** The methods beside the app. */
export const methods: StepOf<'totp'>['methods'] = [{ method: 'totp' }, { method: 'recovery-code' }];

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
