import { getCounter } from '../store/counters.ts';
import type { Db } from '../store/database.ts';
import { codeKey } from './keys.ts';

/** How a lock is told; the counter itself decides at each attempt. `until` in ms since the epoch, absent: the help desk. */
export interface Lock {
  by: 'password' | 'code';
  until?: number;
}

/** The lock that stands on a counter now, without counting anything (R51). */
export async function lockOn(
  db: Db,
  { by, key, hardLimit, now }: { by: Lock['by']; key: string; hardLimit: number; now: number },
): Promise<Lock | undefined> {
  const counter = await getCounter(db, key);
  if (!counter) return undefined;
  if (counter.hard >= hardLimit) return { by };
  return counter.locked_until > now ? { by, until: counter.locked_until } : undefined;
}

/** The lock on the codes of an account, over all its factors (D7). */
export async function codeLock(db: Db, accountId: string, hardLimit: number, now: number): Promise<Lock | undefined> {
  return await lockOn(db, { by: 'code', key: codeKey(accountId), hardLimit, now });
}
