/** The waiting line for password hashing is full; the HTTP layer answers 503 `busy` with `Retry-After`. */
export class HasherBusyError extends Error {
  readonly code = 'busy';
  /** Seconds after which trying again makes sense. */
  readonly retryAfter: number;
  constructor(retryAfter: number) {
    super('Too many passwords are waiting to be checked.');
    this.name = 'HasherBusyError';
    this.retryAfter = retryAfter;
  }
}

export interface HashQueue {
  /** Runs `work` when its turn comes. @throws HasherBusyError at once when the line is full */
  run<T>(work: () => Promise<T>): Promise<T>;
  /** How many run and how many wait, for the readiness route and the metrics. */
  readonly stats: { readonly running: number; readonly waiting: number };
}

/**
 * First come, first served: `concurrency` at a time, at most `queueLimit` waiting. Each hash takes 19 MiB and a core
 * for 10 to 25 ms, so a line without an end would be memory without an end (R87).
 */
export function createHashQueue({ concurrency, queueLimit }: { concurrency: number; queueLimit: number }): HashQueue {
  const waiting: (() => void)[] = [];
  let running = 0;
  const leave = () => {
    const next = waiting.shift();
    // The place is handed over, not freed, so that nobody slips in between.
    if (next) next();
    else running -= 1;
  };
  const enter = async (): Promise<void> => {
    if (running < concurrency) {
      running += 1;
      return;
    }
    if (waiting.length >= queueLimit) throw new HasherBusyError(1);
    await new Promise<void>((resolve) => waiting.push(resolve));
  };
  return {
    async run(work) {
      await enter();
      try {
        return await work();
      } finally {
        leave();
      }
    },
    get stats() {
      return { running, waiting: waiting.length };
    },
  };
}
