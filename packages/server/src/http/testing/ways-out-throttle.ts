/** A row of the table of ways out (R91), for the budgets of the throttle. */
export interface ThrottleWayOut {
  /** The budget that is used up. */
  limit: ThrottleLimit;
  /** Whether the account has an email address. */
  email: boolean;
  /** Whether the device of the user is known to the account. */
  device: 'known' | 'unknown';
  /** What gives the user access again. */
  way: ThrottleWay;
}

/** A budget of the throttle, as in the table of docs/security.md. */
export type ThrottleLimit =
  /** Wrong passwords for made-up usernames, sent from the user's address. */
  | 'password ceiling of the address'
  /** Wrong codes for other accounts, sent from the user's address. */
  | 'code ceiling of the address'
  /** Wrong passwords for the user's account, sent from the user's address. */
  | 'budget of the address on the account'
  /** Wrong passwords that the user typed on a known device. */
  | 'budget of the known device'
  /** Logins to other accounts that stopped after a correct password, at the user's address. */
  | 'stopped logins of the address';

/** A way out of a used-up budget, as in the table of docs/security.md. */
export type ThrottleWay =
  /** The limit does not prevent this user from logging in. */
  | 'log in'
  /** The user waits for the time that the response states. */
  | 'wait'
  | 'use another network'
  | 'log in on a known device'
  | 'log in on another device';

const anyMail = (limit: ThrottleLimit, device: ThrottleWayOut['device'], ...ways: ThrottleWay[]): ThrottleWayOut[] =>
  [true, false].flatMap((email) => ways.map((way) => ({ limit, email, device, way })));

const OTHERS = ['wait', 'use another network', 'log in on a known device'] as const;

/** The budgets, each with the user's ways out. */
export const throttleWaysOut: readonly ThrottleWayOut[] = [
  ...anyMail('password ceiling of the address', 'known', 'log in'),
  ...anyMail('password ceiling of the address', 'unknown', ...OTHERS),
  ...anyMail('code ceiling of the address', 'known', 'log in'),
  ...anyMail('code ceiling of the address', 'unknown', ...OTHERS),
  ...anyMail('budget of the address on the account', 'known', 'log in'),
  ...anyMail('budget of the address on the account', 'unknown', ...OTHERS),
  ...anyMail('budget of the known device', 'known', 'wait', 'log in on another device'),
  ...anyMail('stopped logins of the address', 'known', 'log in'),
  ...anyMail('stopped logins of the address', 'unknown', ...OTHERS),
];
