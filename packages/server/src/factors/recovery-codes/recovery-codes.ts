import type { Argon2Parameters } from '../../accounts/password-hash.ts';
import type { PasswordHasher } from '../../accounts/password-hasher.ts';
import { type Random, sameBytes, toBase64Url } from '../../crypto/tokens.ts';

/** Crockford's base 32. It has no I, L, O and U, which are easy to misread on paper. */
const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const GROUP_LENGTH = 4;
/** The groups of a recovery code (60 bits) and of the help desk's code for a new password (80 bits). */
const RECOVERY_GROUPS = 3;
const PASSWORD_GROUPS = 4;
/** The longest text that is read as a code. It is longer than any spelling of sixteen symbols. */
const MAX_TYPED_LENGTH = 64;

const SEPARATORS = /[\s\u00a0._\u002d\u00ad\u2010-\u2015\u2212\ufe63\uff0d]/gu;
const LOOK_ALIKES: Readonly<Record<string, string>> = { O: '0', I: '1', L: '1', U: 'V' };

/** Makes a recovery code `XXXX-XXXX-XXXX`: twelve symbols of five bits, 60 bits in all (D3). */
export function newRecoveryCode(random: Random): string {
  return newCode(random, RECOVERY_GROUPS);
}

/** Makes a help-desk code for a new password, `XXXX-XXXX-XXXX-XXXX`. With 80 bits it needs no lock. */
export function newPasswordCode(random: Random): string {
  return newCode(random, PASSWORD_GROUPS);
}

function newCode(random: Random, groups: number): string {
  // 256 is a multiple of 32, so the low five bits of a random byte choose all symbols with equal probability.
  const symbols = Array.from(random(groups * GROUP_LENGTH), (byte) => ALPHABET.charAt(byte & 31)).join('');
  return grouped(symbols);
}

/**
 * A typed recovery code in the form in which it was issued, or null if the text can't be a recovery code. Case, spaces,
 * hyphens and look-alikes (O for 0, I or L for 1, U for V) don't matter (R35).
 */
export function normaliseRecoveryCode(text: unknown): string | null {
  return normalise(text, RECOVERY_GROUPS);
}

/** A typed help-desk code for a new password in the form in which it was issued, or null if the text can't be one. */
export function normalisePasswordCode(text: unknown): string | null {
  return normalise(text, PASSWORD_GROUPS);
}

function normalise(text: unknown, groups: number): string | null {
  if (typeof text !== 'string' || text.length > MAX_TYPED_LENGTH) return null;
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

/** The number of codes in a set (P6). */
const CODES_PER_SET = 6;
const SALT_BYTES = 16;

type RawHasher = Pick<PasswordHasher, 'raw' | 'parameters'>;

/** A new set of recovery codes. */
export interface RecoveryCodeSet {
  /** The codes, which are shown to the user and never stored in the clear. */
  codes: string[];
  /** One salt for the set, with the hash parameters, so that checking a guess costs one hash instead of six (R30). */
  salt: string;
  /** The hashes in the order of `codes`, in base64url. */
  hashes: string[];
}

interface StoredRecoveryCode {
  id: string;
  hash: string;
  /** When the code was used, in ms since the epoch, or null if it is unused. */
  spentAt: number | null;
}

/** Whether a typed code is one of the set. `id` is the row of the code that the caller spends. */
export type RecoveryVerdict = { outcome: 'matched'; id: string } | { outcome: 'spent' } | { outcome: 'wrong' };

/** Makes and hashes a set of six codes for an account. @throws HasherBusyError */
export async function newRecoveryCodes(options: {
  random: Random;
  accountId: string;
  hasher: RawHasher;
}): Promise<RecoveryCodeSet> {
  const { random, accountId, hasher } = options;
  const codes = new Set<string>();
  while (codes.size < CODES_PER_SET) codes.add(newRecoveryCode(random));
  return await hashRecoveryCodes([...codes], { random, accountId, hasher });
}

/** Hashes codes that exist already, in the form that `normaliseRecoveryCode` returns. @throws HasherBusyError */
export async function hashRecoveryCodes(
  codes: readonly string[],
  { random, accountId, hasher }: { random: Random; accountId: string; hasher: RawHasher },
): Promise<RecoveryCodeSet> {
  const salt = newSalt(hasher, random);
  const hashes = await Promise.all(codes.map((code) => hashCode(['recovery-code', accountId, code], salt, hasher)));
  return { codes: [...codes], salt, hashes: hashes.map(toBase64Url) };
}

/**
 * Finds which of an account's codes was typed. It compares with the whole set in constant time and stores nothing: the
 * caller spends the code by a conditional update. Text that can't be a code is `wrong` without a hash. Any other text costs
 * one hash with or without a set, so the time doesn't reveal whether there is a set (R54).
 * @throws HasherBusyError
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
 * Hashes a code together with its purpose and account id, so a row that is moved to another table or account never
 * matches.
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

/** A random salt with the present hash parameters. */
export function newSalt({ parameters }: Pick<PasswordHasher, 'parameters'>, random: Random): string {
  return formatSalt(parameters, random(SALT_BYTES));
}

/** Stores the parameters with the salt, so printed codes stay valid after the defaults are raised. */
function formatSalt({ memory, passes, lanes }: Argon2Parameters, salt: Uint8Array): string {
  return `m=${memory},t=${passes},p=${lanes}$${toBase64Url(salt)}`;
}

function parseSalt(text: string): { parameters: Argon2Parameters; bytes: Uint8Array } {
  const [, memory, passes, lanes, salt] = /^m=(\d+),t=(\d+),p=(\d+)\$([A-Za-z0-9_-]{22})$/.exec(text) ?? [];
  if (salt === undefined)
    throw new TypeError(
      'The stored salt of a set of codes is malformed; expected m=…,t=…,p=…$ and 22 base64url characters.',
    );
  const parameters = { memory: Number(memory), passes: Number(passes), lanes: Number(lanes) };
  return { parameters, bytes: Buffer.from(salt, 'base64url') };
}
