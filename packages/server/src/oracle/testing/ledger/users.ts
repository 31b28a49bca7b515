const HOUR = 3_600_000;
const durations = { never: 0, '12h': 12 * HOUR, '1d': 24 * HOUR, '3d': 72 * HOUR, '1w': 168 * HOUR };
export type Duration = keyof typeof durations;
export const choices = { never: ['never'], '12h': ['never', '12h'], '1w': ['never', '12h', '1w'] } as const;

/** An organisation and its policy as the oracle means it. */
export interface Organisation {
  id: string;
  /** Whether accounts are named by an email address; such an organisation lets users register. */
  email: boolean;
  factor: 'mandatory' | 'optional';
  /** `optional`: the first moment at which a set-up may not be deferred any more, in ms since the epoch. */
  until?: number | undefined;
  authenticators: 'many' | 'one';
  /** Wrong attempts before the soft lock and the hard cap. */
  soft: number;
  hard: number;
  /** The longest that a device may be remembered. */
  remember: '12h' | '1w' | 'never';
  recoveryCodes: boolean;
  mayReuse: boolean;
}

export interface Authenticator {
  name: string;
  id?: string | undefined;
  secret: Uint8Array;
  /** The last time step whose code was accepted. */
  last: number;
}

/** A user by what they really have, whatever the server believes. */
export interface User {
  id: string;
  organisation: Organisation;
  username: string;
  email: string;
  /** Undefined until the account is activated. */
  password: string | undefined;
  /** How often it was changed. */
  passwords: number;
  state: 'active' | 'disabled' | 'gone';
  authenticators: Authenticator[];
  codes: Set<string>;
  /** How long a tick remembers a device, where the user chose it. */
  rememberFor?: Duration | undefined;
  /** The help desk's code for a new password. */
  passwordCode?: { code: string; until: number } | undefined;
  /** A cap may have ended a credential: what is left shows at the next look at the account. */
  doubtful?: boolean | undefined;
  /** Codes that were good once. */
  spentCodes: string[];
  desk?: { code: string; until: number } | undefined;
}

/** India has no summer time, and its days begin half an hour off those of most others. */
export const INDIA = 5.5 * HOUR;
const dayInIndia = (ms: number): number => Math.floor((ms + INDIA) / (24 * HOUR));
/** The end of a day in India, without any calendar. */
export const endOfDay = (ms: number): number => (dayInIndia(ms) + 1) * 24 * HOUR - INDIA;

/** The moment from which on a user without a second factor gets in no more. */
export function mandatoryFrom({ factor, until }: Organisation): number {
  if (factor === 'mandatory') return Number.NEGATIVE_INFINITY;
  return until ?? Number.POSITIVE_INFINITY;
}

export const longest = ({ remember }: Organisation): number => durations[remember];

/** How long a tick remembers a device of this user now, in ms: the own choice within the policy, else the default (R37). */
export function rememberedFor({ rememberFor, organisation: { remember } }: User): number {
  const usual = remember === 'never' ? 'never' : '12h';
  return durations[choices[remember].find((choice) => choice === rememberFor) ?? usual];
}

export const mayChoose = ({ remember }: Organisation, choice: string): boolean =>
  choices[remember].some((each) => each === choice);
