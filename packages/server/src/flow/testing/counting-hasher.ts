import { type HashFunctions, nativeHashFunctions } from '../../accounts/hash-functions.ts';
import type { Argon2Parameters, PasswordHash } from '../../accounts/password-hash.ts';
import { createPasswordHasher, type PasswordHasher } from '../../accounts/password-hasher.ts';

const CHEAP: Argon2Parameters = { memory: 64, passes: 1, lanes: 1 };

/** A hasher with a record of its hash runs. */
export interface CountingHasher {
  hasher: PasswordHasher;
  /** Returns the hash runs since the last `take`, each as the function and the parameters that decide its cost. */
  take(): string[];
}

/**
 * Creates a hasher that counts the runs of the hash functions, not the calls of the hasher, because one call may run a function
 * twice. `onRun` is called before each run.
 */
export function countingHasher(
  parameters: Argon2Parameters = CHEAP,
  onRun: (run: string) => void = () => {},
): CountingHasher {
  let runs: string[] = [];
  const count = (run: string): void => {
    runs.push(run);
    onRun(run);
  };
  const functions: HashFunctions = {
    argon2Hash(password, options) {
      count(`argon2.${options.memoryCost}.${options.timeCost}.${options.parallelism}`);
      return nativeHashFunctions.argon2Hash(password, options);
    },
    argon2Raw(text, options) {
      count(`argon2.${options.memoryCost}.${options.timeCost}.${options.parallelism}`);
      return nativeHashFunctions.argon2Raw(text, options);
    },
    verify(hash, text) {
      count(costOf(hash));
      return nativeHashFunctions.verify(hash, text);
    },
  };
  return {
    hasher: createPasswordHasher({ parameters, queueLimit: 10_000 }, functions),
    take() {
      const taken = runs;
      runs = [];
      return taken;
    },
  };
}

function costOf(hash: PasswordHash): string {
  return hash.kind === 'argon2' ? `argon2.${hash.memory}.${hash.passes}.${hash.lanes}` : hash.kind;
}
