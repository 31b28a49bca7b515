import { checkImportCost } from '../../accounts/import-cost.ts';
import { PasswordHashError, parsePasswordHash } from '../../accounts/password-hash.ts';
import { passwordFault } from '../../accounts/password-rules.ts';
import { emailKey, UsernameError } from '../../accounts/username.ts';
import { normaliseRecoveryCode } from '../../factors/recovery-codes/recovery-codes.ts';
import { decodeSecret, SecretError } from '../../factors/totp/secret.ts';
import { OtpauthError, parseOtpauthUri } from '../../factors/totp/uri.ts';
import { minPasswordLength } from '../../organisations/policy.ts';
import type { OrganisationDefinition } from '../../organisations/schema.ts';
import { keyOf } from '../request/admin-context.ts';
import type { Fault } from '../request/admin-error.ts';

/** A person as she is handed in. */
export interface UserInput {
  username: string;
  name?: string | undefined;
  email?: string | undefined;
  /** In the clear; hashed before it is stored. Not beside `passwordHash`. */
  password?: string | undefined;
  /** Of another system: argon2, bcrypt, scrypt or PBKDF2. It is renewed at the next login (R62). */
  passwordHash?: string | undefined;
  /** Of an authenticator that she has already: base32, or an otpauth URI. */
  totpSecret?: string | undefined;
  /** Recovery codes that she has already, six of the form XXXX-XXXX-XXXX. */
  recoveryCodes?: readonly string[] | undefined;
}

/** A person who was found right. */
export interface Person {
  username: string;
  usernameKey: string;
  name: string | null;
  email: string | null;
  password: { plain: string } | { hash: string } | null;
  totpSecret: Uint8Array | null;
  recoveryCodes: readonly string[];
}

const NAME_LENGTH = 200;
/** Controls, and all that shows as nothing or turns the text around (R58, R78). */
const INVISIBLE = /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Zl}\p{Zp}]/u;

/** Checks a person against the rules of her organisation; all faults are told, by the names of `UserInput`. */
export function checkUser(
  input: UserInput,
  organisation: OrganisationDefinition,
): { person: Person } | { faults: Fault[] } {
  const faults: Fault[] = [];
  const take = <T>(column: keyof UserInput, read: () => T): T | null => {
    try {
      return read();
    } catch (error) {
      faults.push({ column, expected: expectation(error) });
      return null;
    }
  };
  const username = input.username.trim();
  const usernameKey = take('username', () => keyOf(organisation, username)) ?? '';
  const name = take('name', () => readName(input.name));
  const email = take('email', () => readEmail(input.email)) ?? (organisation.username === 'email' ? username : null);
  const password = take('password', () => readPassword(input, username, organisation));
  const hash = take('passwordHash', () => readHash(input));
  const totpSecret = take('totpSecret', () => readSecret(input.totpSecret));
  const recoveryCodes = take('recoveryCodes', () => readRecoveryCodes(input.recoveryCodes ?? [])) ?? [];
  if (faults.length > 0) return { faults };
  return { person: { username, usernameKey, name, email, password: password ?? hash, totpSecret, recoveryCodes } };
}

/** A check's own sentence. */
class Expected extends Error {}

function expectation(error: unknown): string {
  const ours = [Expected, UsernameError, PasswordHashError, SecretError, OtpauthError];
  if (error instanceof Error && ours.some((kind) => error instanceof kind)) return error.message.replace(/\.$/, '');
  throw error;
}

function readName(text: string | undefined): string | null {
  const name = (text ?? '').normalize('NFC').trim();
  if (name === '') return null;
  if (name.length <= NAME_LENGTH && !INVISIBLE.test(name)) return name;
  throw new Expected(`expected a name of at most ${NAME_LENGTH} visible characters`);
}

function readEmail(text: string | undefined): string | null {
  const email = (text ?? '').trim();
  if (email === '') return null;
  emailKey(email);
  return email;
}

function readPassword(input: UserInput, username: string, organisation: OrganisationDefinition) {
  if (!input.password) return null;
  if (input.passwordHash) throw new Expected('expected a password or a password hash, not both');
  const minLength = minPasswordLength(organisation.policy);
  const fault = passwordFault(input.password, { minLength, username, organisation });
  const words = {
    'too-short': `expected at least ${minLength} characters`,
    'too-long': 'expected at most 256 characters',
    common: 'expected a password that is not among the common ones',
    'contains-username': 'expected a password without the username in it',
    'contains-organisation': "expected a password without the organisation's name in it",
    reused: 'expected another password than before',
  };
  if (fault) throw new Expected(words[fault]);
  return { plain: input.password };
}

/** Checks a password that is set for an account, by the same rules; undefined when it can be taken. */
export function checkNewPassword(
  password: unknown,
  username: string,
  organisation: OrganisationDefinition,
): Fault | undefined {
  if (typeof password !== 'string' || password === '') return { column: 'password', expected: 'expected a password' };
  return attempt('password', () => readPassword({ username, password }, username, organisation));
}

/** Checks an address that mail is to go to; null for none. */
export function checkEmail(text: unknown): { email: string | null } | Fault {
  if (text === null) return { email: null };
  if (typeof text !== 'string' || text.trim() === '') {
    return { column: 'email', expected: 'expected an email address, or null for none' };
  }
  return attempt('email', () => readEmail(text)) ?? { email: readEmail(text) };
}

function attempt(column: keyof UserInput, read: () => unknown): Fault | undefined {
  try {
    read();
    return undefined;
  } catch (error) {
    return { column, expected: expectation(error) };
  }
}

function readHash({ passwordHash }: UserInput): { hash: string } | null {
  if (!passwordHash) return null;
  checkImportCost(parsePasswordHash(passwordHash));
  return { hash: passwordHash };
}

function readSecret(text: string | undefined): Uint8Array | null {
  const trimmed = (text ?? '').trim();
  if (trimmed === '') return null;
  return /^otpauth:/i.test(trimmed) ? parseOtpauthUri(trimmed).secret : decodeSecret(trimmed);
}

function readRecoveryCodes(codes: readonly string[]): string[] {
  const normal = codes.map(normaliseRecoveryCode).filter((code) => code !== null);
  const right = normal.length === codes.length && new Set(normal).size === normal.length && codes.length <= 6;
  if (!right) throw new Expected('expected at most six different codes of the form XXXX-XXXX-XXXX');
  return normal;
}
