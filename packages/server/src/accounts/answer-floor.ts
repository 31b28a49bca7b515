import { setTimeout } from 'node:timers/promises';

/** Measures elapsed time and waits; unaffected by changes of the wall clock. */
export interface Timer {
  /** Milliseconds since some moment, never backwards. */
  now(): number;
  /** Resolves after at least that many milliseconds. */
  wait(ms: number): Promise<void>;
}

export const systemTimer: Timer = {
  now: () => performance.now(),
  wait: async (ms) => {
    await setTimeout(Math.ceil(ms));
  },
};

/**
 * Every password answer of an organisation takes at least this long, in ms, while it has a password hash that is not of the
 * present own scheme (R54). Twice what the costliest importable hash takes in both spellings (`import-cost.ts`), so that a
 * slower machine and the queue have room.
 */
export const ANSWER_FLOOR = 800;

/**
 * ms that an answer still has to wait, after that many. An answer that is late already, for the queue was long, waits for the
 * next multiple: it then reveals only in which multiple it fell, not what its hash took.
 */
export function untilFloor(elapsed: number): number {
  return Math.max(1, Math.ceil(elapsed / ANSWER_FLOOR)) * ANSWER_FLOOR - elapsed;
}
