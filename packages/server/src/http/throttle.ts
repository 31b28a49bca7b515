import type { ProblemCode } from '@tweestap/protocol';
import type { Clock } from '../crypto/tokens.ts';
import { countAttempt, getCounter } from '../store/counters.ts';
import type { Database } from '../store/database.ts';
import { HttpProblem } from './problem.ts';

/** How many failed credentials one address may send in how long. */
export interface ThrottleSettings {
  failures: number;
  /** ms. */
  window: number;
}

/** Counts the failed credentials of an address, whatever the names they were tried on (429 `throttled`). */
export interface Throttle {
  /** @throws HttpProblem `throttled`, with `Retry-After` */
  check(address: string): Promise<void>;
  failed(address: string): Promise<void>;
}

/** Refusals that mean: somebody tried a credential, and it was wrong. */
const failures: ReadonlySet<ProblemCode> = new Set([
  'wrong-credentials',
  'wrong-code',
  'code-used',
  'code-expired',
  'clock-off',
  'old-authenticator',
]);

export const isFailure = (code: ProblemCode): boolean => failures.has(code);

/** ms that what was read of an address is believed; what other instances count is seen after that. */
const BELIEVED = 5_000;

/** Addresses remembered at a time: beyond that they are read again. */
const REMEMBERED = 10_000;

interface Known {
  key: string;
  lockedUntil: number;
  readAt: number;
}

/**
 * The count stands in the store, one counter an address and window, so that instances share it and a restart keeps it.
 * The window is fixed, not sliding: one statement a failure, and nothing at all for a success but a look now and then.
 */
export function createThrottle(deps: { database: Database; clock: Clock }, settings: ThrottleSettings): Throttle {
  const { database, clock } = deps;
  const known = new Map<string, Known>();

  const keyAt = (address: string, now: number): string => `address.${address}.${Math.floor(now / settings.window)}`;

  const remember = (address: string, entry: Known): Known => {
    known.delete(address);
    known.set(address, entry);
    const oldest = known.size > REMEMBERED ? known.keys().next() : undefined;
    if (oldest && !oldest.done) known.delete(oldest.value);
    return entry;
  };

  const read = async (address: string, now: number): Promise<Known> => {
    const key = keyAt(address, now);
    const entry = known.get(address);
    if (entry?.key === key && now - entry.readAt < BELIEVED && now >= entry.readAt) return entry;
    const counter = await getCounter(database.read, key);
    return remember(address, { key, lockedUntil: counter?.locked_until ?? 0, readAt: now });
  };

  return {
    async check(address) {
      const now = clock();
      const { lockedUntil } = await read(address, now);
      if (lockedUntil > now) throw new HttpProblem('throttled', { retryAfter: (lockedUntil - now) / 1000 });
    },
    async failed(address) {
      const now = clock();
      const key = keyAt(address, now);
      const wait = settings.window - (now % settings.window);
      const attempt = { key, now, softLimit: settings.failures, wait: { first: wait, max: wait } };
      const { lockedUntil } = await database.write((tx) => countAttempt(tx, attempt));
      remember(address, { key, lockedUntil, readAt: now });
    },
  };
}
