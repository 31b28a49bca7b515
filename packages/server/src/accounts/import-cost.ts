import { type Argon2Parameters, type PasswordHash, PasswordHashError } from './password-hash.ts';

/**
 * The maximum cost of an imported hash: 200 ms on one core of the machine on which the floor of 1000 ms was chosen
 * (`answer-floor.ts`). Two spellings of one password take two runs, so 400 ms. The rest of the floor is for slower machines
 * and for the queue. Measured: argon2 with 2^19 KiB × passes 186 ms, bcrypt with cost 12 199 ms, scrypt with 2^19 168 ms.
 * PBKDF2 takes 132 ms (SHA-1), 128 ms (SHA-256) and 394 ms (SHA-512) per million iterations.
 */
const MAX_ARGON2_WORK = 2 ** 19;
const MAX_BCRYPT_COST = 12;
const MAX_SCRYPT_WORK = 2 ** 19;
const MAX_PBKDF2_ITERATIONS = { sha1: 1_500_000, sha256: 1_500_000, sha512: 500_000 } as const;
const DIGEST_BYTES = { sha1: 20, sha256: 32, sha512: 64 } as const;

/**
 * Refuses a hash whose check would take longer than the floor of password responses, and so reveal the account (R54).
 * @throws PasswordHashError
 */
export function checkImportCost(hash: PasswordHash): void {
  const limit = exceeded(hash);
  if (limit === undefined) return;
  throw new PasswordHashError(
    'too-costly',
    `The ${hash.kind} password hash takes longer to check than a password response of the organisation may take; expected ${limit}. ` +
      'Import this user without a hash and send an invitation.',
  );
}

/** Returns why the server's own parameters are invalid, for the same reason; undefined if they are valid. */
export function ownCostFault({ memory, passes, lanes }: Argon2Parameters): string | undefined {
  if (memory * passes <= MAX_ARGON2_WORK && memory >= 8 * lanes && passes >= 1 && lanes >= 1 && lanes <= 16)
    return undefined;
  return `expected 1 to 16 lanes, at least 1 pass, at least 8 KiB of memory per lane, and ${ARGON2_LIMIT}`;
}

const ARGON2_LIMIT = `memory (KiB) × passes of at most ${MAX_ARGON2_WORK}`;

/** Returns the limit that a hash exceeds, in words; undefined if it exceeds none. */
function exceeded(hash: PasswordHash): string | undefined {
  switch (hash.kind) {
    case 'argon2':
      return hash.memory * hash.passes > MAX_ARGON2_WORK ? ARGON2_LIMIT : undefined;
    case 'bcrypt':
      return hash.cost > MAX_BCRYPT_COST ? `a cost of at most ${MAX_BCRYPT_COST}` : undefined;
    case 'scrypt': {
      const work = hash.cost * hash.blockSize * hash.parallelism;
      return work > MAX_SCRYPT_WORK ? `N × r × p of at most ${MAX_SCRYPT_WORK}` : undefined;
    }
    case 'pbkdf2': {
      // RFC 8018 §5.2: each block of the digest's length takes all iterations.
      const blocks = Math.ceil(hash.hash.byteLength / DIGEST_BYTES[hash.digest]);
      const max = MAX_PBKDF2_ITERATIONS[hash.digest];
      return hash.iterations * blocks > max ? `at most ${max} iterations of ${hash.digest}` : undefined;
    }
  }
}
