import type { LockPolicy } from '../organisations/schema.ts';
import { countAttempt, type Taken } from '../store/counters.ts';
import type { Tx } from '../store/database.ts';

/** What the count said before anything was verified. Times in ms since the epoch. */
export type Attempt =
  | ({ counted: true } & Taken)
  /** Nothing may be verified: locked until then, or for good where the hard cap was reached. */
  | { counted: false; until?: number };

/** Counts an attempt under the organisation's numbers: one statement, committed before anything is verified (R43). */
export async function attemptUnder(
  tx: Tx,
  options: { key: string; now: number; locks: LockPolicy; hardLimit: number },
): Promise<Attempt> {
  const { key, now, locks, hardLimit } = options;
  const result = await countAttempt(tx, {
    key,
    now,
    softLimit: locks.soft,
    hardLimit,
    wait: { first: locks.firstWaitSeconds * 1000, max: locks.maxWaitSeconds * 1000 },
  });
  if (result.counted) return result;
  return result.hardCap ? { counted: false } : { counted: false, until: result.lockedUntil };
}
