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

/** OWASP's floor for argon2id: 19 MiB, two passes, one lane. */
export const DEFAULT_PARAMETERS: Argon2Parameters = { memory: 19_456, passes: 2, lanes: 1 };

const SALT_BYTES = 16;
const HASH_BYTES = 32;

export interface PasswordHasherOptions {
  /** How many hash at a time. Default: the cores + 1, which keeps all cores busy and the rest of libuv's pool free. */
  concurrency?: number;
  /** How many may wait. Default 200, about two seconds of two cores. */
  queueLimit?: number;
  /** How many of one client address may wait. Default: half of `queueLimit`, rounded up. */
  addressLimit?: number;
  /** Of new hashes; a stored one of other parameters still verifies and is renewed. */
  parameters?: Argon2Parameters;
  random?: Random;
}

/**
 * Every method takes the origin of the request, so that the queue is fair; work without an origin (administration, imports)
 * has its own lane.
 */
export interface PasswordHasher {
  /** A PHC string of argon2id under a fresh salt, with its scheme. @throws HasherBusyError */
  hash(password: string, origin?: HashOrigin): Promise<StoredPassword>;
  /**
   * Whether the password is the one of a stored hash, own or foreign; `rehash` asks to store a new one, and is only
   * ever true beside `ok`. @throws HasherBusyError · PasswordHashError
   */
  verify(stored: StoredPassword, password: string, origin?: HashOrigin): Promise<{ ok: boolean; rehash: boolean }>;
  /** Takes what `verify` of a hash of the present scheme takes, and never succeeds: for unknown names (R53, R54). */
  decoy(password: string, origin?: HashOrigin): Promise<void>;
  /** Raw argon2id of 32 bytes under a given salt, for recovery codes. @throws HasherBusyError */
  raw(text: string, salt: Uint8Array, parameters?: Argon2Parameters, origin?: HashOrigin): Promise<Uint8Array>;
  readonly parameters: Argon2Parameters;
  /** The scheme of new hashes, for example `own.19456.2.1`. */
  readonly scheme: string;
  readonly stats: { readonly running: number; readonly waiting: number };
}

/**
 * Password hashing behind one bounded queue (R62, R87). Passwords are normalised to NFC and never cut off (D10). The
 * work itself runs in libuv's pool; setting `UV_THREADPOOL_SIZE` to the number of cores gives the best throughput.
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
      // R54: an own hash is of the NFC form, so that every spelling costs the one run that an unknown name costs.
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
    raw: (text, salt, asked = parameters, origin) =>
      queue.run(() => functions.argon2Raw(text, { ...native(asked), salt }), origin),
    get stats() {
      return queue.stats;
    },
  };
}

/** The same hasher on behalf of one request: what a step hashes waits in the queue under that origin. */
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

/** Another system may have hashed the text as the keyboard gave it: up to two runs, which the answer's floor hides. */
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

/** argon2id, version 1.3 and 32 bytes are the library's defaults; RFC 9106 §4. */
function native({ memory, passes, lanes }: Argon2Parameters) {
  return { memoryCost: memory, timeCost: passes, parallelism: lanes, outputLen: HASH_BYTES };
}

/** A well-formed hash that no password has: its output is random, not computed. */
function makeDecoyHash({ memory, passes, lanes }: Argon2Parameters, random: Random): string {
  const text = (bytes: number) => Buffer.from(random(bytes)).toString('base64').replace(/=+$/, '');
  return `$argon2id$v=19$m=${memory},t=${passes},p=${lanes}$${text(SALT_BYTES)}$${text(HASH_BYTES)}`;
}
