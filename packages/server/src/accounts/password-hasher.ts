import { availableParallelism } from 'node:os';
import { hash as argon2Hash, hashRaw as argon2Raw, verify as argon2Verify } from '@node-rs/argon2';
import { type Random, systemRandom } from '../crypto/tokens.ts';
import { verifyForeign } from './foreign-hashes.ts';
import { createHashQueue } from './hash-queue.ts';
import { type Argon2Parameters, type PasswordHash, parsePasswordHash } from './password-hash.ts';

/** OWASP's floor for argon2id: 19 MiB, two passes, one lane. */
export const DEFAULT_PARAMETERS: Argon2Parameters = { memory: 19_456, passes: 2, lanes: 1 };

const SALT_BYTES = 16;
const HASH_BYTES = 32;

export interface PasswordHasherOptions {
  /** How many hash at a time. Default: the cores + 1, which keeps all cores busy and the rest of libuv's pool free. */
  concurrency?: number;
  /** How many may wait. Default 200, about two seconds of two cores. */
  queueLimit?: number;
  /** Of new hashes; a stored one of other parameters still verifies and is renewed. */
  parameters?: Argon2Parameters;
  random?: Random;
}

export interface PasswordHasher {
  /** A PHC string of argon2id under a fresh salt. @throws HasherBusyError */
  hash(password: string): Promise<string>;
  /**
   * Whether the password is the one of a stored hash, own or foreign; `rehash` asks to store a new one, and is only
   * ever true beside `ok`. @throws HasherBusyError · PasswordHashError
   */
  verify(stored: string, password: string): Promise<{ ok: boolean; rehash: boolean }>;
  /** Takes what `verify` of a hash of our own takes, and always ends in nothing: for unknown names (R53, R54). */
  decoy(password: string): Promise<void>;
  /** Raw argon2id of 32 bytes under a given salt, for recovery codes. @throws HasherBusyError */
  raw(text: string, salt: Uint8Array, parameters?: Argon2Parameters): Promise<Uint8Array>;
  readonly parameters: Argon2Parameters;
  readonly stats: { readonly running: number; readonly waiting: number };
}

/**
 * Password hashing behind one bounded queue (R62, R87). Passwords are normalised to NFC and never cut off (D10). The
 * work itself runs in libuv's pool; setting `UV_THREADPOOL_SIZE` to the number of cores gives the best throughput.
 */
export function createPasswordHasher(options: PasswordHasherOptions = {}): PasswordHasher {
  const { concurrency = availableParallelism() + 1, queueLimit = 200, random = systemRandom } = options;
  const parameters = options.parameters ?? DEFAULT_PARAMETERS;
  const queue = createHashQueue({ concurrency, queueLimit });
  const decoyHash = makeDecoyHash(parameters, random);
  return {
    parameters,
    hash: (password) =>
      queue.run(() => argon2Hash(password.normalize('NFC'), { ...native(parameters), salt: random(SALT_BYTES) })),
    async verify(stored, password) {
      const hash = parsePasswordHash(stored);
      const ok = await queue.run(() => verifyHash(hash, password));
      return { ok, rehash: ok && !isCurrent(hash, parameters) };
    },
    async decoy(password) {
      await queue.run(() => argon2Verify(decoyHash, password.normalize('NFC')));
    },
    raw: (text, salt, asked = parameters) => queue.run(() => argon2Raw(text, { ...native(asked), salt })),
    get stats() {
      return queue.stats;
    },
  };
}

async function verifyHash(hash: PasswordHash, password: string): Promise<boolean> {
  const normalised = password.normalize('NFC');
  if (hash.kind === 'argon2') {
    if (await argon2Verify(hash.text, normalised)) return true;
    // Another system may have hashed the text as the keyboard gave it.
    return normalised !== password && (await argon2Verify(hash.text, password));
  }
  return (await verifyForeign(hash, normalised)) || (normalised !== password && (await verifyForeign(hash, password)));
}

function isCurrent(hash: PasswordHash, { memory, passes, lanes }: Argon2Parameters): boolean {
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
