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

/** Whether a clock that was set back further than this makes an instance answer 503 until it is restarted (R86). In ms. */
export const CLOCK_GUARD: number | undefined = undefined;

/**
 * Faults that the walk has found and that are not mended yet: it leaves out what would find them again. `stale-proofs`: a
 * session rests on what was revoked while the request waited. `copies`: copies of the own right code lock the account.
 * `clock`: a clock that was set back revives what had expired.
 */
export const openFaults: ReadonlySet<'stale-proofs' | 'copies' | 'clock'> = new Set(['stale-proofs', 'clock']);
