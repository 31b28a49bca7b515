import { setTimeout } from 'node:timers/promises';

/** Measures elapsed time and waits; unaffected by changes of the wall clock. */
export interface Timer {
  /** Milliseconds since some moment, never backwards. */
  now(): number;
  /** Resolves after at least that many milliseconds. */
  wait(ms: number): Promise<void>;
}

/**
 * A timer on top of one that may be early: Node.js rounds the present moment down to a millisecond when it plans a timer, and
 * fires it up to a millisecond before its time.
 */
export function createTimer(now: () => number, sleep: (ms: number) => Promise<unknown>): Timer {
  return {
    now,
    async wait(ms) {
      const end = now() + ms;
      for (let left = ms; left > 0; left = end - now()) await sleep(Math.ceil(left));
    },
  };
}

export const systemTimer: Timer = createTimer(() => performance.now(), setTimeout);

/**
 * Every password answer of an organisation takes at least this long, in ms, while it has a password hash that is not of the
 * present own scheme (R54). The costliest hash that can be imported takes 400 ms in both spellings (`import-cost.ts`), 600 ms
 * beside other hash runs on two cores, and an address's own share of the queue another 325 ms.
 */
export const ANSWER_FLOOR = 1000;

/**
 * ms that an answer still has to wait, after that many. A late answer, after a long queue or a slow run, waits until the next
 * multiple: its time then reveals nothing finer than that.
 */
export function untilFloor(elapsed: number): number {
  return Math.max(1, Math.ceil(elapsed / ANSWER_FLOOR)) * ANSWER_FLOOR - elapsed;
}

export interface AnswerFloor {
  /**
   * Runs `work` and resolves when the floor is reached, counted from `began` (by the timer). What fails isn't held back.
   * Answers under one key are given one after the other, each with the floor's time of its own: else parallel guesses at
   * one name would add up to more than the floor, and only where the name's hash is a costly one.
   */
  hold<T>(key: string, began: number, work: () => Promise<T>): Promise<T>;
}

export function createAnswerFloor(timer: Timer): AnswerFloor {
  /** The last answer that is due under a key; never rejects. */
  const last = new Map<string, Promise<unknown>>();
  return {
    async hold(key, began, work) {
      const before = last.get(key);
      const answer = (async () => {
        await before;
        const from = before ? timer.now() : began;
        const result = await work();
        await timer.wait(untilFloor(timer.now() - from));
        return result;
      })();
      const settled = answer.catch(() => {});
      last.set(key, settled);
      try {
        return await answer;
      } finally {
        if (last.get(key) === settled) last.delete(key);
      }
    },
  };
}
