import { pbkdf2, scrypt } from 'node:crypto';
import { promisify } from 'node:util';
import { hash, hashRaw, verify } from '@node-rs/argon2';
import { verify as bcryptVerify } from '@node-rs/bcrypt';
import { sameBytes } from '../crypto/tokens.ts';
import type { PasswordHash } from './password-hash.ts';

type Argon2Options = NonNullable<Parameters<typeof hash>[1]>;

/** The functions that compute a hash. All of them run in libuv's thread pool, off the event loop. */
export interface HashFunctions {
  /** Returns a PHC string of argon2id. */
  argon2Hash(password: string, options: Argon2Options): Promise<string>;
  /** Returns the raw bytes of argon2id. */
  argon2Raw(text: string, options: Argon2Options): Promise<Uint8Array>;
  /** Returns whether the text matches a parsed hash, computed with the parameters of that hash. */
  verify(hash: PasswordHash, text: string): Promise<boolean>;
}

/** The implementations of `@node-rs/argon2`, `@node-rs/bcrypt` and `node:crypto`. */
export const nativeHashFunctions: HashFunctions = {
  argon2Hash: hash,
  argon2Raw: hashRaw,
  verify: (parsed, text) => (parsed.kind === 'argon2' ? verify(parsed.text, text) : verifyForeign(parsed, text)),
};

const derivePbkdf2 = promisify(pbkdf2);

/** A hash of another kind than argon2. */
type ForeignHash = Exclude<PasswordHash, { kind: 'argon2' }>;

/** Returns whether the password matches a hash of another kind than argon2. */
async function verifyForeign(hash: ForeignHash, password: string): Promise<boolean> {
  if (hash.kind === 'bcrypt') return await bcryptVerify(password, hash.text);
  const derived = hash.kind === 'scrypt' ? await deriveScrypt(hash, password) : await derivePbkdf2Of(hash, password);
  return sameBytes(derived, hash.hash);
}

function derivePbkdf2Of(hash: Extract<ForeignHash, { kind: 'pbkdf2' }>, password: string): Promise<Buffer> {
  return derivePbkdf2(password, hash.salt, hash.iterations, hash.hash.byteLength, hash.digest);
}

function deriveScrypt(hash: Extract<ForeignHash, { kind: 'scrypt' }>, password: string): Promise<Buffer> {
  const { cost, blockSize, parallelism, salt } = hash;
  // RFC 7914 §5: scrypt needs 128·r·(N + p + 2) bytes. Node.js refuses more than `maxmem`, by default 32 MiB.
  const maxmem = 128 * blockSize * (cost + parallelism + 2);
  return new Promise((resolve, reject) => {
    scrypt(
      password,
      salt,
      hash.hash.byteLength,
      { cost, blockSize, parallelization: parallelism, maxmem },
      (error, key) => {
        if (error) reject(error);
        else resolve(key);
      },
    );
  });
}
