/** A row of the table of ways out (R91), for the limits on emails. */
export interface MailWayOut {
  /** The limit that was reached. */
  limit: 'reset mails' | 'unlock mails';
  /** Whether the account has an email address. */
  email: boolean;
  /** Whether the device of the user is known to the account. */
  device: 'known' | 'unknown';
  /** What gives the user access again. */
  way: MailWay;
}

/** A way out of a limit on emails, as in the table of docs/security.md. */
export type MailWay =
  /** The limit does not prevent this user from logging in. */
  | 'log in'
  | 'wait'
  | 'reset by mail'
  | 'reset by mail from another network'
  | 'reset by mail the next day'
  | 'unlock by mail from another network';

const rows = (
  limit: MailWayOut['limit'],
  email: boolean,
  device: MailWayOut['device'],
  ...ways: MailWay[]
): MailWayOut[] => ways.map((way) => ({ limit, email, device, way }));

/** The limits on emails, each with the user's ways out. */
export const mailWaysOut: readonly MailWayOut[] = [
  ...rows('reset mails', true, 'known', 'reset by mail'),
  ...rows('reset mails', true, 'unknown', 'reset by mail from another network', 'reset by mail the next day'),
  ...rows('reset mails', false, 'known', 'log in'),
  ...rows('reset mails', false, 'unknown', 'log in'),
  ...rows('unlock mails', true, 'known', 'log in'),
  ...rows('unlock mails', true, 'unknown', 'unlock by mail from another network', 'reset by mail', 'wait'),
  ...rows('unlock mails', false, 'known', 'log in'),
  ...rows('unlock mails', false, 'unknown', 'wait'),
];
