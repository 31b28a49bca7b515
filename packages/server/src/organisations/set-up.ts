import { daysBetween, endOfDay, localDate } from './local-date.ts';
import type { Policy } from './schema.ts';

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
