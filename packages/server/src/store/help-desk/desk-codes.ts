import type { Insertable } from 'kysely';
import type { Db, Tx } from '../database.ts';
import type { DeskCodeRow, DeskCodesTable } from '../schema.ts';

/** The account's help-desk code, whether spent or past its time: the caller tells why it does not do. */
export async function deskCodeOf(db: Db, accountId: string): Promise<DeskCodeRow | undefined> {
  return await db.selectFrom('desk_codes').selectAll().where('account_id', '=', accountId).executeTakeFirst();
}

/** The new code is the only one. */
export async function replaceDeskCode(tx: Tx, row: Insertable<DeskCodesTable>): Promise<void> {
  await deleteDeskCode(tx, row.account_id);
  await tx.insertInto('desk_codes').values(row).execute();
}

/** One conditional update that exactly one of many submissions wins (R30, R63). */
export async function spendDeskCode(tx: Tx, id: string, now: number): Promise<boolean> {
  const result = await tx
    .updateTable('desk_codes')
    .set({ spent_at: now })
    .where('id', '=', id)
    .where('spent_at', 'is', null)
    .where('expired_at', 'is', null)
    .where('expires_at', '>', now)
    .executeTakeFirst();
  return result.numUpdatedRows === 1n;
}

/** False when there was none. */
export async function deleteDeskCode(tx: Tx, accountId: string): Promise<boolean> {
  const result = await tx.deleteFrom('desk_codes').where('account_id', '=', accountId).executeTakeFirst();
  return result.numDeletedRows > 0n;
}

/** Marks a code whose time is over, for good: a clock that is set back later does not revive it (R86). */
export async function expireDeskCode(tx: Tx, id: string, now: number): Promise<void> {
  await tx
    .updateTable('desk_codes')
    .set({ expired_at: now })
    .where('id', '=', id)
    .where('expired_at', 'is', null)
    .where('expires_at', '<=', now)
    .execute();
}
