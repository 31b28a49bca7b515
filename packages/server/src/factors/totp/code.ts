import { createHmac, type KeyObject } from 'node:crypto';

/** RFC 6238 §4.1: the time step X, in milliseconds. */
export const STEP_MS = 30_000;
/** What authenticator apps show unless told otherwise, and all that we provision (R18). */
export const DEFAULT_DIGITS = 6;

const HIGH_WORD = 2 ** 32;
/** One buffer serves all codes: the work is synchronous from filling it to reading the digest. */
const counter = Buffer.alloc(8);

/** The time step of a moment (RFC 6238 §4.2, T0 = 0). `ms` since the epoch. */
export function stepOf(ms: number): number {
  return Math.floor(ms / STEP_MS);
}

/** The first millisecond of a time step. */
export function startOfStep(step: number): number {
  return step * STEP_MS;
}

/** The code of one time step (RFC 6238, RFC 4226 §5.3, HMAC-SHA-1), `digits` characters with leading zeros. */
export function totpCode(secret: Uint8Array | KeyObject, step: number, digits: number = DEFAULT_DIGITS): string {
  return totpNumber(secret, step, 10 ** digits)
    .toString()
    .padStart(digits, '0');
}

/**
 * The code as a number below `modulus` (10 to the power of its digits). Codes of one length are equal exactly when their
 * numbers are, and numbers compare in constant time.
 */
export function totpNumber(secret: Uint8Array | KeyObject, step: number, modulus: number): number {
  counter.writeUInt32BE(Math.floor(step / HIGH_WORD), 0);
  counter.writeUInt32BE(step % HIGH_WORD, 4);
  // One character a byte: making a string is a fifth cheaper than making a Buffer. Twenty bytes, so no index is outside.
  const digest = createHmac('sha1', secret).update(counter).digest('binary');
  // RFC 4226 §5.3, dynamic truncation: the low four bits of the last byte choose the offset.
  const offset = digest.charCodeAt(19) & 0xf;
  const high = ((digest.charCodeAt(offset) & 0x7f) << 24) | (digest.charCodeAt(offset + 1) << 16);
  return (high | (digest.charCodeAt(offset + 2) << 8) | digest.charCodeAt(offset + 3)) % modulus;
}

/** Spaces of any kind (no-break ones included) and hyphens: authenticator apps group the digits, and people copy that. */
const SEPARATORS = /[\p{Zs}\t\r\n\u002d\u00ad\u2010-\u2015\u2212\ufe63\uff0d]/gu;
/** Longer than any grouping of a code: a longer text is no code, and is not worth a search. */
const MAX_LENGTH = 64;

/**
 * What was typed as a code: the ASCII digits once spaces and hyphens are removed, or null when it is no string, holds
 * anything else, or hasn't exactly `digits` of them (R17).
 */
export function normaliseCode(text: unknown, digits: number): string | null {
  if (typeof text !== 'string' || text.length > MAX_LENGTH) return null;
  const code = text.replace(SEPARATORS, '');
  return code.length === digits && /^[0-9]+$/.test(code) ? code : null;
}
