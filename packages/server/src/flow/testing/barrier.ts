import type { PasswordHasher } from '../../accounts/password-hasher.ts';
import type { Database } from '../../store/database.ts';

/** A place where a submission waits until the test lets it go on. */
export interface Barrier {
  /** Resolves when a submission has come to the barrier. */
  readonly reached: Promise<void>;
  /** Lets it go on, and everything that comes after it. */
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

/** A hasher whose next verification waits as in a long queue: what the submission read before is old by then. */
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
    },
    hold: () => {
      held = gate();
      return held;
    },
  };
}

/** A database whose n-th unit from now waits before it begins: everything was read, and nothing is written yet. */
export function databaseWithBarrier(database: Database): { database: Database; hold(unit?: number): Barrier } {
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
    hold: (unit = 1) => {
      held = { gate: gate(), left: unit };
      return held.gate;
    },
  };
}
