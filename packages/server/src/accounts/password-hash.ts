import { parseOptions as parseBcrypt } from '@node-rs/bcrypt';

/** The parameters of argon2 (RFC 9106 §3.1). */
export interface Argon2Parameters {
  /** The memory of one hash, in KiB. */
  memory: number;
  /** The number of passes over the memory. */
  passes: number;
  /** The degree of parallelism. */
  lanes: number;
}

type Pbkdf2Digest = 'sha1' | 'sha256' | 'sha512';

/** A parsed password hash. */
export type PasswordHash =
  | ({ kind: 'argon2'; variant: 'argon2id' | 'argon2i' | 'argon2d'; version: number; text: string } & Argon2Parameters)
  | { kind: 'bcrypt'; cost: number; text: string }
  | { kind: 'scrypt'; cost: number; blockSize: number; parallelism: number; salt: Buffer; hash: Buffer }
  | { kind: 'pbkdf2'; digest: Pbkdf2Digest; iterations: number; salt: Buffer; hash: Buffer };

/** A password hash can't be used. The message says what is expected and never repeats the hash. */
export class PasswordHashError extends Error {
  readonly code: 'unknown-form' | 'malformed' | 'too-costly';
  constructor(code: PasswordHashError['code'], message: string) {
    super(message);
    this.name = 'PasswordHashError';
    this.code = code;
  }
}

const MIB = 1024 * 1024;
/**
 * The maximum cost of a stored hash: about two seconds of one core and 256 MiB. A database row must not block the
 * server.
 */
const LIMITS = {
  argon2Memory: 256 * 1024,
  argon2Work: 2 * 1024 * 1024,
  argon2Lanes: 16,
  bcryptCost: 15,
  scryptMemory: 256 * MIB,
  scryptWork: 2 ** 22,
  pbkdf2Iterations: 5_000_000,
  hashBytes: 128,
} as const;

/**
 * Parses a password hash in the forms that are accepted at import (R62): argon2 and scrypt in PHC format, bcrypt in modular
 * crypt format, and PBKDF2 in the formats of Django, passlib and PHC.
 * @throws PasswordHashError
 */
export function parsePasswordHash(text: string): PasswordHash {
  if (/^\$argon2(id|i|d)\$/.test(text)) return parseArgon2(text);
  if (/^\$2[aby]\$/.test(text)) return parseBcryptHash(text);
  if (text.startsWith('$scrypt$')) return parseScrypt(text);
  if (text.startsWith('$pbkdf2')) return parsePhcPbkdf2(text);
  if (text.startsWith('pbkdf2_')) return parseDjangoPbkdf2(text);
  const known =
    'argon2, bcrypt ($2a$, $2b$, $2y$), scrypt ($scrypt$ln=…) or PBKDF2 ($pbkdf2-sha256$…, pbkdf2_sha256$…)';
  throw new PasswordHashError('unknown-form', `The password hash has an unknown form; expected ${known}.`);
}

function parseArgon2(text: string): PasswordHash {
  const form =
    /^\$(argon2id|argon2i|argon2d)\$(?:v=(16|19)\$)?m=(\d{1,9}),t=(\d{1,9}),p=(\d{1,3})\$([A-Za-z0-9+/]+)\$([A-Za-z0-9+/]+)$/;
  const [, variant, version = '16', memory, passes, lanes, salt, hash] = form.exec(text) ?? malformed('argon2');
  const parameters = { memory: Number(memory), passes: Number(passes), lanes: Number(lanes) };
  if (parameters.passes < 1 || parameters.lanes < 1 || parameters.memory < 8 * parameters.lanes) malformed('argon2');
  if (bytes(salt).byteLength < 8 || bytes(hash).byteLength < 16) malformed('argon2');
  limit('argon2', parameters.memory, LIMITS.argon2Memory);
  limit('argon2', parameters.memory * parameters.passes, LIMITS.argon2Work);
  limit('argon2', parameters.lanes, LIMITS.argon2Lanes);
  limit('argon2', bytes(hash).byteLength, LIMITS.hashBytes);
  const kind = variant as 'argon2id' | 'argon2i' | 'argon2d';
  return { kind: 'argon2', variant: kind, version: Number(version), ...parameters, text };
}

function parseBcryptHash(text: string): PasswordHash {
  if (!/^\$2[aby]\$\d\d\$[./A-Za-z0-9]{53}$/.test(text)) malformed('bcrypt');
  const { cost } = parseBcrypt(text);
  limit('bcrypt', cost, LIMITS.bcryptCost);
  return { kind: 'bcrypt', cost, text };
}

function parseScrypt(text: string): PasswordHash {
  const form = /^\$scrypt\$ln=(\d{1,2}),r=(\d{1,3}),p=(\d{1,3})\$([A-Za-z0-9+/]+)={0,2}\$([A-Za-z0-9+/]+)={0,2}$/;
  const [, ln, r, p, salt, hash] = form.exec(text) ?? malformed('scrypt');
  const cost = 2 ** Number(ln);
  const [blockSize, parallelism] = [Number(r), Number(p)];
  if (Number(ln) < 1 || blockSize < 1 || parallelism < 1 || bytes(hash).byteLength < 16) malformed('scrypt');
  limit('scrypt', 128 * cost * blockSize, LIMITS.scryptMemory);
  limit('scrypt', cost * blockSize * parallelism, LIMITS.scryptWork);
  limit('scrypt', bytes(hash).byteLength, LIMITS.hashBytes);
  return { kind: 'scrypt', cost, blockSize, parallelism, salt: bytes(salt), hash: bytes(hash) };
}

/**
 * Parses `$pbkdf2-sha256$<rounds>$…` of passlib, whose base64 uses `.` instead of `+`, and
 * `$pbkdf2-sha256$i=<rounds>[,l=…]$…` of PHC.
 */
function parsePhcPbkdf2(text: string): PasswordHash {
  const form =
    /^\$pbkdf2(?:-(sha1|sha256|sha512))?\$(?:i=)?(\d{1,9})(?:,l=\d{1,3})?\$([A-Za-z0-9+/.]+)={0,2}\$([A-Za-z0-9+/.]+)={0,2}$/;
  const [, digest = 'sha1', iterations, salt, hash] = form.exec(text) ?? malformed('PBKDF2');
  return pbkdf2(digest, iterations, adapted(salt), adapted(hash));
}

/** Parses `pbkdf2_sha256$<iterations>$<salt>$<hash>` of Django, whose salt is plain text. */
function parseDjangoPbkdf2(text: string): PasswordHash {
  const form = /^pbkdf2_(sha1|sha256|sha512)\$(\d{1,9})\$([^$\s]{1,128})\$([A-Za-z0-9+/]+)={0,2}$/;
  const [, digest = '', iterations, salt = '', hash] = form.exec(text) ?? malformed('PBKDF2');
  return pbkdf2(digest, iterations, Buffer.from(salt, 'utf8'), bytes(hash));
}

function pbkdf2(digest: string, iterationText: string | undefined, salt: Buffer, hash: Buffer): PasswordHash {
  const iterations = Number(iterationText);
  if (iterations < 1 || hash.byteLength < 16) malformed('PBKDF2');
  limit('PBKDF2', iterations, LIMITS.pbkdf2Iterations);
  limit('PBKDF2', hash.byteLength, LIMITS.hashBytes);
  return { kind: 'pbkdf2', digest: digest as Pbkdf2Digest, iterations, salt, hash };
}

function bytes(base64: string | undefined): Buffer {
  return Buffer.from(base64 ?? '', 'base64');
}

function adapted(base64: string | undefined): Buffer {
  return bytes(base64?.replaceAll('.', '+'));
}

function malformed(name: string): never {
  throw new PasswordHashError('malformed', `The ${name} password hash is malformed.`);
}

function limit(name: string, value: number, max: number): void {
  if (value > max) {
    throw new PasswordHashError(
      'too-costly',
      `The ${name} password hash is too costly to check; its parameters must be lower.`,
    );
  }
}

/**
 * A password hash with its scheme. Both are stored in one statement. The scheme is needed because an imported argon2id hash
 * of the same parameters looks like the server's own, but may be of a password in another normalisation form.
 */
export interface StoredPassword {
  /** The hash in one of the forms of `parsePasswordHash`. */
  hash: string;
  /** Null in rows of older versions, which did not store it; null counts as foreign. */
  scheme: string | null;
}

/** The scheme of an imported hash. */
export const FOREIGN_SCHEME = 'foreign';

/**
 * Returns the scheme of the server's own hashes with these parameters, for example `own.19456.2.1`: argon2id of the NFC
 * form.
 */
export function ownScheme({ memory, passes, lanes }: Argon2Parameters): string {
  return `own.${memory}.${passes}.${lanes}`;
}

/** Returns whether the server made the hash, with current or older parameters. */
export function isOwnScheme(scheme: string | null): boolean {
  return scheme?.startsWith('own.') === true;
}

/** Whether an account has a password: its own, or that of its user in the portal. */
export function hasPassword(row: { password_hash: string | null; external_id: string | null }): boolean {
  return row.password_hash !== null || row.external_id !== null;
}

/** Returns the stored password of an account row; undefined if none was chosen yet. */
export function passwordOf(row: {
  password_hash: string | null;
  password_scheme: string | null;
}): StoredPassword | undefined {
  return row.password_hash === null ? undefined : { hash: row.password_hash, scheme: row.password_scheme };
}
