import type { Clock } from '../crypto/tokens.ts';
import type { Logger } from './log.ts';

/** Milliseconds since any fixed moment; never goes back, whatever is done to the wall clock. */
export type Monotonic = () => number;

/** Since the process began; the operating system counts it apart from the time of day. */
export const systemMonotonic: Monotonic = () => performance.now();

/** ms. A wall clock that is further behind was set back. */
const TOLERANCE = 5000;
/** A clock that is slowed down to correct it (adjtime, at most 0.5 ms a second) was not set back. In ms per ms. */
const SLEWING = 1 / 1000;

/** Says whether the time of day can be relied on. */
export interface ClockGuard {
  /** Whether the wall clock was set back and has not caught up. Cheap; to be asked at each request. */
  isBehind(): boolean;
}

/** A guard that never objects: for a clock that no monotonic one belongs to. */
export const noClockGuard: ClockGuard = { isBehind: () => false };

/**
 * Compares the wall clock with a monotonic one (R86). A clock that is set back revives what has expired: sessions, links,
 * codes, remembered devices. So nothing is answered until the wall clock has reached the moment that was expected when
 * the step was noticed, or the process is restarted. A step forward is believed at once. Nothing is stored: one clock
 * that was wrong once, in the future, would lock everybody out.
 */
export function createClockGuard({
  clock,
  monotonic,
  logger,
}: {
  clock: Clock;
  monotonic: Monotonic;
  logger: Pick<Logger, 'error' | 'warn'>;
}): ClockGuard {
  let checkedAt = monotonic();
  let base = clock() - checkedAt;
  let resumesAt: number | undefined;
  return {
    isBehind() {
      const elapsed = monotonic();
      const now = clock();
      if (resumesAt !== undefined) {
        if (now < resumesAt) return true;
        resumesAt = undefined;
        base = now - elapsed;
        logger.warn({}, 'the clock has caught up: requests are answered again');
      }
      const behind = base + elapsed - now;
      base -= behind > 0 ? Math.min(behind, (elapsed - checkedAt) * SLEWING) : behind;
      checkedAt = elapsed;
      if (base + elapsed - now <= TOLERANCE) return false;
      resumesAt = now + behind;
      const told = { behindBySeconds: Math.round(behind / 1000), resumesAt: new Date(resumesAt).toISOString() };
      logger.error(told, 'the clock of this machine was set back: no request is answered until it has caught up');
      return true;
    },
  };
}
