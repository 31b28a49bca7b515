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
export class FairLines<T> {
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
