import type { Ledger } from '../ledger.ts';
import type { Given } from '../records.ts';
import type { User } from '../users.ts';

/** A password that was changed in the portal ends everything that was based on the old one, once the server learns of it (R34). */
export function changedPassword(ledger: Ledger, user: User, at: number, { now }: Given): void {
  const isChanged = user.changedInPortal !== undefined && user.changedInPortal !== at;
  user.changedInPortal = at;
  if (!isChanged) return;
  Object.assign(user, { passwords: user.passwords + 1, since: now, mustChange: false });
  ledger.revoke(user, 'the password was changed in the portal');
}

/** The server has read the row of a user, and learned when the password was changed. */
export function learn(ledger: Ledger, user: User, given: Given): void {
  if (user.portal) changedPassword(ledger, user, user.portal.changed, given);
}
