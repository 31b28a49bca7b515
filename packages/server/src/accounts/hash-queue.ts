/** Whose work it is. The queue is fair between organisations, and within one between client addresses. */
export interface HashOrigin {
  organisation: string;
  /** The client's address, IPv6 as its /64 (R45). */
  address: string;
}

/**
 * Waiting entries, one line for each address of each organisation. `next` goes round the organisations, and within one
 * round its addresses; each line is first come, first served.
 */
class FairLines<T> {
  /** In the order of their next turn, as are the addresses in them: a `Map` keeps the order of insertion. */
  readonly #organisations = new Map<string, Map<string, T[]>>();
  readonly #perAddress = new Map<string, number>();
  #size = 0;

  get size(): number {
    return this.#size;
  }

  /** How many entries of an address wait, over all organisations. */
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

  /** Takes the entry whose turn it is; its organisation and its address go to the end of the round. */
  next(): T | undefined {
    for (const [organisation, addresses] of this.#organisations) {
      for (const [address, line] of addresses) return this.#take({ organisation, address }, line, line.shift());
    }
    return undefined;
  }

  /**
   * Takes the newest entry of the longest line of the organisation with the most entries, where that is fairer than refusing
   * a new entry of this origin: the organisation has more entries than the newcomer's would have, or, within the
   * newcomer's own organisation, the address has.
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

/** The key with the largest measure, the first of equals. */
function largest<V>(map: ReadonlyMap<string, V>, measure: (value: V) => number): [string | undefined, number] {
  let found: string | undefined;
  let most = 0;
  for (const [key, value] of map) {
    const size = measure(value);
    if (size > most) [found, most] = [key, size];
  }
  return [found, most];
}

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

interface HashQueueLimits {
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
