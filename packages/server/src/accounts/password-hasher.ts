import { availableParallelism } from 'node:os';
import { type Random, systemRandom } from '../crypto/tokens.ts';
import { type HashFunctions, nativeHashFunctions } from './hash-functions.ts';
import { createHashQueue, type HashOrigin } from './hash-queue.ts';
import {
  type Argon2Parameters,
  isOwnScheme,
  ownScheme,
  type PasswordHash,
  parsePasswordHash,
  type StoredPassword,
} from './password-hash.ts';

/** OWASP's minimum for argon2id: 19 MiB, two passes, one lane. */
export const DEFAULT_PARAMETERS: Argon2Parameters = { memory: 19_456, passes: 2, lanes: 1 };

const SALT_BYTES = 16;
const HASH_BYTES = 32;

/** The options of password hashing. */
export interface PasswordHasherOptions {
  /**
   * The maximum number of hashes that run at the same time. One more than the cores keeps all of them busy and leaves room in
   * libuv's thread pool. Default: the number of cores + 1.
   */
  concurrency?: number;
  /** The maximum number of waiting requests; 200 are about two seconds on two cores. Default 200. */
  queueLimit?: number;
  /** The maximum number of waiting requests of one client address. Default: half of `queueLimit`, rounded up. */
  addressLimit?: number;
  /**
   * The parameters of new hashes. A stored hash with other parameters still verifies, and is then replaced. Default:
   * 19,456 KiB, 2 passes and 1 lane, the minimum of OWASP.
   */
  parameters?: Argon2Parameters;
  /** The source of salts. Default: the operating system's generator. */
  random?: Random;
}

/**
 * Hashes passwords and verifies them. Each method takes the origin of the request, so that the queue is fair. Work without
 * an origin (administration, imports) has its own lane.
 */
export interface PasswordHasher {
  /** Returns a PHC string of argon2id with a fresh salt, and its scheme. @throws HasherBusyError */
  hash(password: string, origin?: HashOrigin): Promise<StoredPassword>;
  /**
   * Returns whether the password matches a stored hash, own or foreign. `rehash` asks the caller to store a new hash; it is
   * true only if `ok` is true. @throws HasherBusyError, PasswordHashError
   */
  verify(stored: StoredPassword, password: string, origin?: HashOrigin): Promise<{ ok: boolean; rehash: boolean }>;
  /**
   * Takes the same time as `verify` of a hash of the current scheme, and never succeeds. For unknown usernames (R53, R54).
   * @throws HasherBusyError
   */
  decoy(password: string, origin?: HashOrigin): Promise<void>;
  /** Returns the 32 raw bytes of argon2id with a given salt, for recovery codes. @throws HasherBusyError */
  raw(text: string, salt: Uint8Array, parameters?: Argon2Parameters, origin?: HashOrigin): Promise<Uint8Array>;
  /** The parameters of new hashes. */
  readonly parameters: Argon2Parameters;
  /** The scheme of new hashes, for example `own.19456.2.1`. */
  readonly scheme: string;
  /** The numbers of running and waiting hashes. */
  readonly stats: { readonly running: number; readonly waiting: number };
}

/**
 * Returns a password hasher with one bounded queue (R62, R87). Passwords are normalised to NFC and never truncated (D10).
 * The work runs in libuv's thread pool; setting `UV_THREADPOOL_SIZE` to the number of cores gives the best throughput.
 */
export function createPasswordHasher(
  options: PasswordHasherOptions = {},
  functions: HashFunctions = nativeHashFunctions,
): PasswordHasher {
  const { concurrency = availableParallelism() + 1, queueLimit = 200, random = systemRandom } = options;
  const { parameters = DEFAULT_PARAMETERS, addressLimit = Math.ceil(queueLimit / 2) } = options;
  const queue = createHashQueue({ concurrency, queueLimit, addressLimit });
  const decoyHash = parsePasswordHash(makeDecoyHash(parameters, random));
  const scheme = ownScheme(parameters);
  return {
    parameters,
    scheme,
    async hash(password, origin) {
      const salted = { ...native(parameters), salt: random(SALT_BYTES) };
      return { hash: await queue.run(() => functions.argon2Hash(nfc(password), salted), origin), scheme };
    },
    async verify(stored, password, origin) {
      const hash = parsePasswordHash(stored.hash);
      const own = isOwnScheme(stored.scheme) && hash.kind === 'argon2';
      // R54: an own hash is of the NFC form, so every spelling takes one run, like an unknown username.
      const ok = await queue.run(
        () => (own ? functions.verify(hash, nfc(password)) : verifyForeignSpelling(hash, password, functions)),
        origin,
      );
      const current = stored.scheme === scheme && hasParameters(hash, parameters);
      return { ok, rehash: ok && !current };
    },
    async decoy(password, origin) {
      await queue.run(() => functions.verify(decoyHash, nfc(password)), origin);
    },
    raw: (text, salt, given = parameters, origin) =>
      queue.run(() => functions.argon2Raw(text, { ...native(given), salt }), origin),
    get stats() {
      return queue.stats;
    },
  };
}

/** Returns the hasher for one request: all work of the request waits in the queue under its origin. */
export function hasherFor(hasher: PasswordHasher, origin: HashOrigin): PasswordHasher {
  return {
    parameters: hasher.parameters,
    scheme: hasher.scheme,
    hash: (password) => hasher.hash(password, origin),
    verify: (stored, password) => hasher.verify(stored, password, origin),
    decoy: (password) => hasher.decoy(password, origin),
    raw: (text, salt, parameters) => hasher.raw(text, salt, parameters, origin),
    get stats() {
      return hasher.stats;
    },
  };
}

/**
 * Tries the NFC form and then the password as entered, which another system may have hashed. The answer floor hides the
 * second run.
 */
async function verifyForeignSpelling(hash: PasswordHash, password: string, functions: HashFunctions): Promise<boolean> {
  const normalised = nfc(password);
  if (await functions.verify(hash, normalised)) return true;
  return normalised !== password && (await functions.verify(hash, password));
}

const nfc = (password: string): string => password.normalize('NFC');

function hasParameters(hash: PasswordHash, { memory, passes, lanes }: Argon2Parameters): boolean {
  if (hash.kind !== 'argon2' || hash.variant !== 'argon2id' || hash.version !== 19) return false;
  return hash.memory === memory && hash.passes === passes && hash.lanes === lanes;
}

/** Converts the parameters for the library, whose defaults are argon2id and version 1.3 (RFC 9106 §4). */
function native({ memory, passes, lanes }: Argon2Parameters) {
  return { memoryCost: memory, timeCost: passes, parallelism: lanes, outputLen: HASH_BYTES };
}

/** Returns a well-formed hash that matches no password, because its output is random. */
function makeDecoyHash({ memory, passes, lanes }: Argon2Parameters, random: Random): string {
  const text = (bytes: number) => Buffer.from(random(bytes)).toString('base64').replace(/=+$/, '');
  return `$argon2id$v=19$m=${memory},t=${passes},p=${lanes}$${text(SALT_BYTES)}$${text(HASH_BYTES)}`;
}
