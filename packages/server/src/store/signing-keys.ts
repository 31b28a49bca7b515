import type { Db, Tx } from './database.ts';
import { allRows, prepared } from './prepared.ts';
import type { SigningKeyRow } from './schema.ts';

/** The keys that sign assertions, oldest first. Each one is published. */
export const listSigningKeys = prepared(
  (db) => db.selectFrom('signing_keys').selectAll().orderBy('generation'),
  allRows,
);

/** Adds a key. Returns false when another instance was first to add one of that generation. */
export async function addSigningKey(tx: Tx, row: SigningKeyRow): Promise<boolean> {
  const result = await tx
    .insertInto('signing_keys')
    .values(row)
    .onConflict((conflict) => conflict.column('generation').doNothing())
    .executeTakeFirst();
  return result.numInsertedOrUpdatedRows === 1n;
}

/** Deletes a key, so it is no longer published. */
export async function deleteSigningKey(tx: Tx, id: string): Promise<void> {
  await tx.deleteFrom('signing_keys').where('id', '=', id).execute();
}

/** Replaces the sealed private key. Returns false when it has changed since it was read. */
export async function resealSigningKey(
  tx: Tx,
  row: Pick<SigningKeyRow, 'id' | 'sealed'>,
  to: string,
): Promise<boolean> {
  const result = await tx
    .updateTable('signing_keys')
    .set({ sealed: to })
    .where('id', '=', row.id)
    .where('sealed', '=', row.sealed)
    .executeTakeFirst();
  return result.numUpdatedRows === 1n;
}

/** How many signing keys this encryption key sealed. There are at most a few of them. */
export async function countSigningKeysSealedBy(db: Db, keyId: string): Promise<number> {
  const rows = await listSigningKeys(db);
  return rows.filter(({ sealed }) => sealed.startsWith(`v1.${keyId}.`)).length;
}
