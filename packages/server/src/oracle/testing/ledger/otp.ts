import { createHmac, randomBytes } from 'node:crypto';

/*
 * RFC 6238 and RFC 4648 §6, written from the text of the standards and used by the ledger only. An oracle that shared its
 * arithmetic with the server would share its mistakes.
 */

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
const PERIOD_MS = 30_000;

/** A random shared secret of 160 bits, RFC 4226 §4 R6. */
export function newSecret(): Buffer {
  return randomBytes(20);
}

/** Encodes bytes in base32 without padding, RFC 4648 §6. The length must be a multiple of 5 bytes. */
export function toBase32(bytes: Uint8Array): string {
  const bits = Array.from(bytes, (byte) => byte.toString(2).padStart(8, '0')).join('');
  return (bits.match(/.{5}/g) ?? []).map((five) => ALPHABET.charAt(Number.parseInt(five, 2))).join('');
}

/** Decodes base32 without padding, RFC 4648 §6. */
export function fromBase32(text: string): Buffer {
  const bits = Array.from(text, (symbol) => ALPHABET.indexOf(symbol).toString(2).padStart(5, '0')).join('');
  return Buffer.from((bits.match(/.{8}/g) ?? []).map((eight) => Number.parseInt(eight, 2)));
}

/** The time step T at a time in ms since the epoch, RFC 6238 §4.2. */
export function timeStepAt(ms: number): number {
  return Math.floor(ms / PERIOD_MS);
}

/** The six-digit code of a time step, RFC 4226 §5.3. */
export function otp(secret: Uint8Array, timeStep: number): string {
  const counter = Buffer.from(timeStep.toString(16).padStart(16, '0'), 'hex');
  const mac = createHmac('sha1', secret).update(counter).digest();
  const offset = mac.readUInt8(19) % 16;
  return String((mac.readUInt32BE(offset) % 2 ** 31) % 1_000_000).padStart(6, '0');
}
