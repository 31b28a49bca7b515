import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';

/** Returns the milliseconds since the epoch. Always injected, so that tests control the time. */
export type Clock = () => number;

/** Returns that many fresh, unpredictable bytes. Always injected, so that tests control them. */
export type Random = (bytes: number) => Uint8Array;

const POOL_BYTES = 4096;
let pool = Buffer.alloc(0);
let drawn = 0;

/**
 * The operating system's generator. A login needs a dozen small numbers, so many bytes are fetched at a time, like in
 * Node's `randomUUID`. Bytes that were used are wiped from the pool.
 */
export const systemRandom: Random = (bytes) => {
  if (bytes > POOL_BYTES / 16) return randomBytes(bytes);
  if (drawn + bytes > pool.byteLength) {
    pool = randomBytes(POOL_BYTES);
    drawn = 0;
  }
  const fresh = Buffer.from(pool.subarray(drawn, drawn + bytes));
  pool.fill(0, drawn, drawn + bytes);
  drawn += bytes;
  return fresh;
};

/** The system clock. */
export const systemClock: Clock = () => Date.now();

const ID_BYTES = 16;
const TOKEN_BYTES = 32;

/** Returns a random id: 16 bytes as base64url, 22 characters. Not a secret. Table rows use `newRowId` instead. */
export function newId(random: Random): string {
  return toBase64Url(random(ID_BYTES));
}

/** Returns a bearer secret (flow, session, device, mailed link): 256 bits as base64url, 43 characters. */
export function newToken(random: Random): string {
  return toBase64Url(random(TOKEN_BYTES));
}

/**
 * Returns the form in which a token is stored: SHA-256 as base64url, 43 characters. A fast hash is sufficient for 256
 * random bits. It must never be used for a value that a user chose or entered.
 */
export function hashToken(token: string): string {
  return createHash('sha256').update(token, 'utf8').digest('base64url');
}

/** Returns whether two hashes are equal, in a time that depends only on their length. */
export function sameHash(a: string, b: string): boolean {
  return sameBytes(Buffer.from(a, 'utf8'), Buffer.from(b, 'utf8'));
}

/** Returns whether two byte strings are equal, in a time that depends only on their length. */
export function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.byteLength === b.byteLength && timingSafeEqual(a, b);
}

/** Encodes bytes as base64url without padding (RFC 4648 §5). */
export function toBase64Url(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64url');
}

/** The number of ids per millisecond. Further ones get the time of the next millisecond. */
const IDS_PER_MS = 32;
/**
 * The number of base-32 digits of the time, enough for a thousand years. The last digit counts within the millisecond.
 */
const TIME_DIGITS = 10;
const RANDOM_BYTES = 9;

let last = 0;

/**
 * Returns the id of a row, 22 characters of base64url: the time of creation, then 72 random bits. Not a secret. Ids of one
 * process sort as text in the order of their creation, in every collation, because the time consists of digits and
 * lower-case letters. Rows that are created together are therefore close in an index, which keeps inserts into a large
 * table fast.
 */
export function newRowId(random: Random, now: number): string {
  // Continues after the last id if the clock was set back, or if there are more ids than fit in a millisecond.
  last = Math.max(Math.floor(now) * IDS_PER_MS, last + 1);
  return last.toString(IDS_PER_MS).padStart(TIME_DIGITS, '0') + toBase64Url(random(RANDOM_BYTES));
}
