import type { PasswordHasher } from '../../accounts/password-hasher.ts';
import type { Database } from '../../store/database.ts';

/** A point at which a submission waits until the test lets it continue. */
export interface Barrier {
  /** Resolves when a submission has reached the barrier. */
  readonly reached: Promise<void>;
  /** Lets this submission and all later ones continue. */
  open(): void;
}

interface Gate extends Barrier {
  pass(): Promise<void>;
}

function gate(): Gate {
  const arrival = Promise.withResolvers<void>();
  const opening = Promise.withResolvers<void>();
  return {
    reached: arrival.promise,
    open: opening.resolve,
    async pass() {
      arrival.resolve();
      await opening.promise;
    },
  };
}

/** A hasher whose next verification, also one for an unknown name, waits, as in a long queue. Anything that the submission has read may then be outdated. */
export function hasherWithBarrier(hasher: PasswordHasher): { hasher: PasswordHasher; hold(): Barrier } {
  let held: Gate | undefined;
  return {
    hasher: {
      ...hasher,
      stats: hasher.stats,
      async verify(stored, password) {
        await held?.pass();
        return await hasher.verify(stored, password);
      },
      async decoy(password) {
        await held?.pass();
        await hasher.decoy(password);
      },
    },
    hold: () => {
      held = gate();
      return held;
    },
  };
}

/** A database whose n-th transaction from now waits before it begins, when the submission has read but not yet written. */
export function databaseWithBarrier(database: Database): { database: Database; hold(transaction?: number): Barrier } {
  let held: { gate: Gate; left: number } | undefined;
  return {
    database: {
      ...database,
      async write(work) {
        if (held) held.left -= 1;
        if (held?.left === 0) await held.gate.pass();
        return await database.write(work);
      },
    },
    hold: (transaction = 1) => {
      held = { gate: gate(), left: transaction };
      return held.gate;
    },
  };
}
