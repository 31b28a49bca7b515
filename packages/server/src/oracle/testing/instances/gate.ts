import type { PasswordHasher } from '../../../accounts/password-hasher.ts';
import { type Database, StoreUnavailableError } from '../../../store/database.ts';

/** The point at which a request can be held: before a password or code is hashed, or before a transaction begins. */
export type Place = 'hash' | 'write';
/** Whether an instance is killed before a transaction, or between its commit and the answer. */
export type When = 'before' | 'after';

/** A hold on one request of an instance. */
export interface Held {
  /** Resolves when a request is held. */
  reached: Promise<void>;
  /** Lets the held request continue. If none was held yet, cancels the hold. */
  release(): void;
}

interface Armed {
  place: Place;
  left: number;
  reach(): void;
  released: Promise<void>;
}

/**
 * A barrier in the database and the hasher of one instance of the server. It holds the n-th hash or transaction, so that
 * another request can run between the reads and the commit of the held one. It also kills the instance at the n-th
 * transaction; after that, the instance writes nothing more.
 */
export class Gate {
  /** Whether the instance was killed. */
  dead = false;
  private armed: Armed | undefined;
  private strike: { left: number; when: When } | undefined;

  /** Whether a fault is injected: the instance was killed, or a kill is armed. */
  get hasFault(): boolean {
    return this.dead || this.strike !== undefined;
  }

  /** Holds the n-th request that reaches a place, counted from this call. */
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

  /** Arms a kill at the n-th transaction, counted from this call. */
  kill(nth: number, when: When): void {
    this.strike = { left: nth, when };
  }

  /** Cancels an armed kill. */
  disarm(): void {
    this.strike = undefined;
  }

  /** Called at a place by each request; waits while that request is held. */
  async pass(place: Place): Promise<void> {
    const { armed } = this;
    if (armed?.place !== place) return;
    armed.left -= 1;
    if (armed.left > 0) return;
    this.armed = undefined;
    armed.reach();
    await armed.released;
  }

  /** Called before each transaction; returns when the kill happens, or undefined if this transaction is not killed. */
  next(): When | undefined {
    if (!this.strike) return undefined;
    this.strike.left -= 1;
    return this.strike.left === 0 ? this.strike.when : undefined;
  }
}

const killed = (): StoreUnavailableError => new StoreUnavailableError('The instance was killed by the test.');

/** Wraps a database, so that its transactions pass a gate. @throws StoreUnavailableError when the instance is killed */
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

/** Wraps a hasher, so that each hash passes a gate. */
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
