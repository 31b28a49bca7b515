import type { PasswordHasher } from '../../accounts/password-hasher.ts';
import { type Database, StoreUnavailableError } from '../../store/database.ts';

/** Where a request can be held: before a password or code is hashed, or before a transaction begins. */
export type Place = 'hash' | 'write';
/** Whether a kill falls before a transaction or between its commit and the answer. */
export type When = 'before' | 'after';

export interface Held {
  /** Resolves when a request is held. */
  reached: Promise<void>;
  /** Lets it go on. Where none was held, none will be. */
  release(): void;
}

interface Armed {
  place: Place;
  left: number;
  reach(): void;
  released: Promise<void>;
}

/**
 * A barrier in what is injected into one instance of the server. It holds the n-th hash or transaction from now on, so
 * that something else falls between what a request read and what it commits; and it kills the instance at the n-th
 * transaction: from then on that instance writes nothing more.
 */
export class Gate {
  dead = false;
  private armed: Armed | undefined;
  private strike: { left: number; when: When } | undefined;

  hold(place: Place, nth: number): Held {
    let release = (): void => {};
    const released = new Promise<void>((resolve) => {
      release = resolve;
    });
    const reached = new Promise<void>((reach) => {
      this.armed = { place, left: nth, reach, released };
    });
    return {
      reached,
      release: () => {
        this.armed = undefined;
        release();
      },
    };
  }

  kill(nth: number, when: When): void {
    this.strike = { left: nth, when };
  }

  disarm(): void {
    this.strike = undefined;
  }

  async pass(place: Place): Promise<void> {
    const { armed } = this;
    if (armed?.place !== place) return;
    armed.left -= 1;
    if (armed.left > 0) return;
    this.armed = undefined;
    armed.reach();
    await armed.released;
  }

  /** What is about to happen to this transaction. */
  next(): When | undefined {
    if (!this.strike) return undefined;
    this.strike.left -= 1;
    return this.strike.left === 0 ? this.strike.when : undefined;
  }
}

const killed = (): StoreUnavailableError => new StoreUnavailableError('The instance was killed by the test.');

/** The same database behind a gate. */
export function gatedDatabase(database: Database, gate: Gate): Database {
  return {
    ...database,
    async write(work) {
      await gate.pass('write');
      if (gate.dead) throw killed();
      const when = gate.next();
      if (when !== undefined) gate.dead = true;
      if (when === 'before') throw killed();
      const value = await database.write(work);
      if (when === 'after') throw killed();
      return value;
    },
  };
}

/** The same hasher behind a gate. */
export function gatedHasher(hasher: PasswordHasher, gate: Gate): PasswordHasher {
  const after =
    <A extends unknown[], T>(work: (...given: A) => Promise<T>) =>
    async (...given: A): Promise<T> => {
      await gate.pass('hash');
      return await work(...given);
    };
  return {
    ...hasher,
    get stats() {
      return hasher.stats;
    },
    hash: after(hasher.hash),
    verify: after(hasher.verify),
    decoy: after(hasher.decoy),
    raw: after(hasher.raw),
  };
}
