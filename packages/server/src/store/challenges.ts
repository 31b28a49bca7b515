import type { Insertable } from 'kysely';
import type { Db, Tx } from './database.ts';
import { allRows, prepared } from './prepared.ts';
import type { ChallengeRow, ChallengesTable } from './schema.ts';

/** The flow and the step that a challenge belongs to. */
export interface ChallengeKey {
  flowId: string;
  accountId: string;
  /** The step that asks for the code. */
  method: ChallengesTable['method'];
}

/** The challenges of a step in a flow, in any state, newest first. Spent and voided ones explain the refusal of their code. */
export const challengesOf: (db: Db, key: ChallengeKey) => Promise<ChallengeRow[]> = prepared(
  (db, { flowId, accountId, method }: ChallengeKey) =>
    db
      .selectFrom('challenges')
      .selectAll()
      .where('flow_id', '=', flowId)
      .where('account_id', '=', accountId)
      .where('method', '=', method)
      .orderBy('created_at', 'desc')
      .orderBy('sent_count', 'desc'),
  allRows,
);

/** Stores a challenge and voids the older ones of the account at that step, in this flow and in others (R19). */
export async function addChallenge(tx: Tx, row: Insertable<ChallengesTable>): Promise<void> {
  await tx
    .updateTable('challenges')
    .set({ voided_at: row.created_at })
    .where('account_id', '=', row.account_id)
    .where('method', '=', row.method)
    .where('voided_at', 'is', null)
    .where('spent_at', 'is', null)
    .execute();
  await tx.insertInto('challenges').values(row).execute();
}

/**
 * Spends a challenge with one conditional update, so that only one of many submissions succeeds, and only in the flow and
 * for the account that it was sent for (R19, R63). Returns false when it is spent, voided or expired.
 */
export async function spendChallenge(
  tx: Tx,
  { id, flowId, accountId, method, now }: ChallengeKey & { id: string; now: number },
): Promise<boolean> {
  const result = await tx
    .updateTable('challenges')
    .set({ spent_at: now })
    .where('id', '=', id)
    .where('flow_id', '=', flowId)
    .where('account_id', '=', accountId)
    .where('method', '=', method)
    .where('spent_at', 'is', null)
    .where('voided_at', 'is', null)
    .where('expires_at', '>', now)
    .executeTakeFirst();
  return result.numUpdatedRows === 1n;
}
