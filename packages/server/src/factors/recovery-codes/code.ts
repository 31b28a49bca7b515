import type { Random } from '../../crypto/tokens.ts';

/** Crockford's base 32: no I, L, O and U, so that what is read from paper can't be misread. */
const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const GROUPS = 3;
const GROUP_LENGTH = 4;
const LENGTH = GROUPS * GROUP_LENGTH;
/** Longer than any way of writing twelve symbols down. */
const MAX_TYPED = 64;

const SEPARATORS = /[\s\u00a0._\u002d\u00ad\u2010-\u2015\u2212\ufe63\uff0d]/gu;
const LOOK_ALIKES: Readonly<Record<string, string>> = { O: '0', I: '1', L: '1', U: 'V' };

/** A new recovery code, `XXXX-XXXX-XXXX`: twelve symbols of five bits, 60 bits (D3). */
export function newRecoveryCode(random: Random): string {
  // 256 is a multiple of 32, so the low five bits of a random byte are an even choice.
  const symbols = Array.from(random(LENGTH), (byte) => ALPHABET.charAt(byte & 31)).join('');
  return grouped(symbols);
}

/**
 * What was typed as a recovery code, in the form it was given out; null when it can't be one. Case, spaces, hyphens and
 * look-alikes (O for 0, I or L for 1, U for V) don't matter (R35).
 */
export function normaliseRecoveryCode(text: unknown): string | null {
  if (typeof text !== 'string' || text.length > MAX_TYPED) return null;
  const symbols = text
    .replace(SEPARATORS, '')
    .toUpperCase()
    .replace(/[OILU]/g, (symbol) => LOOK_ALIKES[symbol] ?? symbol);
  return symbols.length === LENGTH && [...symbols].every((symbol) => ALPHABET.includes(symbol))
    ? grouped(symbols)
    : null;
}

function grouped(symbols: string): string {
  return `${symbols.slice(0, 4)}-${symbols.slice(4, 8)}-${symbols.slice(8)}`;
}
