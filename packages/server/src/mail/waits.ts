const SECOND = 1000;
const FIRST = 30 * SECOND;
const LONGEST = 3600 * SECOND;

/** Attempts after which a mail is a dead letter: an hour of doubling, then an hour each, forty hours in all. */
export const MOST_ATTEMPTS = 47;

/** ms until the next attempt, after that many: 30 s, doubling up to an hour. */
export function waitAfter(attempts: number): number {
  return Math.min(FIRST * 2 ** Math.min(attempts - 1, 20), LONGEST);
}

/** ms that a sender leaves a server alone that fails whatever it is sent: 2 s, doubling up to a minute. */
export function outageWait(failures: number): number {
  return Math.min(2 * SECOND * 2 ** Math.min(failures - 1, 10), 60 * SECOND);
}
