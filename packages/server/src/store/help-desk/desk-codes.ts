import type { Insertable } from 'kysely';
import type { Db, Tx } from '../database.ts';
import { firstRow, prepared } from '../prepared.ts';
import type { DeskActRow, DeskCodeRow, DeskCodesTable, PasswordCodeRow } from '../schema.ts';

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

/** The account's code for a new password, whether spent or expired: the caller says why it is refused. */
export const passwordCodeOf = prepared(
  (db, accountId: string) => db.selectFrom('password_codes').selectAll().where('account_id', '=', accountId),
  firstRow,
);

/** The new code is the only one. */
export async function replacePasswordCode(tx: Tx, row: Omit<PasswordCodeRow, 'expired_at'>): Promise<void> {
  await tx.deleteFrom('password_codes').where('account_id', '=', row.account_id).execute();
  await tx.insertInto('password_codes').values(row).execute();
}

/** One conditional update that exactly one of many submissions wins. */
export async function spendPasswordCode(tx: Tx, id: string, now: number): Promise<boolean> {
  const result = await tx
    .updateTable('password_codes')
    .set({ spent_at: now })
    .where('id', '=', id)
    .where('spent_at', 'is', null)
    .where('expired_at', 'is', null)
    .where('expires_at', '>', now)
    .executeTakeFirst();
  return result.numUpdatedRows === 1n;
}

/** Ends a code that was refused as expired, also while the clock was before its creation (R86). */
export async function expirePasswordCode(tx: Tx, id: string, now: number): Promise<void> {
  await tx
    .updateTable('password_codes')
    .set({ expired_at: now })
    .where('id', '=', id)
    .where('spent_at', 'is', null)
    .where('expired_at', 'is', null)
    .execute();
}

/** Voids an unspent code; a spent one stays, so that its second use is told as such. */
export async function voidPasswordCode(tx: Tx, accountId: string): Promise<void> {
  await tx.deleteFrom('password_codes').where('account_id', '=', accountId).where('spent_at', 'is', null).execute();
}

export async function insertDeskAct(tx: Tx, row: DeskActRow): Promise<void> {
  await tx.insertInto('desk_acts').values(row).execute();
}

/** Whether this actor used one of these verbs on the account at `since` or later (ms since the epoch). */
export async function hasActed(
  tx: Tx,
  { accountId, actor, verbs, since }: { accountId: string; actor: string; verbs: readonly string[]; since: number },
): Promise<boolean> {
  const found = await tx
    .selectFrom('desk_acts')
    .select('id')
    .where('account_id', '=', accountId)
    .where('at', '>=', since)
    .where('actor', '=', actor)
    .where('verb', 'in', verbs)
    .executeTakeFirst();
  return found !== undefined;
}
