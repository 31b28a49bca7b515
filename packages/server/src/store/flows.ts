import { sql } from 'kysely';
import type { Tx } from './database.ts';
import { changedOne, firstRow, pick, prepared, preparedWrite } from './prepared.ts';
import type { FlowRow } from './schema.ts';

export interface FlowChange {
  id: string;
  /** The version that was read: the change loses when another one came first. */
  version: number;
  /** JSON of Facts. */
  facts: string;
  organisationId: string | null;
  accountId: string | null;
  /** The address while nothing is proven in the flow. Default null. */
  address?: string | null;
  /** Default: as it is. */
  expiresAt?: number;
  /** Default: as it is. */
  extensions?: number;
  /** Default null. */
  endedAt?: number;
}

export const insertFlow = preparedWrite((db, row: FlowRow) =>
  db
    .insertInto('flows')
    .values(
      pick(row, [
        'id',
        'token_hash',
        'browser_hash',
        'kind',
        'version',
        'facts',
        'organisation_id',
        'account_id',
        'created_at',
        'expires_at',
        'extensions',
        'ended_at',
        'address',
      ]),
    ),
);

/** Unanswered flows that an address may have. */
const UNANSWERED_SHARE = 1_000;

/**
 * Deletes the oldest unanswered flows of an address that has more than its share (R93). One indexed statement, which reads
 * only rows of that address. The address is compared again in the deletion: a flow in which something was proven
 * meanwhile stays.
 */
export const trimUnansweredFlows = preparedWrite(
  (_db, address: string) => sql`
    delete from flows where address = ${address} and (created_at, id) <=
      (select created_at, id from flows where address = ${address}
        order by created_at desc, id desc limit 1 offset ${sql.lit(UNANSWERED_SHARE)})`,
);

export const findFlow = prepared((db, id: string) => db.selectFrom('flows').selectAll().where('id', '=', id), firstRow);

/** Compare-and-set on the version, of a flow that has not ended; true when this caller won (R7). */
export const updateFlow = preparedWrite(
  (db, change: FlowChange) =>
    db
      .updateTable('flows')
      .set((eb) => ({
        version: eb('version', '+', 1),
        facts: change.facts,
        organisation_id: change.organisationId,
        account_id: change.accountId,
        address: change.address,
        expires_at: sql`coalesce(cast(${change.expiresAt} as bigint), expires_at)`,
        extensions: sql`coalesce(cast(${change.extensions} as integer), extensions)`,
        ended_at: change.endedAt,
      }))
      .where('id', '=', change.id)
      .where('version', '=', change.version)
      .where('ended_at', 'is', null),
  changedOne,
);

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

/** Ends one flow that has run out, so that a clock that is set back does not revive it (R86). */
export async function endExpiredFlow(
  tx: Tx,
  id: string,
  { now, madeUntil }: { now: number; madeUntil: number },
): Promise<void> {
  await tx
    .updateTable('flows')
    .set((eb) => ({ ended_at: now, facts: '{}', version: eb('version', '+', 1) }))
    .where('id', '=', id)
    .where('ended_at', 'is', null)
    .where(({ eb, or }) => or([eb('expires_at', '<=', now), eb('created_at', '>', madeUntil)]))
    .execute();
}
