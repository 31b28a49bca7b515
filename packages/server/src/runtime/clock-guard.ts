import type { Clock } from '../crypto/tokens.ts';
import type { Logger } from './log.ts';

/** Returns the milliseconds since a fixed moment. The value never decreases, also when the wall clock is changed. */
export type Monotonic = () => number;

/** The time since the process started, which the operating system counts independently of the time of day. */
export const systemMonotonic: Monotonic = () => performance.now();

/** A wall clock that is further behind than this was set back. In ms. */
const TOLERANCE = 5000;
/** The maximum slowdown of a clock that is corrected gradually (adjtime, at most 0.5 ms per second), in ms per ms. */
const SLEWING = 1 / 1000;

/** Reports whether the time of day is reliable. */
export interface ClockGuard {
  /**
   * Returns whether the wall clock was set back and has not caught up. Cheap, and meant to be called for each request.
   */
  isBehind(): boolean;
}

/** A guard that never reports a problem, for a clock without a monotonic counterpart. */
export const noClockGuard: ClockGuard = { isBehind: () => false };

/**
 * Compares the wall clock with a monotonic one (R86, docs/decisions/0019). A clock that is set back would revive expired
 * sessions, links, codes and remembered devices. No request is therefore answered until the wall clock has reached the time
 * that was expected when the jump was detected, or until the process is restarted. A jump forward is accepted immediately.
 * Nothing is stored: otherwise a clock that was once in the future would lock out all users.
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
        logger.warn({}, 'the clock of this machine has caught up: requests are answered again');
      }
      const behind = base + elapsed - now;
      base -= behind > 0 ? Math.min(behind, (elapsed - checkedAt) * SLEWING) : behind;
      checkedAt = elapsed;
      if (base + elapsed - now <= TOLERANCE) return false;
      resumesAt = now + behind;
      const fields = { behindBySeconds: Math.round(behind / 1000), resumesAt: new Date(resumesAt).toISOString() };
      logger.error(fields, 'the clock of this machine was set back: no request is answered until it has caught up');
      return true;
    },
  };
}
