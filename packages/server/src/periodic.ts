import { rotateSigningKeys } from './assertion/signing-keys.ts';
import { sealAudit } from './audit/chain.ts';
import { closeRefusals } from './audit/record.ts';
import type { Keyring } from './crypto/keyring.ts';
import type { Clock, Random } from './crypto/tokens.ts';
import type { ClockGuard } from './runtime/clock-guard.ts';
import { type Logger, loggable } from './runtime/log.ts';
import { idleSince } from './sessions/sessions.ts';
import type { Database } from './store/database.ts';
import { expire } from './store/upkeep/expire.ts';
import { sweep, takeLease } from './store/upkeep/sweep.ts';

const SECOND = 1000;
/** How often new audit entries are sealed, in ms. A change of an unsealed entry can't be detected (R81). */
const SEAL_INTERVAL_MS = 2 * SECOND;
/** How often the closing events of repeated refusals are written, in ms (R93). */
const CLOSE_INTERVAL_MS = 60 * SECOND;
/** How often expired rows are deleted (R66) and the keys of assertions are rotated if they are due (R74), in ms. */
const SWEEP_INTERVAL_MS = 60 * SECOND;

/** The running periodic tasks. */
export interface Periodic {
  /** Stops the timers, waits for running tasks, and writes and seals the audit entries that are due. */
  stop(): Promise<void>;
}

interface PeriodicDeps {
  database: Database;
  keyring: Keyring;
  clock: Clock;
  clockGuard: ClockGuard;
  random: Random;
  logger: Logger;
  /** The name of this instance, which differs from those of other instances on the same database. */
  holder: string;
}

/**
 * Starts the tasks that do not depend on requests. Several instances on one database share them: a lease lets one instance
 * work at a time. The timers do not keep the process alive.
 */
export function startPeriodic(deps: PeriodicDeps): Periodic {
  const { database, keyring, clock, clockGuard, random, logger, holder } = deps;

  const seal = async (): Promise<void> => {
    await sealAudit(database, clock(), { holder });
  };
  const close = async (): Promise<void> => {
    await closeRefusals(database, clock(), { holder, random });
  };
  const clean = async (): Promise<void> => {
    if (clockGuard.isBehind()) return;
    const now = clock();
    const lease = { name: 'sweep', holder, until: now + SWEEP_INTERVAL_MS, now };
    if (!(await database.write((tx) => takeLease(tx, lease)))) return;
    await expire(database, { now, idleSince: idleSince(now) });
    await sweep(database, now);
    await rotateSigningKeys({ database, keyring }, now);
  };
  const guarded = async (name: string, work: () => Promise<void>): Promise<void> => {
    try {
      await work();
    } catch (error) {
      // The next run tries again. Requests are not affected.
      logger.warn({ task: name, error: loggable(error) }, 'a periodic task failed');
    }
  };

  const running = new Set<Promise<void>>();
  const every = (ms: number, name: string, work: () => Promise<void>): NodeJS.Timeout => {
    let busy = false;
    return setInterval(() => {
      if (busy) return;
      busy = true;
      const round = guarded(name, work).finally(() => {
        busy = false;
        running.delete(round);
      });
      running.add(round);
    }, ms).unref();
  };
  // Without regular checks, a jump back would look like a gradual correction after a while.
  const watch = async (): Promise<void> => void clockGuard.isBehind();
  const timers = [
    every(SECOND, 'clock', watch),
    every(SEAL_INTERVAL_MS, 'seal', seal),
    every(CLOSE_INTERVAL_MS, 'refusals', close),
    every(SWEEP_INTERVAL_MS, 'sweep', clean),
  ];

  return {
    async stop() {
      for (const timer of timers) clearInterval(timer);
      await Promise.all(running);
      await guarded('refusals', close);
      await guarded('seal', seal);
    },
  };
}
