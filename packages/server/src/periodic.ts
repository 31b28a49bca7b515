import { sealAudit } from './audit/chain.ts';
import { closeRefusals } from './audit/record.ts';
import type { Clock, Random } from './crypto/tokens.ts';
import type { ClockGuard } from './runtime/clock-guard.ts';
import { type Logger, loggable } from './runtime/log.ts';
import { idleSince } from './sessions/sessions.ts';
import type { Database } from './store/database.ts';
import { expire } from './store/upkeep/expire.ts';
import { sweep, takeLease } from './store/upkeep/sweep.ts';

const SECOND = 1000;
/** How often the audit's new entries are chained: what was not sealed yet could still be changed unseen (R81). */
const SEAL_EVERY = 2 * SECOND;
/** How often the closing events of repeated refusals are written, where a window has ended (R93). */
const CLOSE_EVERY = 60 * SECOND;
/** How often rows that have had their time are deleted (R66). */
const SWEEP_EVERY = 60 * SECOND;

export interface Periodic {
  /** Stops the timers, waits for what runs, and writes and seals what is due. */
  stop(): Promise<void>;
}

interface PeriodicDeps {
  database: Database;
  clock: Clock;
  clockGuard: ClockGuard;
  random: Random;
  logger: Logger;
  /** Names this instance among those that share the database. */
  holder: string;
}

/**
 * The work that no request asks for. Several instances share it: a lease lets one of them do it at a time. The timers
 * keep no process alive.
 */
export function startPeriodic(deps: PeriodicDeps): Periodic {
  const { database, clock, clockGuard, random, logger, holder } = deps;

  const seal = async (): Promise<void> => {
    await sealAudit(database, clock(), { holder });
  };
  const close = async (): Promise<void> => {
    await closeRefusals(database, clock(), { holder, random });
  };
  const clean = async (): Promise<void> => {
    if (clockGuard.isBehind()) return;
    const now = clock();
    const lease = { name: 'sweep', holder, until: now + SWEEP_EVERY, now };
    if (!(await database.write((tx) => takeLease(tx, lease)))) return;
    await expire(database, { now, idleSince: idleSince(now) });
    await sweep(database, now);
  };
  const guarded = async (name: string, work: () => Promise<void>): Promise<void> => {
    try {
      await work();
    } catch (error) {
      // The next round tries again; requests are answered all the same.
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
  // Where no request asks, a step back would be taken for slow slewing after a while.
  const watch = async (): Promise<void> => void clockGuard.isBehind();
  const timers = [
    every(SECOND, 'clock', watch),
    every(SEAL_EVERY, 'seal', seal),
    every(CLOSE_EVERY, 'refusals', close),
    every(SWEEP_EVERY, 'sweep', clean),
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
