import { type Selectable, sql } from 'kysely';
import type { Db, Tx } from '../database.ts';
import { allRows, prepared } from '../prepared.ts';
import type { CanariesTable, FactorRow } from '../schema.ts';

/** A canary as it is stored. */
export type CanaryRow = Selectable<CanariesTable>;

/** The canaries: one for each key that seals or has sealed secrets of this database. */
export const listCanaries = prepared((db) => db.selectFrom('canaries').selectAll(), allRows);

/** Adds a canary. An existing one of the same key stays unchanged. */
export async function addCanary(tx: Tx, row: CanaryRow): Promise<void> {
  await tx
    .insertInto('canaries')
    .values(row)
    .onConflict((conflict) => conflict.column('key_id').doNothing())
    .execute();
}

/** Deletes the canary of a key. */
export async function deleteCanary(tx: Tx, keyId: string): Promise<void> {
  await tx.deleteFrom('canaries').where('key_id', '=', keyId).execute();
}

/** At most `limit` factors with a sealed secret, to test the keys with. */
export async function sealedFactors(db: Db, limit: number): Promise<FactorRow[]> {
  return await db
    .selectFrom('factors')
    .selectAll()
    .where(({ or, eb }) => or([eb('secret', '!=', ''), eb('data', 'is not', null)]))
    .orderBy('id')
    .limit(limit)
    .execute();
}

/**
 * At most `limit` factors with secrets that a key other than `writeKeyId` sealed, in the order of their ids, beginning
 * after the id `after` (R60). A sealed text begins with `v1.<key id>.` (`crypto/keyring.ts`).
 */
export async function factorsToRotate(
  db: Db,
  { writeKeyId, after = '', limit }: { writeKeyId: string; after?: string; limit: number },
): Promise<FactorRow[]> {
  const prefix = `v1.${writeKeyId}.`;
  return await db
    .selectFrom('factors')
    .selectAll()
    .where('id', '>', after)
    .where(({ or }) =>
      or([
        sql<boolean>`secret <> '' and substr(secret, 1, ${sql.lit(prefix.length)}) <> ${prefix}`,
        sql<boolean>`data is not null and substr(data, 1, ${sql.lit(prefix.length)}) <> ${prefix}`,
      ]),
    )
    .orderBy('id')
    .limit(limit)
    .execute();
}

/** How many factors have a secret that this key sealed. */
export async function countSealedBy(db: Db, keyId: string): Promise<number> {
  const prefix = `v1.${keyId}.`;
  const { count } = await db
    .selectFrom('factors')
    .select(({ fn }) => fn.countAll<number>().as('count'))
    .where(({ or }) =>
      or([
        sql<boolean>`substr(secret, 1, ${sql.lit(prefix.length)}) = ${prefix}`,
        sql<boolean>`substr(data, 1, ${sql.lit(prefix.length)}) = ${prefix}`,
      ]),
    )
    .executeTakeFirstOrThrow();
  return count;
}

/** Replaces the sealed texts of a factor. Returns false when the stored texts have changed since they were read. */
export async function updateSealed(
  tx: Tx,
  { id, secret, data }: Pick<FactorRow, 'id' | 'secret' | 'data'>,
  sealed: Pick<FactorRow, 'secret' | 'data'>,
): Promise<boolean> {
  const result = await tx
    .updateTable('factors')
    .set(sealed)
    .where('id', '=', id)
    .where('secret', '=', secret)
    .where('data', data === null ? 'is' : '=', data)
    .executeTakeFirst();
  return result.numUpdatedRows === 1n;
}
