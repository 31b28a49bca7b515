import { FairLines, type HashOrigin } from './fair-lines.ts';

/** The queue for password hashing is full; the HTTP layer answers 503 `busy` with `Retry-After`. */
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
  /** Runs `work` when its turn comes. Without an origin it waits in the internal lane. @throws HasherBusyError */
  run<T>(work: () => Promise<T>, origin?: HashOrigin): Promise<T>;
  /** How many run and how many wait, for the readiness route and the metrics. */
  readonly stats: { readonly running: number; readonly waiting: number };
}

export interface HashQueueLimits {
  /** How many run at a time. */
  concurrency: number;
  /** How many of all requests may wait, and how many of the internal lane beside them. */
  queueLimit: number;
  /** How many of one client address may wait, over all organisations. */
  addressLimit: number;
}

interface Waiting {
  start(): void;
  refuse(error: HasherBusyError): void;
}

/** While requests wait, one turn in this many is the internal lane's. */
const INTERNAL_TURN = 4;

/**
 * `concurrency` at a time, at most `queueLimit` waiting. Each hash takes 19 MiB and a core for 10 to 25 ms, so a queue
 * without a limit would be memory without a limit (R87).
 *
 * Turns go round the organisations, and within one round its addresses, so that no address and no organisation makes the
 * others wait for all that it sent. A full queue refuses the newest entry of the longest line rather than the newcomer, so
 * that it can't be kept full against everybody else. Work without an origin (administration, imports) has a lane and a limit
 * of its own: neither an import nor a flood of logins shuts the other out.
 */
export function createHashQueue({ concurrency, queueLimit, addressLimit }: HashQueueLimits): HashQueue {
  const requests = new FairLines<Waiting>();
  const internal: Waiting[] = [];
  let running = 0;
  let turnsOfRequests = 0;

  const next = (): Waiting | undefined => {
    const internalTurn = requests.size === 0 || turnsOfRequests >= INTERNAL_TURN - 1;
    if (internal.length > 0 && internalTurn) {
      turnsOfRequests = 0;
      return internal.shift();
    }
    turnsOfRequests += 1;
    return requests.next();
  };
  const leave = (): void => {
    const waiting = next();
    // The place is handed over, not freed, so that new work can't overtake.
    if (waiting) waiting.start();
    else running -= 1;
  };
  /** Makes room in a full queue. @throws HasherBusyError when the newcomer has to go */
  const admit = (origin: HashOrigin | undefined): void => {
    if (!origin) {
      if (internal.length >= queueLimit) throw new HasherBusyError(1);
      return;
    }
    if (requests.waitingOf(origin.address) >= addressLimit) throw new HasherBusyError(1);
    if (requests.size < queueLimit) return;
    const evicted = requests.evictFor(origin);
    if (!evicted) throw new HasherBusyError(1);
    evicted.refuse(new HasherBusyError(1));
  };
  const enter = async (origin: HashOrigin | undefined): Promise<void> => {
    if (running < concurrency) {
      running += 1;
      return;
    }
    admit(origin);
    await new Promise<void>((start, refuse) => {
      if (origin) requests.add(origin, { start, refuse });
      else internal.push({ start, refuse });
    });
  };

  return {
    async run(work, origin) {
      await enter(origin);
      try {
        return await work();
      } finally {
        leave();
      }
    },
    get stats() {
      return { running, waiting: requests.size + internal.length };
    },
  };
}
