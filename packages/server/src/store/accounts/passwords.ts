import type { StoredPassword } from '../../accounts/password-hash.ts';
import type { Tx } from '../database.ts';
import { firstRow, prepared } from '../prepared.ts';

/**
 * Stores a password hash and its scheme, and returns whether it did. With `onlyIf`, the hash is stored only while the
 * stored hash equals `onlyIf`, so a rehash never overwrites a newer password. A rehash does not change the time of the
 * last password change, and does not remove the mark of `requireNewPassword`.
 */
export async function setPasswordHash(
  tx: Tx,
  id: string,
  { hash, scheme }: StoredPassword,
  now: number,
  onlyIf?: string,
): Promise<boolean> {
  const stored = { password_hash: hash, password_scheme: scheme };
  let update = tx
    .updateTable('accounts')
    .set(onlyIf === undefined ? { ...stored, password_changed_at: now, must_change_password: 0 } : stored)
    .where('id', '=', id);
  if (onlyIf !== undefined) update = update.where('password_hash', '=', onlyIf);
  return (await update.executeTakeFirst()).numUpdatedRows === 1n;
}

/**
 * Whether an organisation has a password hash of a scheme other than `scheme`. The query does the same work whatever
 * the result is (R54).
 */
export const hasOtherHashes = prepared(
  (db, organisationId: string, scheme: string) => {
    const hashes = db
      .selectFrom('accounts')
      .select('id')
      .where('organisation_id', '=', organisationId)
      .where('password_hash', 'is not', null);
    // These are three index seeks. A single inequality would read all rows of the current scheme.
    return db.selectNoFrom(({ or, exists }) => [
      or([
        exists(hashes.where('password_scheme', 'is', null)),
        exists(hashes.where('password_scheme', '<', scheme)),
        exists(hashes.where('password_scheme', '>', scheme)),
      ]).as('found'),
    ]);
  },
  ({ rows: [row] }) => Boolean(row?.found),
);

/**
 * The password hash of an active account, null where it has no password. Undefined when the account is deleted or
 * disabled.
 */
export const activePassword = prepared(
  (db, id: string) =>
    db.selectFrom('accounts').select('password_hash').where('id', '=', id).where('state', '=', 'active'),
  firstRow,
);

/**
 * Marks the account, so that its next login asks for a new password after the second factor. The new password removes
 * the mark.
 */
export async function requireNewPassword(tx: Tx, id: string): Promise<void> {
  await tx.updateTable('accounts').set({ must_change_password: 1 }).where('id', '=', id).execute();
}
