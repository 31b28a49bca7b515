import { type Argon2Parameters, type PasswordHash, PasswordHashError } from './password-hash.ts';

/**
 * The most that a hash may cost to be imported: 200 ms on one core of the machine on which the floor of password answers was
 * chosen. Two spellings of one password take two runs, so 400 ms of the floor's 1000 ms (`answer-floor.ts`): the rest is for
 * slower machines and for the queue. Measured there: argon2 2^19 KiB·passes 186 ms, bcrypt 12 199 ms, scrypt 2^19 168 ms,
 * PBKDF2 132 ms (SHA-1), 128 ms (SHA-256) and 394 ms (SHA-512) a million iterations.
 */
const MAX_ARGON2_WORK = 2 ** 19;
const MAX_BCRYPT_COST = 12;
const MAX_SCRYPT_WORK = 2 ** 19;
const MAX_PBKDF2_ITERATIONS = { sha1: 1_500_000, sha256: 1_500_000, sha512: 500_000 } as const;
const DIGEST_BYTES = { sha1: 20, sha256: 32, sha512: 64 } as const;

/** Refuses a hash whose check would outlast the floor of password answers, and so reveal the account (R54). @throws PasswordHashError */
export function checkImportCost(hash: PasswordHash): void {
  const limit = exceeded(hash);
  if (limit === undefined) return;
  throw new PasswordHashError(
    'too-costly',
    `The ${hash.kind} password hash costs more than every password answer of the organisation may take; expected ${limit}. ` +
      'Import this user without a hash and send an invitation.',
  );
}

/** Why the server's own parameters are refused, for the same reason; undefined where they are right. */
export function ownCostFault({ memory, passes, lanes }: Argon2Parameters): string | undefined {
  if (memory * passes <= MAX_ARGON2_WORK && memory >= 8 * lanes && passes >= 1 && lanes >= 1 && lanes <= 16)
    return undefined;
  return `expected 1 to 16 lanes, at least 1 pass, at least 8 KiB of memory a lane, and ${ARGON2_LIMIT}`;
}

const ARGON2_LIMIT = `memory (KiB) × passes of at most ${MAX_ARGON2_WORK}`;

/** The limit that a hash exceeds, in words. */
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
      // RFC 8018 §5.2: all iterations once for each block of the digest's length.
      const blocks = Math.ceil(hash.hash.byteLength / DIGEST_BYTES[hash.digest]);
      const most = MAX_PBKDF2_ITERATIONS[hash.digest];
      return hash.iterations * blocks > most ? `at most ${most} iterations of ${hash.digest}` : undefined;
    }
  }
}
