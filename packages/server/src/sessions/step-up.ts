import type { SessionRow } from '../store/schema.ts';

/** Seconds that a second factor counts as fresh where nobody says otherwise. */
export const STEP_UP_MAX_AGE = 300;

/**
 * Whether the session's second factor was really verified within `maxAge` seconds (R73). A remembered device and the
 * password never do (D1), and a clock that was set back makes nothing fresh (R86).
 */
export function isSteppedUp(session: SessionRow, now: number, maxAge: number): boolean {
  if (session.acr !== 'aal2' || session.factor_time === null) return false;
  const age = now - session.factor_time;
  return age >= 0 && age <= maxAge * 1000;
}
