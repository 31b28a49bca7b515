import type { LockPolicy } from './schema.ts';

/**
 * How long a name or an account waits after that many failures, in milliseconds: nothing below the soft limit, the first
 * wait at it, then double at each further failure up to the longest (D7).
 */
export function lockWait(failures: number, locks: LockPolicy): number {
  if (failures < locks.soft) return 0;
  const doublings = Math.min(failures - locks.soft, 30);
  return Math.min(locks.firstWaitSeconds * 2 ** doublings, locks.maxWaitSeconds) * 1000;
}
