import type { Db, Tx } from './database.ts';
import type { FlowRow } from './schema.ts';

export interface FlowChange {
  id: string;
  /** The version that was read: the change loses when another one came first. */
  version: number;
  /** JSON of Facts. */
  facts: string;
  organisationId: string | null;
  accountId: string | null;
  expiresAt?: number;
  extensions?: number;
  endedAt?: number;
}

export async function insertFlow(tx: Tx, row: FlowRow): Promise<void> {
  await tx.insertInto('flows').values(row).execute();
}

export async function findFlow(db: Db, id: string): Promise<FlowRow | undefined> {
  return await db.selectFrom('flows').selectAll().where('id', '=', id).executeTakeFirst();
}

/** Compare-and-set on the version, of a flow that has not ended; true when this caller won (R7). */
export async function updateFlow(tx: Tx, change: FlowChange): Promise<boolean> {
  const { expiresAt, extensions, endedAt } = change;
  const result = await tx
    .updateTable('flows')
    .set({
      version: change.version + 1,
      facts: change.facts,
      organisation_id: change.organisationId,
      account_id: change.accountId,
      ...(expiresAt === undefined ? {} : { expires_at: expiresAt }),
      ...(extensions === undefined ? {} : { extensions }),
      ...(endedAt === undefined ? {} : { ended_at: endedAt }),
    })
    .where('id', '=', change.id)
    .where('version', '=', change.version)
    .where('ended_at', 'is', null)
    .executeTakeFirst();
  return result.numUpdatedRows === 1n;
}

export async function deleteFlow(tx: Tx, id: string): Promise<boolean> {
  const result = await tx.deleteFrom('flows').where('id', '=', id).executeTakeFirst();
  return result.numDeletedRows === 1n;
}

/**
 * Notes facts that nobody has to wait for or lose against, such as a lock that is told: the version stays, so a
 * submission that is under way wins over it. Nothing happens when another version came first.
 */
export async function noteFacts(
  tx: Tx,
  { id, version, facts }: Pick<FlowChange, 'id' | 'version' | 'facts'>,
): Promise<void> {
  await tx
    .updateTable('flows')
    .set({ facts })
    .where('id', '=', id)
    .where('version', '=', version)
    .where('ended_at', 'is', null)
    .execute();
}

/**
 * Kills the account's open flows (R34): they lose their facts, are ended and expired at once, so that they answer as
 * expired ones do and never as done. Answers how many.
 */
export async function endFlowsOfAccount(tx: Tx, accountId: string, now: number, exceptId?: string): Promise<number> {
  let update = tx
    .updateTable('flows')
    .set((eb) => ({ ended_at: now, expires_at: now, facts: '{}', version: eb('version', '+', 1) }))
    .where('account_id', '=', accountId)
    .where('ended_at', 'is', null);
  if (exceptId !== undefined) update = update.where('id', '!=', exceptId);
  return Number((await update.executeTakeFirst()).numUpdatedRows);
}
