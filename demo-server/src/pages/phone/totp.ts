const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

/** The length of a time step, in milliseconds. */
export const period = 30_000;

/** Decodes base32 (RFC 4648 §6). Ignores case, spaces, hyphens and padding. @returns undefined when the text is invalid */
export function fromBase32(text: string): Uint8Array<ArrayBuffer> | undefined {
  const letters = text.toUpperCase().replace(/[\s-]/g, '').replace(/=+$/, '');
  const values = [...letters].map((letter) => alphabet.indexOf(letter));
  if (letters.length < 16 || values.includes(-1)) return undefined;
  const bits = values.map((value) => value.toString(2).padStart(5, '0')).join('');
  const bytes = bits.match(/.{8}/g) ?? [];
  return Uint8Array.from(bytes, (byte) => Number.parseInt(byte, 2));
}

/** The code for a time (ms since the epoch), by RFC 6238 with SHA-1, six digits and 30 seconds. */
export async function codeAt(secret: Uint8Array<ArrayBuffer>, time: number): Promise<string> {
  const counter = new DataView(new ArrayBuffer(8));
  counter.setBigUint64(0, BigInt(Math.floor(time / period)));
  const key = await crypto.subtle.importKey('raw', secret, { name: 'HMAC', hash: 'SHA-1' }, false, ['sign']);
  const digest = new DataView(await crypto.subtle.sign('HMAC', key, counter));
  // RFC 4226 §5.3: the low four bits of the last byte are the offset of the code.
  const offset = digest.getUint8(19) & 0xf;
  return String((digest.getUint32(offset) & 0x7fffffff) % 1_000_000).padStart(6, '0');
}

/** The milliseconds until the code changes. */
export const leftAt = (time: number): number => period - (time % period);

/** Formats a code as apps show it: `123 456`. */
export const grouped = (code: string): string => `${code.slice(0, 3)} ${code.slice(3)}`;
