import { checkImportCost } from '../../accounts/import-cost.ts';
import { PasswordHashError, parsePasswordHash } from '../../accounts/password-hash.ts';
import { passwordFault } from '../../accounts/password-rules.ts';
import { emailKey, UsernameError } from '../../accounts/username.ts';
import { isExternalId } from '../../directory/directory.ts';
import { normaliseRecoveryCode } from '../../factors/recovery-codes/recovery-codes.ts';
import { decodeSecret, SecretError } from '../../factors/totp/secret.ts';
import { OtpauthError, parseOtpauthUri } from '../../factors/totp/uri.ts';
import { minPasswordLength } from '../../organisations/policy.ts';
import type { OrganisationDefinition } from '../../organisations/schema.ts';
import { parseAllowedNumber } from '../../sms/phone-number.ts';
import { keyOf } from '../request/admin-context.ts';
import type { Fault } from '../request/admin-error.ts';
import { type CheckedPasskey, checkPasskeys, type PasskeyInput } from './passkey-input.ts';
import { type CheckedPhone, checkPhones, type PhoneInput } from './phone-input.ts';

/** The data of a new user, before it is checked. */
export interface UserInput {
  /** The username, which is an email address if the organisation requires it. */
  username: string;
  /** The user's name. Default: none. */
  name?: string | undefined;
  /** The portal's id of the user, who has the password there (`options.directory`). Default: none. */
  externalId?: string | undefined;
  /** The address for email. Default: the username if that is an email address, otherwise none. */
  email?: string | undefined;
  /** A password in plain text, which is hashed before it is stored. Not together with `passwordHash`. Default: none. */
  password?: string | undefined;
  /**
   * A hash of another system: argon2, bcrypt, scrypt or PBKDF2. It is replaced at the next login (R62). Default: none.
   */
  passwordHash?: string | undefined;
  /** The secret of an existing authenticator: base32 or an otpauth URI. Default: none. */
  totpSecret?: string | undefined;
  /** Existing passkeys of another system with the same relying party id, at most ten. Default: none. */
  passkeys?: readonly PasskeyInput[] | undefined;
  /** Phones that approve logins, at most ten. Default: none. */
  phones?: readonly PhoneInput[] | undefined;
  /** A mobile phone number to which codes are sent, in a country of the policy `sms`. Default: none. */
  phoneNumber?: string | undefined;
  /** Existing recovery codes of the form XXXX-XXXX-XXXX, at most six. Default: none. */
  recoveryCodes?: readonly string[] | undefined;
}

/** The data of a new user, after it was checked. */
export interface CheckedUser {
  /** The username as it was entered, without surrounding spaces. */
  username: string;
  /** The key by which the organisation compares the username. */
  usernameKey: string;
  /** The name in NFC, or null. */
  name: string | null;
  /** The portal's id of the user, or null. */
  externalId: string | null;
  /** The address for email, or null. */
  email: string | null;
  /** The password in plain text, the hash of another system, or null. */
  password: { plain: string } | { hash: string } | null;
  /** The decoded secret of an authenticator, or null. */
  totpSecret: Uint8Array | null;
  /** The passkeys; empty if there are none. */
  passkeys: readonly CheckedPasskey[];
  /** The phones; empty if there are none. */
  phones: readonly CheckedPhone[];
  /** The phone number (E.164), or null. */
  phoneNumber: string | null;
  /** The normalised recovery codes; empty if there are none. */
  recoveryCodes: readonly string[];
}

const NAME_LENGTH = 200;
/** Control characters, and characters that are invisible or change the direction of text (R58, R78). */
const INVISIBLE = /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Zl}\p{Zp}]/u;

/** Checks a user against the rules of the organisation. Returns all faults, by the field names of `UserInput`. */
export function checkUser(
  input: UserInput,
  organisation: OrganisationDefinition,
): { user: CheckedUser } | { faults: Fault[] } {
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
  const externalId = take('externalId', () => readExternalId(input));
  const password = take('password', () => readPassword(input, username, organisation));
  const hash = take('passwordHash', () => readHash(input));
  const totpSecret = take('totpSecret', () => readSecret(input.totpSecret));
  const recoveryCodes = take('recoveryCodes', () => readRecoveryCodes(input.recoveryCodes ?? [])) ?? [];
  const passkeys = take('passkeys', () => readPasskeys(input.passkeys ?? [])) ?? [];
  const phones = take('phones', () => readPhones(input.phones ?? [])) ?? [];
  const phoneNumber = take('phoneNumber', () => readPhoneNumber(input.phoneNumber, organisation));
  if (faults.length > 0) return { faults };
  const factors = { totpSecret, passkeys, phones, phoneNumber, recoveryCodes };
  return { user: { username, usernameKey, name, externalId, email, password: password ?? hash, ...factors } };
}

/** The error of a check in this file; its message says what is expected. */
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

function readExternalId({ externalId, password, passwordHash }: UserInput): string | null {
  const id = (externalId ?? '').trim();
  if (id === '') return null;
  if (password || passwordHash) throw new Expected('expected no password, because the portal has it');
  if (!isExternalId(id)) throw new Expected('expected an id of 1 to 200 characters');
  return id;
}

function readPassword(input: UserInput, username: string, organisation: OrganisationDefinition) {
  if (!input.password) return null;
  if (input.passwordHash) throw new Expected('expected a password or a password hash, not both');
  const minLength = minPasswordLength(organisation.policy);
  const fault = passwordFault(input.password, { minLength, username, organisation });
  const expectations = {
    'too-short': `expected at least ${minLength} characters`,
    'too-long': 'expected at most 256 characters',
    common: 'expected a password that is not common',
    'contains-username': 'expected a password that does not contain the username',
    'contains-organisation': "expected a password that does not contain the organisation's name",
    reused: 'expected a password that was not used before',
  };
  if (fault) throw new Expected(expectations[fault]);
  return { plain: input.password };
}

/** Checks a password that an administrator sets, by the same rules. Returns undefined if it is valid. */
export function checkNewPassword(
  password: unknown,
  username: string,
  organisation: OrganisationDefinition,
): Fault | undefined {
  if (typeof password !== 'string' || password === '') return { column: 'password', expected: 'expected a password' };
  return attempt('password', () => readPassword({ username, password }, username, organisation));
}

/** Checks a new name; null removes it. Returns the name or a fault. */
export function checkName(text: unknown): { name: string | null } | Fault {
  if (text === null) return { name: null };
  if (typeof text !== 'string') return { column: 'name', expected: 'expected a name, or null for none' };
  return attempt('name', () => readName(text)) ?? { name: readName(text) };
}

/** Checks a new address for email; null removes the address. Returns the address or a fault. */
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

function readPhoneNumber(text: string | undefined, { policy }: OrganisationDefinition): string | null {
  const typed = (text ?? '').trim();
  if (typed === '') return null;
  const { sms } = policy;
  if (!sms) throw new Expected('expected no phone number, because the policy of the organisation has no "sms"');
  const number = parseAllowedNumber(typed, sms);
  if (!number) throw new Expected(`expected a mobile phone number of ${sms.countries.join(', ')}`);
  return number.e164;
}

function readPasskeys(given: readonly PasskeyInput[]): CheckedPasskey[] {
  const passkeys = checkPasskeys(given);
  if (!passkeys)
    throw new Expected('expected at most ten different passkeys with credentialId, publicKey, userHandle and rpId');
  return passkeys;
}

function readPhones(given: readonly PhoneInput[]): CheckedPhone[] {
  const phones = checkPhones(given);
  if (!phones) throw new Expected('expected at most ten different phones with a public key on P-256');
  return phones;
}

function readRecoveryCodes(codes: readonly string[]): string[] {
  const normal = codes.map(normaliseRecoveryCode).filter((code) => code !== null);
  const isValid = normal.length === codes.length && new Set(normal).size === normal.length && codes.length <= 6;
  if (!isValid) throw new Expected('expected at most six different codes of the form XXXX-XXXX-XXXX');
  return normal;
}
