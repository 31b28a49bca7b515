/** A cell of the table of ways out (R91): who reached which limit, and what gets its owner back in. */
export interface WayOut {
  limit: Limit;
  /** Whether the account has an address that mail reaches. */
  email: boolean;
  /** Whether the owner sits at a device that the account is known on. */
  device: 'known' | 'unknown';
  way: Way;
}

export type Limit =
  /** A stranger's wrong passwords lock the name for a while. */
  | 'password lock'
  /** They reach the cap: no wait ends it on unknown devices. */
  | 'password cap'
  /** The owner's own wrong passwords lock a known device for a while. */
  | 'device lock'
  /** They reach the cap of a known device. */
  | 'device cap'
  /** Wrong codes of an app, by somebody who knows the password. */
  | 'code lock'
  | 'code cap'
  /** Wrong recovery codes. */
  | 'recovery lock'
  | 'recovery cap'
  /** Tries, with a mailed link, whether a new password is the one before. */
  | 'new password lock'
  | 'new password cap';

export type Way =
  /** Nothing is shut for this owner. */
  | 'log in'
  | 'wait'
  /** A mailed link that lifts the lock. */
  | 'unlock by mail'
  | 'reset by mail'
  /** A login on a device that the account is known on opens the unknown ones again. */
  | 'log in on a known device'
  | 'use the app'
  /** At the cap of codes it leads to a new app. */
  | 'use a recovery code'
  /** A one-time code leads to a new app. */
  | 'use a help-desk code';

const devices = ['known', 'unknown'] as const;
const rows = (limit: Limit, email: boolean, device: WayOut['device'], ...ways: Way[]): WayOut[] =>
  ways.map((way) => ({ limit, email, device, way }));
/** The same, whether or not mail reaches the owner and wherever that is. */
const anywhere = (limit: Limit, ...ways: Way[]): WayOut[] =>
  [true, false].flatMap((email) => devices.flatMap((device) => rows(limit, email, device, ...ways)));

/**
 * The limits of passwords and codes, each with its owner's ways out. Those of the help desk for passwords stand in
 * `ways-out-help-desk.test.ts`.
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
