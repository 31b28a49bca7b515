import type { Argon2Parameters } from '../../accounts/password-hash.ts';
import type { PasswordHasher } from '../../accounts/password-hasher.ts';
import { type Random, sameBytes, toBase64Url } from '../../crypto/tokens.ts';

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

/** How many a set has (P6). */
const RECOVERY_CODES = 6;
const SALT_BYTES = 16;

type RawHasher = Pick<PasswordHasher, 'raw' | 'parameters'>;

/** A set of recovery codes: `codes` is shown once and never stored, `salt` (with its parameters) and `hashes` are stored. */
export interface RecoveryCodeSet {
  codes: string[];
  /** One for the set, so that checking a guess costs one hash, not six (R30). */
  salt: string;
  /** In the order of `codes`; base64url. */
  hashes: string[];
}

interface StoredRecoveryCode {
  id: string;
  hash: string;
  /** Milliseconds since the epoch, or null while it is good. */
  spentAt: number | null;
}

export type RecoveryVerdict = { outcome: 'matched'; id: string } | { outcome: 'spent' } | { outcome: 'wrong' };

/** Makes six codes for an account. @throws HasherBusyError */
export async function newRecoveryCodes(options: {
  random: Random;
  accountId: string;
  hasher: RawHasher;
}): Promise<RecoveryCodeSet> {
  const { random, accountId, hasher } = options;
  const codes = new Set<string>();
  while (codes.size < RECOVERY_CODES) codes.add(newRecoveryCode(random));
  return await hashRecoveryCodes([...codes], { random, accountId, hasher });
}

/** The set of codes that stand already, in the form `normaliseRecoveryCode` gives. @throws HasherBusyError */
export async function hashRecoveryCodes(
  codes: readonly string[],
  { random, accountId, hasher }: { random: Random; accountId: string; hasher: RawHasher },
): Promise<RecoveryCodeSet> {
  const salt = newSalt(hasher, random);
  const hashes = await Promise.all(codes.map((code) => hashCode(['recovery-code', accountId, code], salt, hasher)));
  return { codes: [...codes], salt, hashes: hashes.map(toBase64Url) };
}

/**
 * Which of an account's codes was typed. Compares with all of the set in constant time. Pure: the caller spends the code
 * by a conditional update. What can't be a code at all is `wrong` without a hash; anything else costs one hash, with or
 * without a set, so that the time doesn't reveal whether there is one (R54). @throws HasherBusyError
 */
export async function verifyRecoveryCode(
  text: unknown,
  set: { accountId: string; salt: string; candidates: readonly StoredRecoveryCode[] } | undefined,
  hasher: RawHasher,
): Promise<RecoveryVerdict> {
  const code = normaliseRecoveryCode(text);
  if (code === null) return { outcome: 'wrong' };
  const salt = set?.salt ?? formatSalt(hasher.parameters, new Uint8Array(SALT_BYTES));
  const typed = await hashCode(['recovery-code', set?.accountId ?? '', code], salt, hasher);
  if (!set) return { outcome: 'wrong' };
  const matches = set.candidates.filter(({ hash }) => sameBytes(Buffer.from(hash, 'base64url'), typed));
  const [match] = matches;
  if (!match) return { outcome: 'wrong' };
  return match.spentAt === null ? { outcome: 'matched', id: match.id } : { outcome: 'spent' };
}

/**
 * The purpose and the account's id go into the hash, so that a row moved to another table or account matches nothing.
 * @throws HasherBusyError
 */
export function hashCode(
  of: readonly [purpose: 'recovery-code' | 'password-code', accountId: string, code: string],
  salt: string,
  hasher: Pick<PasswordHasher, 'raw'>,
): Promise<Uint8Array> {
  const { parameters, bytes } = parseSalt(salt);
  return hasher.raw(JSON.stringify(of), bytes, parameters);
}

/** A salt with the parameters of hashes that are made now. */
export function newSalt({ parameters }: Pick<PasswordHasher, 'parameters'>, random: Random): string {
  return formatSalt(parameters, random(SALT_BYTES));
}

/** The parameters stand with the salt, so that raising the defaults leaves codes on paper good. */
function formatSalt({ memory, passes, lanes }: Argon2Parameters, salt: Uint8Array): string {
  return `m=${memory},t=${passes},p=${lanes}$${toBase64Url(salt)}`;
}

function parseSalt(text: string): { parameters: Argon2Parameters; bytes: Uint8Array } {
  const [, memory, passes, lanes, salt] = /^m=(\d+),t=(\d+),p=(\d+)\$([A-Za-z0-9_-]{22})$/.exec(text) ?? [];
  if (salt === undefined) throw new TypeError('The salt of the recovery codes is malformed.');
  const parameters = { memory: Number(memory), passes: Number(passes), lanes: Number(lanes) };
  return { parameters, bytes: Buffer.from(salt, 'base64url') };
}
