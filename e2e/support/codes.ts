import { createHmac } from 'node:crypto';

/** Milliseconds that a code is shown for. */
const period = 30_000;

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

const bytesOf = (base32: string): Buffer => {
  const bits = [...base32].map((letter) => alphabet.indexOf(letter).toString(2).padStart(5, '0')).join('');
  return Buffer.from((bits.match(/.{8}/g) ?? []).map((byte) => Number.parseInt(byte, 2)));
};

/** The code that a phone shows at a moment (ms since the epoch), computed apart from the product: RFC 6238. */
function codeAt(secret: string, time: number): string {
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(Math.floor(time / period)));
  const digest = createHmac('sha1', bytesOf(secret)).update(counter).digest();
  const offset = (digest.at(-1) ?? 0) & 0xf;
  return String((digest.readUInt32BE(offset) & 0x7fffffff) % 1_000_000).padStart(6, '0');
}

/** The code of now, or of so many periods before (< 0) or after (> 0). */
export const codeNow = (secret: string, periods = 0): string => codeAt(secret, Date.now() + periods * period);

/**
 * Resolves when the running code lasts for so many seconds more: at once, most of the time. What happens between
 * computing a code and its arrival then can't fall over the border.
 */
export async function whenCodeLasts(seconds: number): Promise<void> {
  const left = period - (Date.now() % period);
  if (left < seconds * 1000) await new Promise((resolve) => setTimeout(resolve, left + 50));
}
