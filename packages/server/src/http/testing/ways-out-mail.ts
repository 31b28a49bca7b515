/** A cell of the table of ways out. */
export interface MailWayOut {
  limit: 'reset mails' | 'unlock mails';
  email: boolean;
  device: 'known' | 'unknown';
  way: MailWay;
}

export type MailWay =
  /** The limit shuts nothing that this owner uses. */
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
