import type { Selectable } from 'kysely';
import type { Db, Tx } from './database.ts';
import { prepared } from './prepared.ts';
import type { CanariesTable, FactorRow } from './schema.ts';

export type CanaryRow = Selectable<CanariesTable>;

/** One for each key that seals, or sealed, secrets of this database. */
export async function listCanaries(db: Db): Promise<CanaryRow[]> {
  return (await allCanaries(db, {})).rows;
}

const allCanaries = prepared((db) => db.selectFrom('canaries').selectAll());

/** Adds a canary; one of the same key stays as it is. */
export async function addCanary(tx: Tx, row: CanaryRow): Promise<void> {
  await tx
    .insertInto('canaries')
    .values(row)
    .onConflict((conflict) => conflict.column('key_id').doNothing())
    .execute();
}

export async function deleteCanary(tx: Tx, keyId: string): Promise<void> {
  await tx.deleteFrom('canaries').where('key_id', '=', keyId).execute();
}

/** Some factors that have a sealed secret, to try the keys on. */
export async function sealedFactors(db: Db, limit: number): Promise<FactorRow[]> {
  return await db
    .selectFrom('factors')
    .selectAll()
    .where(({ or, eb }) => or([eb('secret', '!=', ''), eb('data', 'is not', null)]))
    .orderBy('id')
    .limit(limit)
    .execute();
}
