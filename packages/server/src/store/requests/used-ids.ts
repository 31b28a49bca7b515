import type { Tx } from '../database.ts';
import type { UsedIdsTable } from '../schema.ts';

/**
 * Records an id that is accepted once, such as the `jti` of a signed request. Returns false if it was used before, by this or
 * another instance (R63). An id of one kind does not affect the ids of another kind.
 * @param used.expiresAt ms since the epoch: from then on the id is refused because it is too old, so its row is deleted
 */
export async function useOnce(tx: Tx, { kind, id, expiresAt }: UsedId): Promise<boolean> {
  const result = await tx
    .insertInto('used_ids')
    .values({ kind, id, expires_at: expiresAt })
    .onConflict((conflict) => conflict.columns(['kind', 'id']).doNothing())
    .executeTakeFirst();
  return result.numInsertedOrUpdatedRows === 1n;
}

/** Makes an id usable again, after the work that it was used for has failed. */
export async function releaseId(tx: Tx, { kind, id }: Pick<UsedIdsTable, 'kind' | 'id'>): Promise<void> {
  await tx.deleteFrom('used_ids').where('kind', '=', kind).where('id', '=', id).execute();
}

interface UsedId extends Pick<UsedIdsTable, 'kind' | 'id'> {
  expiresAt: number;
}
