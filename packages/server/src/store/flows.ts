import { sql } from 'kysely';
import type { Tx } from './database.ts';
import { changedOne, firstRow, pick, prepared, preparedWrite } from './prepared.ts';
import type { FlowRow } from './schema.ts';

/** A change of a flow by a submission. */
export interface FlowChange {
  /** The id of the flow. */
  id: string;
  /** The version that was read. The change is refused when the flow has another version by now. */
  version: number;
  /** JSON of the facts. */
  facts: string;
  /** Null while the flow has no organisation. */
  organisationId: string | null;
  /** Null while the flow has no account. */
  accountId: string | null;
  /** The address of the client while nothing is proven in the flow. Default null. */
  address?: string | null;
  /** ms since the epoch. Default: unchanged. */
  expiresAt?: number;
  /** How often the flow was extended. Default: unchanged. */
  extensions?: number;
  /** ms since the epoch. Default null: the flow goes on. */
  endedAt?: number;
}

/** Adds a flow. */
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

/** The largest number of unanswered flows that an address may have. */
const MAX_UNANSWERED_FLOWS = 1_000;

/**
 * Deletes the oldest unanswered flows of an address that has more than it may have (R93). It is one indexed statement,
 * which reads only rows of that address. The deletion compares the address again: a flow in which something was proven
 * meanwhile stays.
 */
export const trimUnansweredFlows = preparedWrite(
  (_db, address: string) => sql`
    delete from flows where address = ${address} and (created_at, id) <=
      (select created_at, id from flows where address = ${address}
        order by created_at desc, id desc limit 1 offset ${sql.lit(MAX_UNANSWERED_FLOWS)})`,
);

/** The flow with an id, ended or not; undefined when there is none. */
export const findFlow = prepared((db, id: string) => db.selectFrom('flows').selectAll().where('id', '=', id), firstRow);

/**
 * Changes a flow that has not ended, if it still has the version that was read (compare and set). Returns false when
 * another change was first (R7).
 */
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

/** Deletes a flow, and returns whether it existed. */
export async function deleteFlow(tx: Tx, id: string): Promise<boolean> {
  const result = await tx.deleteFrom('flows').where('id', '=', id).executeTakeFirst();
  return result.numDeletedRows === 1n;
}

/**
 * Records facts for which a conflict does not matter, such as a lock that was shown. The version stays, so a submission
 * in progress still succeeds. Nothing happens when the flow already has another version.
 */
export async function recordFacts(
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
 * Ends the open flows of an account (R34), except `exceptId`, and returns how many ended. They lose their facts and
 * expire immediately, so they give the response of expired flows and never that of finished ones.
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

/**
 * Ends a flow that has expired, or that was created after `madeUntil`, so that a clock that is set back does not revive
 * it (R86).
 */
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
