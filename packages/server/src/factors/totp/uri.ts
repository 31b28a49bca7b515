import type { StepOf } from '@tweestap/protocol';
import { DEFAULT_DIGITS, STEP_MS } from './code.ts';
import { decodeSecret, encodeSecret } from './secret.ts';

const PERIOD = STEP_MS / 1000;

/** The contents of a QR code (K6). */
export interface Provisioning {
  secret: Uint8Array;
  /** The name that an app shows above the code. */
  issuer: string;
  /** The name that an app shows below the code. */
  account: string;
}

/** An otpauth URI is malformed or requires an unsupported kind of code. The message never repeats the URI. */
export class OtpauthError extends Error {
  /** The reason, for programs. */
  readonly code: 'not-otpauth' | 'not-totp' | 'repeated' | 'no-secret' | 'no-account' | 'unsupported';
  constructor(code: OtpauthError['code'], message: string) {
    super(message);
    this.name = 'OtpauthError';
    this.code = code;
  }
}

/**
 * The `otpauth://totp/…` URI of an authenticator in Google's Key URI Format, which all apps read. It states SHA1, 6 digits
 * and 30 s explicitly, although they are the defaults. A colon separates issuer and account, so colons in either are
 * replaced.
 */
export function otpauthUri({ secret, issuer, account }: Provisioning): string {
  const issuerText = withoutColon(issuer);
  const label = `${encodeURIComponent(issuerText)}:${encodeURIComponent(withoutColon(account))}`;
  const query = [
    `secret=${encodeSecret(secret)}`,
    `issuer=${encodeURIComponent(issuerText)}`,
    'algorithm=SHA1',
    `digits=${DEFAULT_DIGITS}`,
    `period=${PERIOD}`,
  ];
  return `otpauth://totp/${label}?${query.join('&')}`;
}

/** The text as an authenticator shows it. A colon would end the issuer, so it is replaced with a hyphen. */
export function withoutColon(text: string): string {
  return text
    .toWellFormed()
    .replace(/\s*[:\uff1a]\s*/gu, ' - ')
    .trim();
}

/**
 * Parses an otpauth URI of another system, for imports.
 * @throws OtpauthError if the URI is malformed or unsupported
 * @throws SecretError if its secret is invalid
 */
export function parseOtpauthUri(text: string): Provisioning {
  const url = parseUrl(text);
  if (url.hostname !== 'totp') {
    throw new OtpauthError('not-totp', 'The otpauth URI has another type; expected otpauth://totp/…');
  }
  requireParameter(url, 'algorithm', 'SHA1');
  requireParameter(url, 'digits', String(DEFAULT_DIGITS));
  requireParameter(url, 'period', String(PERIOD));
  const secret = single(url, 'secret');
  if (!secret) throw new OtpauthError('no-secret', 'The otpauth URI has no secret.');
  const label = decodeLabel(url.pathname);
  const colon = label.indexOf(':');
  const account = label.slice(colon + 1).trim();
  if (account === '') throw new OtpauthError('no-account', 'The otpauth URI has no account.');
  const issuer = single(url, 'issuer') ?? label.slice(0, Math.max(colon, 0)).trim();
  return { secret: decodeSecret(secret), issuer, account };
}

function parseUrl(text: string): URL {
  const url = URL.parse(text);
  if (url?.protocol !== 'otpauth:') throw new OtpauthError('not-otpauth', 'The text is not an otpauth URI.');
  return url;
}

function decodeLabel(pathname: string): string {
  try {
    return decodeURIComponent(pathname.replace(/^\//, ''));
  } catch {
    throw new OtpauthError('not-otpauth', 'The label of the otpauth URI is not valid percent-encoding.');
  }
}

function single(url: URL, name: string): string | undefined {
  const values = url.searchParams.getAll(name);
  if (values.length > 1) throw new OtpauthError('repeated', `The otpauth URI has a duplicate ${name}.`);
  return values[0];
}

function requireParameter(url: URL, name: string, expected: string): void {
  const value = single(url, name);
  if (value !== undefined && value.toUpperCase() !== expected) {
    throw new OtpauthError('unsupported', `The otpauth URI has another ${name}; expected ${expected}.`);
  }
}

type App = StepOf<'enroll-totp'>['apps'][number];

/** Free apps that make RFC 6238 codes, by system (K10, P4). Any other app for such codes works too. */
export const authenticatorApps: readonly App[] = [
  { name: 'Aegis', system: 'android', url: 'https://play.google.com/store/apps/details?id=com.beemdevelopment.aegis' },
  { name: '2FAS', system: 'android', url: 'https://play.google.com/store/apps/details?id=com.twofasapp' },
  {
    name: 'Google Authenticator',
    system: 'android',
    url: 'https://play.google.com/store/apps/details?id=com.google.android.apps.authenticator2',
  },
  {
    name: 'Microsoft Authenticator',
    system: 'android',
    url: 'https://play.google.com/store/apps/details?id=com.azure.authenticator',
  },
  {
    name: 'LastPass Authenticator',
    system: 'android',
    url: 'https://play.google.com/store/apps/details?id=com.lastpass.authenticator',
  },
  // F-Droid needs no store account and supports old phones.
  { name: 'Aegis (F-Droid)', system: 'android', url: 'https://f-droid.org/packages/com.beemdevelopment.aegis/' },
  { name: '2FAS', system: 'ios', url: 'https://apps.apple.com/app/2fa-authenticator-2fas/id1217793794' },
  { name: 'Google Authenticator', system: 'ios', url: 'https://apps.apple.com/app/google-authenticator/id388497605' },
  {
    name: 'Microsoft Authenticator',
    system: 'ios',
    url: 'https://apps.apple.com/app/microsoft-authenticator/id983156458',
  },
  {
    name: 'LastPass Authenticator',
    system: 'ios',
    url: 'https://apps.apple.com/app/lastpass-authenticator/id1079110004',
  },
  { name: 'Authenticator (browser extension)', system: 'desktop', url: 'https://authenticator.cc/' },
  { name: 'KeePassXC', system: 'desktop', url: 'https://keepassxc.org/download/' },
];
