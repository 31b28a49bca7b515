import { hash, hashRaw, verify } from '@node-rs/argon2';
import { verifyForeign } from './foreign-hashes.ts';
import type { PasswordHash } from './password-hash.ts';

type Argon2Options = NonNullable<Parameters<typeof hash>[1]>;

/** The functions that cost a hash run each. Everything of them runs in libuv's pool, off the event loop. */
export interface HashFunctions {
  /** A PHC string of argon2id. */
  argon2Hash(password: string, options: Argon2Options): Promise<string>;
  argon2Raw(text: string, options: Argon2Options): Promise<Uint8Array>;
  /** Whether the text is the one of a parsed hash, which is evaluated by its own parameters. */
  verify(hash: PasswordHash, text: string): Promise<boolean>;
}

export const nativeHashFunctions: HashFunctions = {
  argon2Hash: hash,
  argon2Raw: hashRaw,
  verify: (parsed, text) => (parsed.kind === 'argon2' ? verify(parsed.text, text) : verifyForeign(parsed, text)),
};
