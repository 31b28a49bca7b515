import type { Random } from '../../crypto/tokens.ts';

/** Crockford's base 32: no I, L, O and U, so that what is read from paper can't be misread. */
const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const GROUP_LENGTH = 4;
/** Groups of a recovery code (60 bits), and of the help desk's code for a new password (80 bits). */
const RECOVERY_GROUPS = 3;
const PASSWORD_GROUPS = 4;
/** Longer than any way of writing sixteen symbols down. */
const MAX_TYPED = 64;

const SEPARATORS = /[\s\u00a0._\u002d\u00ad\u2010-\u2015\u2212\ufe63\uff0d]/gu;
const LOOK_ALIKES: Readonly<Record<string, string>> = { O: '0', I: '1', L: '1', U: 'V' };

/** A new recovery code, `XXXX-XXXX-XXXX`: twelve symbols of five bits, 60 bits (D3). */
export function newRecoveryCode(random: Random): string {
  return newCode(random, RECOVERY_GROUPS);
}

/** A new code of the help desk for a new password, `XXXX-XXXX-XXXX-XXXX`: 80 bits, so that it needs no lock. */
export function newPasswordCode(random: Random): string {
  return newCode(random, PASSWORD_GROUPS);
}

function newCode(random: Random, groups: number): string {
  // 256 is a multiple of 32, so the low five bits of a random byte are an even choice.
  const symbols = Array.from(random(groups * GROUP_LENGTH), (byte) => ALPHABET.charAt(byte & 31)).join('');
  return grouped(symbols);
}

/**
 * What was typed as a recovery code, in the form it was given out; null when it can't be one. Case, spaces, hyphens and
 * look-alikes (O for 0, I or L for 1, U for V) don't matter (R35).
 */
export function normaliseRecoveryCode(text: unknown): string | null {
  return normalise(text, RECOVERY_GROUPS);
}

/** The same for the help desk's code for a new password. */
export function normalisePasswordCode(text: unknown): string | null {
  return normalise(text, PASSWORD_GROUPS);
}

function normalise(text: unknown, groups: number): string | null {
  if (typeof text !== 'string' || text.length > MAX_TYPED) return null;
  const symbols = text
    .replace(SEPARATORS, '')
    .toUpperCase()
    .replace(/[OILU]/g, (symbol) => LOOK_ALIKES[symbol] ?? symbol);
  return symbols.length === groups * GROUP_LENGTH && [...symbols].every((symbol) => ALPHABET.includes(symbol))
    ? grouped(symbols)
    : null;
}

function grouped(symbols: string): string {
  return symbols.match(/.{4}/g)?.join('-') ?? '';
}
