import type { durations, Language } from '@tweestap/protocol';
import { daysBetween, endOfDay, localDate } from './local-date.ts';
import type { OwnWords, Policy } from './schema.ts';

/** The part of a policy that says who has to set a second factor up, and when. */
export type SetUpPolicy = Pick<Policy, 'factor'> & { setUp?: Policy['setUp'] | undefined };

/**
 * What is asked of somebody without a second factor at a moment (ms since the epoch): nothing yet, to set one up or put
 * it off, or to set one up before anything else. Days begin and end in the organisation's time zone (D8).
 */
export function setUpDue({ factor, setUp }: SetUpPolicy, now: number): 'no' | 'offered' | 'mandatory' {
  if (factor === 'mandatory') return 'mandatory';
  if (!setUp) return 'no';
  const today = localDate(now, setUp.timeZone);
  if (setUp.until !== undefined && today > setUp.until) return 'mandatory';
  return setUp.from === undefined || today >= setUp.from ? 'offered' : 'no';
}

/** How long a set-up may still be put off. `deadline` is the first moment at which it may not, in ms since the epoch. */
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

/** A choice in milliseconds; `never` is 0. */
export function durationMs(choice: RememberChoice): number {
  return DURATIONS[choice];
}

/** D10: 8 where a second factor is asked at every login. */
const BESIDE_A_FACTOR = 8;
/** D10: 15 where the password may stand alone: an optional factor, or a remembered device. */
const ALONE = 15;

/** The shortest password that an organisation's policy allows, in characters. */
export function minPasswordLength({ factor, remember }: Policy): number {
  const alwaysAsked = factor === 'mandatory' && remember.choices.every((choice) => choice === 'never');
  return alwaysAsked ? BESIDE_A_FACTOR : ALONE;
}

/** A text in a language. */
export function inLanguage(given: OwnWords['text'], language: Language): string {
  return typeof given === 'string' ? given : given[language];
}

/** Own words as the wire has them. */
export function wordsIn({ text, url }: OwnWords, language: Language): { text: string; url?: string } {
  return { text: inLanguage(text, language), ...(url === undefined ? {} : { url }) };
}
