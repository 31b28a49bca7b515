/** How a controller waits; a test passes a fake. */
export interface Timers {
  /** Calls `work` once after `ms` milliseconds, unless the returned function is called before. */
  after(work: () => void, ms: number): () => void;
}

/** Shortest wait before an alarm, in milliseconds: a wrong clock must not cause a storm of requests. */
const SHORTEST_MS = 1000;

/** Longest wait that a platform's timer takes, in milliseconds. */
const LONGEST_MS = 2 ** 31 - 1;

export const platformTimers: Timers = {
  after(work, ms) {
    const timer = setTimeout(work, ms);
    return () => clearTimeout(timer);
  },
};

/** The moments at which a flow acts by itself. A new call to the server clears all of them. */
export class Alarms {
  readonly #timers: Timers;
  #clear: (() => void)[] = [];

  constructor(timers: Timers) {
    this.#timers = timers;
  }

  /** Calls `work` after `ms` milliseconds; one that is too far away for the platform never rings. */
  set(ms: number, work: () => void): void {
    if (ms < LONGEST_MS) this.#clear.push(this.#timers.after(work, Math.max(SHORTEST_MS, ms)));
  }

  clear(): void {
    for (const clear of this.#clear) clear();
    this.#clear = [];
  }
}
