import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';

/** Milliseconds since the epoch. Injected everywhere, so that tests own the time. */
export type Clock = () => number;

/** That many fresh unpredictable bytes. Injected everywhere, so that tests own the dice. */
export type Random = (bytes: number) => Uint8Array;

const POOL_BYTES = 4096;
let pool = Buffer.alloc(0);
let drawn = 0;

/**
 * The operating system's generator. A login draws a dozen small numbers, so they are fetched many at a time, as Node's own
 * `randomUUID` does; what was drawn is wiped from the pool.
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

/** The machine's clock, in milliseconds since the epoch. */
export const systemClock: Clock = () => Date.now();

const ID_BYTES = 16;
const TOKEN_BYTES = 32;

/** An id that says nothing: 16 random bytes as base64url, 22 characters. No secret. Rows have others (`row-id.ts`). */
export function newId(random: Random): string {
  return toBase64Url(random(ID_BYTES));
}

/** A bearer secret (flow, session, device, mailed link): 256 bits as base64url, 43 characters. */
export function newToken(random: Random): string {
  return toBase64Url(random(TOKEN_BYTES));
}

/**
 * What the database keeps of a token: SHA-256 as base64url, 43 characters. A fast hash does for 256 random bits;
 * it must never be used for anything that a person chose or typed.
 */
export function hashToken(token: string): string {
  return createHash('sha256').update(token, 'utf8').digest('base64url');
}

/** Whether two hashes are the same text, in a time that depends on their length alone. */
export function sameHash(a: string, b: string): boolean {
  return sameBytes(Buffer.from(a, 'utf8'), Buffer.from(b, 'utf8'));
}

/** Whether two byte strings are the same, in a time that depends on their length alone. */
export function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.byteLength === b.byteLength && timingSafeEqual(a, b);
}

/** Bytes as base64url without padding (RFC 4648 §5). */
export function toBase64Url(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64url');
}

/** Ids that one millisecond has room for; the next one takes its time from the millisecond after. */
const IDS_A_MS = 32;
/** Digits of the time, base 32: enough for a thousand years, with the place within the millisecond as the last of them. */
const TIME_DIGITS = 10;
const RANDOM_BYTES = 9;

let last = 0;

/**
 * The id of a row, 22 characters of base64url: when it was made, then 72 random bits. No secret. Ids of one process sort as
 * text in the order in which they were made, in every collation, since the time has digits and lower-case letters only: rows
 * that are made together are together in an index, and a large table costs little more than a small one.
 */
export function newRowId(random: Random, now: number): string {
  // A clock that is set back, and more ids than a millisecond has room for, go on from the last one.
  last = Math.max(Math.floor(now) * IDS_A_MS, last + 1);
  return last.toString(IDS_A_MS).padStart(TIME_DIGITS, '0') + toBase64Url(random(RANDOM_BYTES));
}
