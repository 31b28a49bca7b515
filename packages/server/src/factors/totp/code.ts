import { createHmac, type KeyObject } from 'node:crypto';

/** The length of a time step in ms (X in RFC 6238 §4.1). */
export const STEP_MS = 30_000;
/** The number of digits of every code that this server provisions, and the default of authenticator apps (R18). */
export const DEFAULT_DIGITS = 6;

const HIGH_WORD = 2 ** 32;
/** One buffer is shared by all calls, which is safe because each call fills and reads it synchronously. */
const counter = Buffer.alloc(8);

/** The time step that contains a time (RFC 6238 §4.2, T0 = 0). `ms` is in ms since the epoch. */
export function stepOf(ms: number): number {
  return Math.floor(ms / STEP_MS);
}

/** The first millisecond of a time step, in ms since the epoch. */
export function startOfStep(step: number): number {
  return step * STEP_MS;
}

/** The code of one time step (RFC 6238, RFC 4226 §5.3, HMAC-SHA-1): `digits` digits (default 6) with leading zeros. */
export function totpCode(secret: Uint8Array | KeyObject, step: number, digits: number = DEFAULT_DIGITS): string {
  return totpNumber(secret, step, 10 ** digits)
    .toString()
    .padStart(digits, '0');
}

/**
 * The code as a number below `modulus`, which is 10 to the power of the number of digits. Codes of one length are equal
 * exactly if their numbers are equal, and numbers are compared in constant time.
 */
export function totpNumber(secret: Uint8Array | KeyObject, step: number, modulus: number): number {
  counter.writeUInt32BE(Math.floor(step / HIGH_WORD), 0);
  counter.writeUInt32BE(step % HIGH_WORD, 4);
  // 'binary' gives one character per byte, which costs a fifth less than a Buffer. The digest has 20 bytes, so every
  // index below is inside it.
  const digest = createHmac('sha1', secret).update(counter).digest('binary');
  // RFC 4226 §5.3, dynamic truncation: the low four bits of the last byte are the offset.
  const offset = digest.charCodeAt(19) & 0xf;
  const high = ((digest.charCodeAt(offset) & 0x7f) << 24) | (digest.charCodeAt(offset + 1) << 16);
  return (high | (digest.charCodeAt(offset + 2) << 8) | digest.charCodeAt(offset + 3)) % modulus;
}

/** Spaces of any kind, including no-break spaces, and hyphens: apps show the digits in groups, and users copy them so. */
const SEPARATORS = /[\p{Zs}\t\r\n\u002d\u00ad\u2010-\u2015\u2212\ufe63\uff0d]/gu;
/** The longest text that is searched for a code. It is longer than any grouping of a code. */
const MAX_LENGTH = 64;

/**
 * The ASCII digits of a typed code after spaces and hyphens are removed. Returns null for a value that is not a string,
 * has other characters, or does not have exactly `digits` digits (R17).
 */
export function normaliseCode(text: unknown, digits: number): string | null {
  if (typeof text !== 'string' || text.length > MAX_LENGTH) return null;
  const code = text.replace(SEPARATORS, '');
  return code.length === digits && /^[0-9]+$/.test(code) ? code : null;
}
