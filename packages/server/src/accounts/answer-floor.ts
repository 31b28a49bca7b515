import { setTimeout } from 'node:timers/promises';

/** Measures elapsed time and waits. Changes of the wall clock do not affect it. */
export interface Timer {
  /** Milliseconds since an arbitrary moment. The value never decreases. */
  now(): number;
  /** Resolves after at least `ms` milliseconds. */
  wait(ms: number): Promise<void>;
}

/**
 * Returns a timer that never ends early, based on a `sleep` that may: Node.js rounds the current time down to a
 * millisecond when it schedules a timer, and so fires it up to a millisecond early.
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

/** The timer of the platform. */
export const systemTimer: Timer = createTimer(() => performance.now(), setTimeout);

/**
 * The minimum time of a response to a password, in ms, in an organisation that has a password hash of another scheme than
 * the server's current one (R54, docs/decisions/0016). The costliest hash that can be imported takes 400 ms for both
 * spellings (`import-cost.ts`), or 600 ms while other hashes run on two cores. An address's own share of the queue takes
 * another 325 ms.
 */
export const ANSWER_FLOOR = 1000;

/**
 * Returns how long a response still has to wait, in ms, when `elapsed` ms have passed. A response that is later than the
 * floor waits until the next multiple of it, so that its time reveals nothing more precise.
 */
export function untilFloor(elapsed: number, floor = ANSWER_FLOOR): number {
  return Math.max(1, Math.ceil(elapsed / floor)) * floor - elapsed;
}

/** Delays responses to the minimum time. */
export interface AnswerFloor {
  /**
   * Runs `work` and resolves when the floor is reached, counted from `began` (in the timer's milliseconds). An error of
   * `work` is not delayed. Responses for one key are given one after the other, each with its own full floor. Otherwise
   * parallel guesses for one username would together exceed the floor only if its hash is costly, and so reveal that.
   */
  hold<T>(key: string, began: number, work: () => Promise<T>): Promise<T>;
  /** Waits until the floor is reached, counted from `began`. It waits for no other response. */
  reach(began: number): Promise<void>;
}

/** The minimum time, and who learns that it was exceeded. */
export interface FloorOptions {
  /** In ms. Default: `ANSWER_FLOOR`. */
  answerTime?: number;
  /** Called with the time of work that took longer than the floor, in ms. */
  onExceeded?(elapsed: number): void;
}

/** Returns an answer floor that uses this timer. */
export function createAnswerFloor(
  timer: Timer,
  { answerTime = ANSWER_FLOOR, onExceeded }: FloorOptions = {},
): AnswerFloor {
  /** The last pending response of each key; it never rejects. */
  const last = new Map<string, Promise<unknown>>();
  const reach = async (began: number): Promise<void> => {
    const elapsed = timer.now() - began;
    if (elapsed > answerTime) onExceeded?.(elapsed);
    await timer.wait(untilFloor(elapsed, answerTime));
  };
  return {
    reach,
    async hold(key, began, work) {
      const before = last.get(key);
      const answer = (async () => {
        await before;
        const from = before ? timer.now() : began;
        const result = await work();
        await reach(from);
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
