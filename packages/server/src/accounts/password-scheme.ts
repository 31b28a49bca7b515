import type { Argon2Parameters } from './password-hash.ts';

/**
 * A password hash with its scheme. The two are stored in one statement: the text alone never decides whether a hash is the
 * server's own, because an imported argon2id hash of the same parameters looks alike but may be of text in another
 * normalisation form.
 */
export interface StoredPassword {
  hash: string;
  /** Null in rows of versions that stored none; it counts as foreign. */
  scheme: string | null;
}

/** The scheme of an imported hash. */
export const FOREIGN_SCHEME = 'foreign';

/** The scheme of the server's own hashes of these parameters, for example `own.19456.2.1`: argon2id of the NFC form. */
export function ownScheme({ memory, passes, lanes }: Argon2Parameters): string {
  return `own.${memory}.${passes}.${lanes}`;
}

/** Whether the server made the hash, with present or older parameters. */
export function isOwnScheme(scheme: string | null): boolean {
  return scheme?.startsWith('own.') === true;
}

/** The password of an account's row; undefined until one was chosen. */
export function passwordOf(row: {
  password_hash: string | null;
  password_scheme: string | null;
}): StoredPassword | undefined {
  return row.password_hash === null ? undefined : { hash: row.password_hash, scheme: row.password_scheme };
}
