import type { Counts } from './counts.ts';
import type { Devices } from './devices.ts';
import type { User } from './users.ts';

/*
 * The rules that a policy can't change but a version of the server can: what a revocation ends, what counts, what a clock
 * that was set back may do. The ledger asks here, and nowhere else decides any of this.
 */

/** After a recovery, a change of factors or of the password nobody is remembered any more; the devices stay known (R34, R44). */
export function revokeDevices(devices: Devices, user: User): void {
  devices.clearRemembered(user);
}

/** The count of an account's wrong recovery codes. */
export function recoveryKey(user: User): string {
  return `recovery ${user.id}`;
}

/** The right password was typed: what was counted where it was typed is no lock any more. The cap stays until a login. */
export function passwordProven(counts: Counts, key: string): void {
  counts.lifted(key);
}

/** A login that verified the password is complete: the name's cap begins again, whatever strangers tried (D12). */
export function loginCompleted(counts: Counts, { organisation, username }: User): void {
  counts.uncapped(`name ${organisation.id}/${username}`);
}

/** ms. A clock that was set back further than this makes an instance answer 503 until it is started again (R86). */
export const CLOCK_GUARD = 5000;
