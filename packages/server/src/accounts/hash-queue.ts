/** The origin of a request. The queue is fair between organisations, and within one between client addresses. */
export interface HashOrigin {
  /** The organisation's id. */
  organisation: string;
  /** The client's address, IPv6 as its /64 (R45). */
  address: string;
}

/**
 * The waiting entries, in one line per address of each organisation. `next` visits the organisations in turn, and within
 * one its addresses in turn. Each line is first in, first out.
 */
class FairLines<T> {
  /**
   * Organisations, and within them addresses, in the order of their next turn: a `Map` keeps the order of insertion.
   */
  readonly #organisations = new Map<string, Map<string, T[]>>();
  readonly #perAddress = new Map<string, number>();
  #size = 0;

  get size(): number {
    return this.#size;
  }

  /** Returns the number of waiting entries of an address, over all organisations. */
  waitingOf(address: string): number {
    return this.#perAddress.get(address) ?? 0;
  }

  add({ organisation, address }: HashOrigin, entry: T): void {
    const addresses = this.#organisations.get(organisation) ?? new Map<string, T[]>();
    const line = addresses.get(address) ?? [];
    line.push(entry);
    addresses.set(address, line);
    this.#organisations.set(organisation, addresses);
    this.#count(address, 1);
  }

  /** Removes and returns the next entry. Its organisation and its address move to the end of the round. */
  next(): T | undefined {
    for (const [organisation, addresses] of this.#organisations) {
      for (const [address, line] of addresses) return this.#take({ organisation, address }, line, line.shift());
    }
    return undefined;
  }

  /**
   * Removes and returns the entry to evict for a new entry of this origin; undefined if the new entry must be refused.
   * Evicts from the organisation with the most entries, if it has more than the new entry's organisation would have.
   * Otherwise evicts from the new entry's organisation, if its longest line is longer than that of the new entry's address
   * would be. In both cases, the newest entry of the longest line is evicted.
   */
  evictFor({ organisation, address }: HashOrigin): T | undefined {
    const own = this.#organisations.get(organisation);
    const [crowded, most] = largest(this.#organisations, entriesOf);
    if (crowded !== undefined && most > (own ? entriesOf(own) : 0) + 1) return this.#takeNewest(crowded);
    const [, longest] = own ? largest(own, lengthOf) : [];
    return (longest ?? 0) > (own?.get(address)?.length ?? 0) + 1 ? this.#takeNewest(organisation) : undefined;
  }

  #takeNewest(organisation: string): T | undefined {
    const addresses = this.#organisations.get(organisation);
    const [address] = addresses ? largest(addresses, lengthOf) : [];
    const line = address === undefined ? undefined : addresses?.get(address);
    if (!line || address === undefined) return undefined;
    const entry = line.pop();
    this.#count(address, -1);
    if (line.length === 0) addresses?.delete(address);
    if (addresses?.size === 0) this.#organisations.delete(organisation);
    return entry;
  }

  #take({ organisation, address }: HashOrigin, line: T[], entry: T | undefined): T | undefined {
    const addresses = this.#organisations.get(organisation);
    this.#count(address, -1);
    addresses?.delete(address);
    if (line.length > 0) addresses?.set(address, line);
    this.#organisations.delete(organisation);
    if (addresses && addresses.size > 0) this.#organisations.set(organisation, addresses);
    return entry;
  }

  #count(address: string, change: 1 | -1): void {
    const count = this.waitingOf(address) + change;
    if (count > 0) this.#perAddress.set(address, count);
    else this.#perAddress.delete(address);
    this.#size += change;
  }
}

function lengthOf(line: readonly unknown[]): number {
  return line.length;
}

function entriesOf(addresses: ReadonlyMap<string, readonly unknown[]>): number {
  let entries = 0;
  for (const line of addresses.values()) entries += line.length;
  return entries;
}

/** Returns the key whose value has the largest measure (the first one if several are equal), and that measure. */
function largest<V>(map: ReadonlyMap<string, V>, measure: (value: V) => number): [string | undefined, number] {
  let found: string | undefined;
  let most = 0;
  for (const [key, value] of map) {
    const size = measure(value);
    if (size > most) [found, most] = [key, size];
  }
  return [found, most];
}

/** The queue for password hashing is full. The HTTP layer responds with 503 `busy` and `Retry-After`. */
export class HasherBusyError extends Error {
  readonly code = 'busy';
  /** Seconds after which the client may retry. */
  readonly retryAfter: number;
  constructor(retryAfter: number) {
    super('The queue for password hashing is full.');
    this.name = 'HasherBusyError';
    this.retryAfter = retryAfter;
  }
}

/** A bounded queue for work that uses much memory and processor time. */
export interface HashQueue {
  /** Runs `work` in its turn. Work without an origin waits in the internal lane. @throws HasherBusyError */
  run<T>(work: () => Promise<T>, origin?: HashOrigin): Promise<T>;
  /** The numbers of running and waiting units of work, for the readiness route and the metrics. */
  readonly stats: { readonly running: number; readonly waiting: number };
}

interface HashQueueLimits {
  /** The maximum number that run at the same time. */
  concurrency: number;
  /** The maximum number of waiting requests, and separately of waiting entries in the internal lane. */
  queueLimit: number;
  /** The maximum number of waiting requests of one client address, over all organisations. */
  addressLimit: number;
}

interface Waiting {
  start(): void;
  refuse(error: HasherBusyError): void;
}

/** While requests wait, the internal lane gets one turn in this many. */
const INTERNAL_TURN = 4;

/**
 * Returns a queue that runs `concurrency` units of work at the same time and lets at most `queueLimit` wait. Each hash
 * takes 19 MiB, and a core for 10 to 25 ms, so a queue without a limit would use memory without a limit (R87).
 *
 * The organisations take turns, and within one its addresses, so that a flood from one does not delay the others by all of
 * its requests. A full queue refuses the newest entry of the longest line rather than the new entry, so that one client
 * can't block all others by keeping it full. Work without an origin (administration, imports) has its own lane and limit,
 * so that imports and logins can't block each other.
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
    // The place is passed on and not freed, so that new work can't overtake waiting work.
    if (waiting) waiting.start();
    else running -= 1;
  };
  /** Makes room in a full queue. @throws HasherBusyError if the new entry is refused */
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
