import { createHash } from 'node:crypto';
import { budgetPrefix } from '../store/counters.ts';

/** What one address, and one device, may get wrong. Windows are fixed, not sliding. */
export interface ThrottleSettings {
  /** Failed passwords and asked mails of one address in a window, over all organisations. */
  failures: number;
  /** Wrong codes of one address in a window, over all accounts. */
  codes: number;
  /** Failures of one address, or of one known device, on one account in a window. */
  perAccount: number;
  /** Accounts whose login may stop after a right password at one address in an hour. */
  stopped: number;
  /** ms. */
  window: number;
}

/** Used where nothing else is configured. */
export const DEFAULT_THROTTLE: ThrottleSettings = {
  failures: 300,
  codes: 300,
  perAccount: 30,
  stopped: 100,
  window: 600_000,
};

/** What an attempt may use up: the kinds never share a budget, so that wrong passwords stop no code. */
export type Spending = 'password' | 'code' | 'mail';

/** One counter of failures in a window. */
export interface Budget {
  key: string;
  /** Failures after which each further attempt has to wait. */
  limit: number;
  /** Set for password stuffing: right passwords count as well. */
  stuffing?: true;
}

interface Scope {
  spending: Spending;
  address: string;
  /** The account, or the typed name in its organisation. */
  subject: readonly string[];
  now: number;
}

/** The budget of a device that is known for the account: it alone applies there, whatever its address is (R44). */
export function deviceBudget(settings: ThrottleSettings, scope: Omit<Scope, 'address'>, browserId: string): Budget {
  const { spending, subject, now } = scope;
  return { key: keyOf(settings, now, 'device', spending, browserId, ...subject), limit: settings.perAccount };
}

/**
 * The budgets of everybody else: of the address on this account, and of the address over all accounts and organisations.
 * There is none for a flow or an organisation alone: a stranger begins as many flows as are wanted, and would use up an
 * organisation's for everybody.
 */
export function addressBudgets(settings: ThrottleSettings, { spending, address, subject, now }: Scope): Budget[] {
  // Asked mails and failed passwords share a ceiling; made-up names never reach that of codes.
  const ceiling = spending === 'code' ? 'codes' : 'failures';
  return [
    { key: keyOf(settings, now, 'account', spending, address, ...subject), limit: settings.perAccount },
    { key: keyOf(settings, now, 'ceiling', ceiling, address), limit: settings[ceiling] },
  ];
}

/** Slows an address down at which too many logins stop after a right password: from the first attempt on. */
export function stuffingBudget(settings: ThrottleSettings, address: string, now: number): Budget {
  return { key: keyOf(settings, now, 'stuffing', address), limit: 1, stuffing: true };
}

/** End of the present window: what was counted in it says nothing after that. */
export function windowEnd({ window }: ThrottleSettings, now: number): number {
  return now - (now % window) + window;
}

/** Hashed, so that no typed name is stored: what users type into a username field is at times a password. */
function keyOf({ window }: ThrottleSettings, now: number, ...parts: readonly string[]): string {
  const hash = createHash('sha256').update(JSON.stringify(parts), 'utf8').digest('base64url');
  return `${budgetPrefix(now - (now % window))}.${hash}`;
}
