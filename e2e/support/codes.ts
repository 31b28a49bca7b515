import { createHmac } from 'node:crypto';

/** The length of a time step. */
const PERIOD_MS = 30_000;

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

const bytesOf = (base32: string): Buffer => {
  const bits = [...base32].map((letter) => alphabet.indexOf(letter).toString(2).padStart(5, '0')).join('');
  return Buffer.from((bits.match(/.{8}/g) ?? []).map((byte) => Number.parseInt(byte, 2)));
};

/** The code for a time (ms since the epoch), by RFC 6238. It is independent of the code of the packages. */
function codeAt(secret: string, time: number): string {
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(Math.floor(time / PERIOD_MS)));
  const digest = createHmac('sha1', bytesOf(secret)).update(counter).digest();
  const offset = (digest.at(-1) ?? 0) & 0xf;
  return String((digest.readUInt32BE(offset) & 0x7fffffff) % 1_000_000).padStart(6, '0');
}

/** The current code, or the code of an earlier (< 0) or later (> 0) time step. */
export const codeNow = (secret: string, timeSteps = 0): string => codeAt(secret, Date.now() + timeSteps * PERIOD_MS);

/**
 * Resolves when the current code is valid for at least that many seconds. The code then can't expire between its computation
 * and its verification.
 */
export async function whenCodeLasts(seconds: number): Promise<void> {
  const left = PERIOD_MS - (Date.now() % PERIOD_MS);
  if (left < seconds * 1000) await new Promise((resolve) => setTimeout(resolve, left + 50));
}
