/** A cell of the table of ways out (R91): which budget is used up, and what gets its owner in. */
export interface ThrottleWayOut {
  limit: ThrottleLimit;
  /** Whether the account has an address that mail reaches. */
  email: boolean;
  /** Whether the owner is at a device that the account is known on. */
  device: 'known' | 'unknown';
  way: ThrottleWay;
}

export type ThrottleLimit =
  /** Wrong passwords on made-up names, sent from the owner's address. */
  | 'password ceiling of the address'
  /** Wrong codes of other accounts, sent from the owner's address. */
  | 'code ceiling of the address'
  /** Wrong passwords on the owner's name, sent from the owner's address. */
  | 'budget of the address on the account'
  /** The owner's own wrong passwords on a known device. */
  | 'budget of the known device'
  /** Logins of other accounts that stopped after a right password at the owner's address. */
  | 'stopped logins of the address';

export type ThrottleWay =
  /** Nothing is shut for this owner. */
  | 'log in'
  /** Until the window ends. */
  | 'wait'
  | 'use another network'
  | 'log in on a known device'
  | 'log in on another device';

const anyMail = (limit: ThrottleLimit, device: ThrottleWayOut['device'], ...ways: ThrottleWay[]): ThrottleWayOut[] =>
  [true, false].flatMap((email) => ways.map((way) => ({ limit, email, device, way })));

const OTHERS = ['wait', 'use another network', 'log in on a known device'] as const;

/** The budgets, each with its owner's ways out. */
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
