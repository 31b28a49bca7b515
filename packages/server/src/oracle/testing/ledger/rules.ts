import type { Counts } from './counts.ts';
import type { Devices } from './devices.ts';
import type { User } from './users.ts';

/*
 * The rules that a policy can't change but a version of the server can: what a revocation ends, what counts, what a clock
 * that was set back may do. The ledger asks here, and nowhere else decides any of this.
 */

/** After a recovery, a change of factors or of the password nobody is remembered any more (R34, R39). */
export function revokeDevices(devices: Devices, user: User): void {
  devices.forget(user);
}

/** The count of an account's wrong recovery codes. */
export function recoveryKey(user: User): string {
  return `code ${user.id}`;
}

/** The right password of a name was typed on a browser that it is not known on, or of a known device on that device. */
export function passwordProven(counts: Counts, key: string): void {
  counts.reset(key);
}

/** Whether a clock that was set back further than this makes an instance answer 503 until it is restarted (R86). In ms. */
export const CLOCK_GUARD: number | undefined = undefined;

/**
 * Faults that the walk has found and that are not mended yet: it leaves out what would find them again. `stale-proofs`: a
 * session rests on what was revoked while the request waited. `copies`: copies of the own right code lock the account.
 * `clock`: a clock that was set back revives what had expired.
 */
export const openFaults: ReadonlySet<'stale-proofs' | 'copies' | 'clock'> = new Set([
  'stale-proofs',
  'copies',
  'clock',
]);
