import type { Clock } from '../crypto/tokens.ts';

/** Keys that are remembered at a time: what a stranger can invent must not fill the memory or the log. */
const MAX_KEYS = 100;

/**
 * Says whether something is due for a key: once in `interval` ms for each. While `MAX_KEYS` other keys are remembered,
 * nothing is due for a new one.
 */
export function onceEach(interval: number, clock: Clock): (key: string) => boolean {
  const seen = new Map<string, number>();
  return (key) => {
    const now = clock();
    for (const [old, at] of seen) if (Math.abs(now - at) >= interval) seen.delete(old);
    if (seen.has(key) || seen.size >= MAX_KEYS) return false;
    seen.set(key, now);
    return true;
  };
}
