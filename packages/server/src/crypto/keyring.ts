import { createCipheriv, createDecipheriv, createHmac, createSecretKey, hkdfSync, type KeyObject } from 'node:crypto';
import { type Random, sameHash, systemRandom, toBase64Url } from './tokens.ts';

const VERSION = 'v1';
const CIPHER = 'aes-256-gcm';
const KEY_BYTES = 32;
/**
 * A random nonce has 96 bits (NIST SP 800-38D §8.2.2), which is safe for up to 2^32 secrets per key, far more than are
 * sealed.
 */
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const KEY_ID = /^[A-Za-z0-9_-]{1,32}$/;

/**
 * Seals secrets before they are stored in the database (R60). A sealed text is
 * `v1.<key id>.<nonce>.<ciphertext and tag>`, with the last two in base64url.
 */
export interface Keyring {
  /** The id of the key that seals: the first key of the setting. */
  readonly writeKeyId: string;
  /**
   * Encrypts with the first key. `binding` names the row that the secret belongs to, for example
   * `['totp', organisationId, accountId, factorId]`. A sealed text opens only with the same binding.
   */
  seal(plain: Uint8Array | string, binding: readonly string[]): string;
  /** Decrypts with the key that sealed the text. @throws SealError */
  open(sealed: string, binding: readonly string[]): Uint8Array;
  /**
   * Hashes a value that is too short for a plain hash, such as a code of six digits: without the key, a hash in a dump of the
   * database can't be reversed by trying all values (R59). The result is `v1.<key id>.<hash>`.
   */
  hash(value: string, binding: readonly string[]): string;
  /** Whether `hash` made this hash of the value, with any of the keys. The time does not depend on the value. */
  matches(hash: string, value: string, binding: readonly string[]): boolean;
  /** Returns whether another key than the first one sealed the text. @throws SealError if it is not a sealed text */
  needsRotation(sealed: string): boolean;
}

/** The setting with the encryption keys is wrong. The message says why and never repeats a key. */
export class KeyringError extends Error {
  readonly code: 'no-key' | 'bad-form' | 'bad-id' | 'bad-key' | 'duplicate-id' | 'duplicate-key';
  constructor(code: KeyringError['code'], message: string) {
    super(message);
    this.name = 'KeyringError';
    this.code = code;
  }
}

/**
 * A sealed text can't be opened. `tampered`: the text was changed, its row was moved, or the key with this id has other
 * bytes.
 */
export class SealError extends Error {
  readonly code: 'bad-form' | 'unknown-key' | 'tampered';
  constructor(code: SealError['code'], message: string) {
    super(message);
    this.name = 'SealError';
    this.code = code;
  }
}

/**
 * Parses encryption keys in the form `id:base64(32 bytes)`, separated by commas. The first key seals, all of them open.
 * @throws KeyringError
 */
export function parseKeyring(text: string, random: Random = systemRandom): Keyring {
  const entries = text
    .split(',')
    .map((entry) => entry.trim())
    .filter((entry) => entry !== '');
  const keys = new Map<string, KeyObject>();
  for (const [index, entry] of entries.entries()) {
    const { id, key } = parseEntry(entry, index + 1);
    if (keys.has(id)) throw new KeyringError('duplicate-id', `The encryption key id "${id}" is duplicate.`);
    for (const [otherId, other] of keys) {
      if (other.equals(key)) {
        throw new KeyringError('duplicate-key', `The encryption keys "${otherId}" and "${id}" are the same key.`);
      }
    }
    keys.set(id, key);
  }
  const first = keys.keys().next();
  if (first.done) {
    throw new KeyringError('no-key', 'The encryption key is missing; expected id:base64(32 bytes), comma-separated.');
  }
  return keyring(first.value, keys, random);
}

function parseEntry(entry: string, position: number): { id: string; key: KeyObject } {
  const colon = entry.indexOf(':');
  if (colon < 0) {
    throw new KeyringError('bad-form', `Encryption key ${position} has no colon; expected id:base64(32 bytes).`);
  }
  const id = entry.slice(0, colon);
  if (!KEY_ID.test(id)) {
    const expected = 'expected 1 to 32 letters, digits, "-" or "_" before the colon';
    throw new KeyringError('bad-id', `The id of encryption key ${position} is wrong; ${expected}.`);
  }
  const bytes = decodeBase64(entry.slice(colon + 1));
  if (bytes?.byteLength !== KEY_BYTES) {
    const expected = `expected base64 of ${KEY_BYTES} bytes (make one with: openssl rand -base64 ${KEY_BYTES})`;
    throw new KeyringError('bad-key', `The encryption key "${id}" is wrong; ${expected}.`);
  }
  return { id, key: createSecretKey(bytes) };
}

/** Derives the key for hashes, so the encryption key itself has one purpose only (RFC 5869). */
function hashKeyOf(key: KeyObject): KeyObject {
  return createSecretKey(Buffer.from(hkdfSync('sha256', key, '', 'tweestap keyed hash', KEY_BYTES)));
}

function keyring(writeKeyId: string, keys: ReadonlyMap<string, KeyObject>, random: Random): Keyring {
  const hashKeys = new Map<string, KeyObject>();
  const keyFor = (keyId: string): KeyObject => {
    const key = keys.get(keyId);
    if (!key) throw new SealError('unknown-key', `The encryption key "${keyId}", which sealed the secret, is missing.`);
    return key;
  };
  const hashWith = (keyId: string, value: string, binding: readonly string[]): string => {
    const key = hashKeys.get(keyId) ?? hashKeyOf(keyFor(keyId));
    hashKeys.set(keyId, key);
    return createHmac('sha256', key)
      .update(JSON.stringify([value, ...binding]), 'utf8')
      .digest('base64url');
  };
  return {
    writeKeyId,
    hash: (value, binding) => [VERSION, writeKeyId, hashWith(writeKeyId, value, binding)].join('.'),
    matches(hash, value, binding) {
      const [version, keyId = '', body = ''] = hash.split('.');
      return version === VERSION && keys.has(keyId) && sameHash(body, hashWith(keyId, value, binding));
    },
    seal(plain, binding) {
      const nonce = random(NONCE_BYTES);
      const cipher = createCipheriv(CIPHER, keyFor(writeKeyId), nonce, { authTagLength: TAG_BYTES });
      cipher.setAAD(associatedData(writeKeyId, binding));
      const bytes = typeof plain === 'string' ? Buffer.from(plain, 'utf8') : plain;
      const sealed = Buffer.concat([cipher.update(bytes), cipher.final(), cipher.getAuthTag()]);
      return [VERSION, writeKeyId, toBase64Url(nonce), toBase64Url(sealed)].join('.');
    },
    open(sealed, binding) {
      const { keyId, nonce, body, tag } = parseSealed(sealed);
      const decipher = createDecipheriv(CIPHER, keyFor(keyId), nonce, { authTagLength: TAG_BYTES });
      decipher.setAAD(associatedData(keyId, binding));
      decipher.setAuthTag(tag);
      try {
        return Buffer.concat([decipher.update(body), decipher.final()]);
      } catch {
        // The library's error has no further information, and as a cause it could bring secret bytes into a log.
        throw new SealError('tampered', 'The sealed secret was changed, or belongs to another row.');
      }
    },
    needsRotation: (sealed) => parseSealed(sealed).keyId !== writeKeyId,
  };
}

/** JSON of strings is unambiguous, so `['a', 'bc']` and `['ab', 'c']` never have the same associated data. */
function associatedData(keyId: string, binding: readonly string[]): Uint8Array {
  return Buffer.from(JSON.stringify([VERSION, keyId, ...binding]), 'utf8');
}

function parseSealed(sealed: string): { keyId: string; nonce: Uint8Array; body: Uint8Array; tag: Uint8Array } {
  const [version, keyId, nonceText, bodyText, ...rest] = sealed.split('.');
  const nonce = decodeBase64(nonceText ?? '');
  const body = decodeBase64(bodyText ?? '');
  const formed = version === VERSION && keyId !== undefined && KEY_ID.test(keyId) && rest.length === 0;
  if (!formed || nonce?.byteLength !== NONCE_BYTES || !body || body.byteLength < TAG_BYTES) {
    throw new SealError(
      'bad-form',
      `The text is not a sealed secret; expected ${VERSION}.<key id>.<nonce>.<ciphertext>.`,
    );
  }
  const split = body.byteLength - TAG_BYTES;
  return { keyId, nonce, body: body.subarray(0, split), tag: body.subarray(split) };
}

/**
 * Decodes base64 or base64url, with or without padding. Returns undefined for other characters, which `Buffer` would
 * ignore.
 */
function decodeBase64(text: string): Buffer | undefined {
  return /^[A-Za-z0-9+/_-]+={0,2}$/.test(text) ? Buffer.from(text, 'base64') : undefined;
}
