import assert from 'node:assert/strict';
import type { Counts } from './counts.ts';
import type { Devices } from './devices.ts';
import type { FlowRecord } from './records.ts';
import type { User } from './users.ts';

/*
 * The rules that no policy changes, but a new version of the server may: what a revocation ends, what is counted, and how
 * far a clock may be set back. The ledger has these rules in this file only.
 */

/** Ends remembering after a recovery, a change of factors or a new password; the devices stay known (R34, R44). */
export function revokeDevices(devices: Devices, user: User): void {
  devices.clearRemembered(user);
}

/** The key of the count of an account's wrong recovery codes. */
export function recoveryKey(user: User): string {
  return `recovery ${user.id}`;
}

/** Resets the soft count under a key after a correct password. The hard count stays until a login is complete. */
export function passwordProven(counts: Counts, key: string): void {
  counts.lifted(key);
}

/** Resets the hard count of the username after a complete login that verified the password (D12). */
export function loginCompleted(counts: Counts, { organisation, username }: User): void {
  counts.uncapped(`name ${organisation.id}/${username}`);
}

/** ms. An instance whose clock was set back further than this answers 503 until it is restarted (R86). */
export const CLOCK_GUARD = 5000;

/** The user of a flow. @throws AssertionError if no proof has identified one */
export function userOf({ user }: FlowRecord): User {
  assert.ok(user, 'a flow has a user without a proof');
  return user;
}
