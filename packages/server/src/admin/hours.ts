import { AdminError } from './admin-error.ts';

export const HOUR = 3_600_000;
/** R31 and NIST SP 800-63B-4 §4.2.1.2 for what is handed over: a day at most. */
const MAX_HOURS = 24;

/** How long a code of the help desk is good. @throws AdminError `bad-request` */
export function hoursOf(hours = 1): number {
  if (Number.isInteger(hours) && hours >= 1 && hours <= MAX_HOURS) return hours;
  throw new AdminError('bad-request', `The hours are wrong: expected a whole number from 1 to ${MAX_HOURS}.`);
}
