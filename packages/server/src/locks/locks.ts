import { getCounter } from '../store/counters.ts';
import type { Db } from '../store/database.ts';

/**
 * What is locked: `password`, `new-password` (guesses whether a new password is the previous one), or the lock of a factor
 * (`flow/factor.ts`).
 */
export type LockedBy = string;

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
