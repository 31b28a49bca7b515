import type { JsonWebKey } from 'node:crypto';
import type { System } from './systems.ts';

const HOUR = 3_600_000;
const durations = { never: 0, '12h': 12 * HOUR, '1d': 24 * HOUR, '3d': 72 * HOUR, '1w': 168 * HOUR };
/** A duration for which a device is remembered. */
export type Duration = keyof typeof durations;
/** The durations that a user may choose, by the longest one that the policy allows. */
export const choices = { never: ['never'], '12h': ['never', '12h'], '1w': ['never', '12h', '1w'] } as const;

/** What a user does on the phone to approve a login, with the number of digits. */
export const matches = { 'six-digits': 6, 'two-digits': 2, yes: 0 } as const;
/** One of these. */
export type Match = keyof typeof matches;

/** A client of a policy (R94). */
export interface Client {
  /** The id of the client. */
  id: string;
  /** Whether the password is enough for it. */
  factor: 'password' | 'policy';
  /** The public key that it holds on a server. */
  key?: JsonWebKey | undefined;
  /** Whether users may register the key of an installation. */
  installations: boolean;
}

/** An organisation and its policy, as the oracle expects it. */
export interface Organisation {
  /** The id of the organisation. */
  id: string;
  /** Whether usernames are email addresses. Such an organisation allows self-registration. */
  email: boolean;
  /** Whether a second factor is required. */
  factor: 'mandatory' | 'optional';
  /** With `optional`: the first time at which an enrolment can't be deferred any more, in ms since the epoch. */
  until?: number | undefined;
  /** Whether an account has one authenticator at a time or many (D4). */
  authenticators: 'many' | 'one';
  /** The number of wrong attempts that set the soft lock. */
  soft: number;
  /** The number of wrong attempts at the hard cap. */
  hard: number;
  /** The longest time for which a device may be remembered. */
  remember: '12h' | '1w' | 'never';
  /** Whether recovery codes are accepted. */
  recoveryCodes: boolean;
  /** Whether users may have passkeys, and log in with one alone. */
  passkeys: boolean;
  /** Whether users may have a phone that approves logins. */
  phones: boolean;
  /** How a phone approves a login. */
  match: Match;
  /** The earlier values of `match`, which a request that ran meanwhile may have used. */
  matchesBefore: Set<Match>;
  /** The clients that authenticate themselves. */
  clients: Client[];
  /** The systems that hand users over. If there are any, the portal has the passwords of the first users. */
  systems: System[];
  /** The other origins that a login may return to (R70). */
  returnTo: string[];
  /** Whether a login of a user without a factor asks for a code by email (D14). */
  emailCodes?: true;
  /** Whether users may have codes by text message. */
  sms: boolean;
  /** Whether a reset may keep the old password. */
  mayReuse: boolean;
  /** After how many days a login asks for a new password; undefined: never (D13). */
  expires?: number | undefined;
}

/** A TOTP authenticator of a user, or a phone number. */
export interface Authenticator {
  /** The name that the user gave it. */
  name: string;
  /** Its id; undefined until an answer of the server showed it. */
  id?: string | undefined;
  /** The phone number that codes are sent to; absent for an app. */
  number?: string;
  /** The shared secret; empty for a phone number. */
  secret: Uint8Array;
  /** The last time step whose code was accepted; -1 before the first. */
  last: number;
  /** Whether a cap may have disabled it: its codes may be accepted or not. */
  isUncertain?: boolean;
}

/** A passkey of a user. */
export interface Passkey {
  /** The name that the user gave it; undefined until an answer of the server showed its default name. */
  name?: string | undefined;
  /** Its id; undefined until an answer of the server showed it. */
  id?: string | undefined;
  /** The id of the credential, base64url. */
  credentialId: string;
}

/** A phone of a user. */
export interface Phone {
  /** The name that the user gave it. */
  name: string;
  /** The id of its factor. */
  id: string;
  /** Its public key. */
  jwk: JsonWebKey;
  /** The authenticator for codes by hand that came along with it, and ends with it; undefined if its secret is unknown. */
  codes?: Authenticator | undefined;
}

/** The key of an installation of a client, which a user has registered. */
export interface Installation {
  /** The id of the installation. */
  id: string;
  /** The id of the client. */
  client: string;
  /** The public key. */
  key: JsonWebKey;
}

/** A code that was sent to confirm a phone. */
export interface PhoneCode {
  /** The code. */
  code: string;
  /** How it was sent. */
  channel: 'sms' | 'mail';
  /** The number or address that it was sent to. */
  to: string;
  /** When it was sent, in ms since the epoch. */
  at: number;
}

/** A code that was sent to a user. */
export interface SentCode {
  /** The code. */
  code: string;
  /** The step that asks for it. */
  step: string;
  /** The id of the flow that it was sent for. */
  flow: string;
  /** The phone number or email address that it was sent to. */
  to: string;
  /** When it was sent, in ms since the epoch. */
  at: number;
  /** Whether it was accepted or replaced. */
  dead?: string | undefined;
}

/** The row of a user in the table of a portal. */
export interface TableRow {
  /** Whether the user may log in. */
  isActive: boolean;
  /** Whether the portal has removed the user. */
  isGone: boolean;
  /** When the password was changed, in ms since the epoch. */
  changed: number;
  /** The password before the last change, and its number (`User.passwords`). */
  former?: { password: string | undefined; number: number } | undefined;
}

/** A user with the credentials that they really have, independent of the server's records. */
export interface User {
  /** The id of the account; empty until it is known. */
  id: string;
  /** The organisation of the account. */
  organisation: Organisation;
  /** The portal's id of the user, who has the password there. Undefined: the password is here. */
  external?: string | undefined;
  /** The row of the user in the table of a portal, which the server asks for the password. `changed`: as `changedInPortal`. */
  portal?: TableRow | undefined;
  /** When the password was changed in the portal, as the portal has told it, in ms since the epoch. */
  changedInPortal?: number | undefined;
  /** The username. */
  username: string;
  /** The email address. */
  email: string;
  /** Whether the address is certainly confirmed. Undefined: a link may have confirmed it, or not. */
  confirmed?: true | undefined;
  /** The password; undefined until the account is activated, and for a user of a portal. */
  password: string | undefined;
  /** How often the password was changed. */
  passwords: number;
  /** When the password was set, in ms since the epoch. */
  since: number;
  /** Whether the user reported an event, and has not chosen a new password since (R21). */
  mustChange?: boolean;
  /** The state of the account; `gone` means deleted. */
  state: 'active' | 'disabled' | 'gone';
  /** The valid authenticators, the newest last. */
  authenticators: Authenticator[];
  /** The valid passkeys, the newest last. */
  passkeys: Passkey[];
  /** The linked phones, the newest last. */
  phones: Phone[];
  /** The installations of clients. */
  installations: Installation[];
  /** Whether the user denied a request for approval, and has not chosen a new password since (R21). */
  disowned?: boolean;
  /** The codes that were sent to confirm a phone, the newest last. */
  phoneCodes: PhoneCode[];
  /** When a phone lifted a lock, in ms since the epoch (R50). */
  lifts: number[];
  /** The unspent recovery codes. */
  codes: Set<string>;
  /** The user's choice of how long a device is remembered. */
  rememberFor?: Duration | undefined;
  /** The help-desk code for a new password. */
  passwordCode?: { code: string; until: number } | undefined;
  /** Whether a cap may have disabled a credential. The next view of the account shows it. */
  doubtful?: boolean | undefined;
  /** The codes that were sent to the user, the newest last. */
  sent: SentCode[];
  /** Recovery codes that are spent or replaced. */
  spentCodes: string[];
  /** The help-desk code for a new factor. */
  desk?: { code: string; until: number } | undefined;
}

/** A user without factors. */
export const newUser = (
  given: Pick<User, 'id' | 'organisation' | 'username' | 'email' | 'password' | 'since'>,
): User => ({
  ...given,
  passwords: 0,
  state: 'active',
  authenticators: [],
  passkeys: [],
  phones: [],
  installations: [],
  phoneCodes: [],
  lifts: [],
  codes: new Set(),
  sent: [],
  spentCodes: [],
});

/** Ends all factors of a user: they were lost, reset or turned off. */
export function dropFactors(user: User): void {
  Object.assign(user, { authenticators: [], passkeys: [], phones: [], codes: new Set<string>() });
}

/** The authenticators with codes: apps, and those that came along with phones. */
export const appsOf = ({ authenticators, phones }: User): Authenticator[] => [
  ...authenticators.filter(({ number }) => number === undefined),
  ...phones.flatMap(({ codes }) => codes ?? []),
];

/** Whether a user has a factor besides recovery codes. */
export const hasFactor = (user: User): boolean => countOf(user) > 0;
/** The number of factors besides recovery codes. */
export const countOf = ({ authenticators, passkeys, phones }: User): number =>
  authenticators.length + passkeys.length + phones.length;

/** ms: the offset of India's time zone. It has no summer time, and its days begin at half an hour past. */
export const INDIA = 5.5 * HOUR;
const dayInIndia = (ms: number): number => Math.floor((ms + INDIA) / (24 * HOUR));
/** The end of the day in India that contains a time, calculated without a calendar. Both in ms since the epoch. */
export const endOfDay = (ms: number): number => (dayInIndia(ms) + 1) * 24 * HOUR - INDIA;

/** The first time at which a second factor is required, in ms since the epoch. */
export function mandatoryFrom({ factor, until }: Organisation): number {
  if (factor === 'mandatory') return Number.NEGATIVE_INFINITY;
  return until ?? Number.POSITIVE_INFINITY;
}

/** Whether the password of a user has expired by a time in ms since the epoch (D13). */
export const isExpired = ({ since, organisation: { expires } }: User, now: number): boolean =>
  expires !== undefined && now >= since + expires * 24 * HOUR;

/** The longest time for which the policy allows a device to be remembered, in ms. */
export const longest = ({ remember }: Organisation): number => durations[remember];

/** How long a device of this user is remembered, in ms: the user's choice if the policy allows it, or the default (R37). */
export function rememberedFor({ rememberFor, organisation: { remember } }: User): number {
  const usual = remember === 'never' ? 'never' : '12h';
  return durations[choices[remember].find((choice) => choice === rememberFor) ?? usual];
}

/** Whether the policy allows the user to choose a duration. */
export const mayChoose = ({ remember }: Organisation, choice: string): boolean =>
  choices[remember].some((each) => each === choice);
