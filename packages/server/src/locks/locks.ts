import type { Policy } from '../organisations/schema.ts';
import { getCounter } from '../store/counters.ts';
import type { Db } from '../store/database.ts';
import { codeKey, recoveryKey } from './keys.ts';

/**
 * What is locked: by wrong passwords, tries whether a new password is the one before, wrong codes of an app, or
 * wrong recovery and help-desk codes.
 */
export type LockedBy = 'password' | 'new-password' | 'code' | 'recovery';

/** How a lock is reported; the counter itself decides at each attempt. `until` in ms since the epoch, absent: no wait ends it. */
export interface Lock {
  until?: number;
}

export type Locks = Partial<Record<LockedBy, Lock>>;

/** A count without a cap: only waits slow it down. */
export const NO_CAP: number = Number.MAX_SAFE_INTEGER;

/** The lock of a counter now, without counting anything (R51). */
export async function lockOn(
  db: Db,
  { key, hardLimit, now }: { key: string; hardLimit: number; now: number },
): Promise<Lock | undefined> {
  const counter = await getCounter(db, key);
  if (!counter) return undefined;
  if (counter.hard >= hardLimit) return {};
  return counter.locked_until > now ? { until: counter.locked_until } : undefined;
}

/** Whether a lock holds at a moment. Pure. */
export function holds(lock: Lock | undefined, now: number): boolean {
  return lock !== undefined && (lock.until === undefined || lock.until > now);
}

/** Facts with one more lock in them. Pure. */
export function withLock<F extends { locks?: Locks }>(facts: F, by: LockedBy, lock: Lock): F {
  return { ...facts, locks: { ...facts.locks, [by]: lock } };
}

/**
 * The cap on recovery codes holds for as long as there are any: at the cap they are deleted. A code of the help desk alone
 * is limited by the waits and by its short life (SP 800-63B-4 §3.1.2), so that it is a way out at that cap too.
 */
export function recoveryLimit(policy: Pick<Policy, 'locks' | 'recoveryCodes'>, unspent: number): number {
  return policy.recoveryCodes && unspent > 0 ? policy.locks.hard : NO_CAP;
}

/** The locks on the second factors of an account: each method has its own, over all factors of that method (D7, D12). */
export async function methodLocks(
  db: Db,
  accountId: string,
  { policy, unspent, now }: { policy: Pick<Policy, 'locks' | 'recoveryCodes'>; unspent: number; now: number },
): Promise<Locks> {
  const [code, recovery] = await Promise.all([
    lockOn(db, { key: codeKey(accountId), hardLimit: policy.locks.hard, now }),
    lockOn(db, { key: recoveryKey(accountId), hardLimit: recoveryLimit(policy, unspent), now }),
  ]);
  return { ...(code ? { code } : {}), ...(recovery ? { recovery } : {}) };
}
