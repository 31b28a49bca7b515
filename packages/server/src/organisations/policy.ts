import type { durations, Language } from '@tweestap/protocol';
import { daysBetween, endOfDay, localDate } from './local-date.ts';
import type { OrganisationText, Policy } from './schema.ts';

/** The part of a policy that decides which users have to set up a second factor, and when. */
export type SetUpPolicy = Pick<Policy, 'factor'> & { setUp?: Policy['setUp'] | undefined };

/**
 * Returns whether a user without a second factor has to set one up at a moment (ms since the epoch). `no`: set-up is not
 * offered. `offered`: the user may set one up or defer it. `mandatory`: the user must set one up before continuing. Days
 * begin and end in the organisation's time zone (D8).
 */
export function setUpDue({ factor, setUp }: SetUpPolicy, now: number): 'no' | 'offered' | 'mandatory' {
  if (factor === 'mandatory') return 'mandatory';
  if (!setUp) return 'no';
  const today = localDate(now, setUp.timeZone);
  if (setUp.until !== undefined && today > setUp.until) return 'mandatory';
  return setUp.from === undefined || today >= setUp.from ? 'offered' : 'no';
}

/** Whether a user of text messages has to move to another method at a moment (ms since the epoch), as for `setUpDue`. */
export function moveDue(
  { moveFromSms }: { moveFromSms?: Policy['moveFromSms'] | undefined },
  now: number,
): 'no' | 'offered' | 'mandatory' {
  return moveFromSms ? setUpDue({ factor: 'optional', setUp: moveFromSms }, now) : 'no';
}

/**
 * Returns how long a user may still defer the set-up; undefined without a deadline. `until` is the last day, `deadline` the
 * first moment after it in ms since the epoch, and `daysLeft` is 0 on the last day.
 */
export function timeLeft(
  { setUp }: SetUpPolicy,
  now: number,
): { until: string; deadline: number; daysLeft: number } | undefined {
  if (setUp?.until === undefined) return undefined;
  const { until, timeZone } = setUp;
  const daysLeft = Math.max(0, daysBetween(localDate(now, timeZone), until));
  return { until, deadline: endOfDay(until, timeZone), daysLeft };
}

/** How long a device may be remembered (R37). */
type RememberChoice = (typeof durations)[number];

const HOUR_MS = 3_600_000;
const DURATIONS: Readonly<Record<RememberChoice, number>> = {
  never: 0,
  '12h': 12 * HOUR_MS,
  '1d': 24 * HOUR_MS,
  '3d': 72 * HOUR_MS,
  '1w': 168 * HOUR_MS,
};

/** Returns a choice in milliseconds; `never` is 0. */
export function durationMs(choice: RememberChoice): number {
  return DURATIONS[choice];
}

/** The minimum length if every login requires a second factor (D10). */
const MIN_LENGTH_WITH_FACTOR = 8;
/**
 * The minimum length if the password may be the only factor, because of an optional factor or a remembered device
 * (D10).
 */
const MIN_LENGTH_ALONE = 15;

/** Returns the minimum length of a password under an organisation's policy, in characters. */
export function minPasswordLength({ factor, remember }: Policy): number {
  const isAlwaysRequired = factor === 'mandatory' && remember.choices.every((choice) => choice === 'never');
  return isAlwaysRequired ? MIN_LENGTH_WITH_FACTOR : MIN_LENGTH_ALONE;
}

/** The part of a policy that decides when passwords expire. */
export type PasswordAgePolicy = Pick<Policy, 'passwordExpiresAfterDays'>;

const DAY_MS = 86_400_000;

/**
 * Returns the moment at which a password expires, in ms since the epoch; undefined if passwords do not expire (D13).
 * `since`: when the password was set.
 */
export function passwordExpiry(since: number, { passwordExpiresAfterDays }: PasswordAgePolicy): number | undefined {
  return passwordExpiresAfterDays === undefined ? undefined : since + passwordExpiresAfterDays * DAY_MS;
}

/** The columns of an account that decide how long its password is valid. */
interface PasswordTimes {
  password_hash: string | null;
  password_changed_at: number | null;
  created_at: number;
  must_change_password: number;
}

/**
 * Returns since when the password of an account counts as set. Where that was never recorded, such as for an import of
 * an older version, the password is as old as the account.
 */
export function passwordSince(account: Pick<PasswordTimes, 'password_changed_at' | 'created_at'>): number {
  return account.password_changed_at ?? account.created_at;
}

/**
 * Returns for how many days the password of an account is still valid, rounded up: 0 once the next login asks for a new
 * one. Undefined if passwords do not expire, or the account has none.
 */
export function passwordDaysLeft(account: PasswordTimes, policy: PasswordAgePolicy, now: number): number | undefined {
  if (account.password_hash === null) return undefined;
  if (account.must_change_password === 1) return 0;
  const expiry = passwordExpiry(passwordSince(account), policy);
  return expiry === undefined ? undefined : Math.max(0, Math.ceil((expiry - now) / DAY_MS));
}

/** Returns an organisation's text in a language. */
export function inLanguage(given: OrganisationText['text'], language: Language): string {
  return typeof given === 'string' ? given : given[language];
}

/** Returns an organisation's text and link in one language, in the form of the wire. */
export function textIn({ text, url }: OrganisationText, language: Language): { text: string; url?: string } {
  return { text: inLanguage(text, language), ...(url === undefined ? {} : { url }) };
}
