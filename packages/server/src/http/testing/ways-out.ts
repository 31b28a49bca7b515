/** A row of the table of ways out (R91), for the limits of passwords and codes. */
export interface WayOut {
  /** The limit that was reached. */
  limit: Limit;
  /** Whether the account has an email address. */
  email: boolean;
  /** Whether the device of the user is known to the account. */
  device: 'known' | 'unknown';
  /** What gives the user access again. */
  way: Way;
}

/** A limit of passwords or codes, as in the table of docs/security.md. */
export type Limit =
  /** Wrong passwords of a stranger lock the username temporarily. */
  | 'password lock'
  /** Wrong passwords of a stranger reach the cap, which no waiting time lifts on unknown devices. */
  | 'password cap'
  /** Wrong passwords of the user lock a known device temporarily. */
  | 'device lock'
  /** Wrong passwords of the user reach the cap of a known device. */
  | 'device cap'
  /** Wrong app codes, typed by a stranger who knows the password. */
  | 'code lock'
  | 'code cap'
  /** Wrong recovery codes. */
  | 'recovery lock'
  | 'recovery cap'
  /** Attempts, with a mailed link, to set the current password as the new one. */
  | 'new password lock'
  | 'new password cap';

/** A way out of a limit, as in the table of docs/security.md. */
export type Way =
  /** The limit does not prevent this user from logging in. */
  | 'log in'
  | 'wait'
  /** A mailed link that lifts the lock. */
  | 'unlock by mail'
  | 'reset by mail'
  /** A login on a known device lifts the cap on unknown devices too. */
  | 'log in on a known device'
  | 'use the app'
  /** At the cap of app codes, a recovery code leads to a new app. */
  | 'use a recovery code'
  /** A single-use code of the help desk leads to a new app. */
  | 'use a help-desk code';

const devices = ['known', 'unknown'] as const;
const rows = (limit: Limit, email: boolean, device: WayOut['device'], ...ways: Way[]): WayOut[] =>
  ways.map((way) => ({ limit, email, device, way }));
/** Makes the same rows with and without an email address, on known and on unknown devices. */
const anywhere = (limit: Limit, ...ways: Way[]): WayOut[] =>
  [true, false].flatMap((email) => devices.flatMap((device) => rows(limit, email, device, ...ways)));

/**
 * The limits of passwords and codes, each with the user's ways out. The ways out for passwords that need the help desk
 * are in `ways-out-help-desk.ts`.
 */
export const waysOut: readonly WayOut[] = [
  ...rows('password lock', true, 'known', 'log in'),
  ...rows('password lock', false, 'known', 'log in'),
  ...rows('password lock', true, 'unknown', 'wait', 'unlock by mail', 'reset by mail'),
  ...rows('password lock', false, 'unknown', 'wait', 'log in on a known device'),
  ...rows('password cap', true, 'known', 'log in'),
  ...rows('password cap', false, 'known', 'log in'),
  ...rows('password cap', true, 'unknown', 'reset by mail', 'log in on a known device'),
  ...rows('password cap', false, 'unknown', 'log in on a known device'),
  ...rows('device lock', true, 'known', 'wait', 'unlock by mail', 'reset by mail'),
  ...rows('device lock', false, 'known', 'wait'),
  ...rows('device cap', true, 'known', 'log in'),
  ...rows('device cap', false, 'known', 'log in'),
  ...anywhere('code lock', 'wait', 'use a recovery code'),
  ...anywhere('code cap', 'use a recovery code', 'use a help-desk code'),
  ...anywhere('recovery lock', 'wait', 'use the app'),
  ...anywhere('recovery cap', 'use the app', 'use a help-desk code'),
  ...rows('new password lock', true, 'unknown', 'wait'),
  ...rows('new password cap', true, 'unknown', 'reset by mail'),
];
