import type { Insertable } from 'kysely';
import type { Db, Tx } from '../database.ts';
import { firstRow, prepared } from '../prepared.ts';
import type { DeskActRow, DeskCodeRow, DeskCodesTable, PasswordCodeRow } from '../schema.ts';

/** The tables of single-use codes that the help desk issues. They have the columns of a spent and an expired code in common. */
type CodeTable = 'desk_codes' | 'password_codes';

/** Spends a code with one conditional update. Returns false when it is spent or expired. */
const spendIn =
  (table: CodeTable) =>
  async (tx: Tx, id: string, now: number): Promise<boolean> => {
    const result = await tx
      .updateTable(table)
      .set({ spent_at: now })
      .where('id', '=', id)
      .where('spent_at', 'is', null)
      .where('expired_at', 'is', null)
      .where('expires_at', '>', now)
      .executeTakeFirst();
    return result.numUpdatedRows === 1n;
  };

/** Marks an unspent code as expired permanently. */
const expireIn =
  (table: CodeTable) =>
  async (tx: Tx, id: string, now: number): Promise<void> => {
    await tx
      .updateTable(table)
      .set({ expired_at: now })
      .where('id', '=', id)
      .where('spent_at', 'is', null)
      .where('expired_at', 'is', null)
      .execute();
  };

/** Spends a help-desk code. Only one of many submissions succeeds, and the others get false (R30, R63). */
export const spendDeskCode = spendIn('desk_codes');

/**
 * Marks a help-desk code that was refused as expired, also if the clock was before its creation. A change of the clock
 * does not revive it (R86).
 */
export const expireDeskCode = expireIn('desk_codes');

/** Spends a code for a new password. Only one of many submissions succeeds, and the others get false (R31, R63). */
export const spendPasswordCode = spendIn('password_codes');

/** Marks a code for a new password that was refused as expired, as `expireDeskCode` does (R86). */
export const expirePasswordCode = expireIn('password_codes');

/**
 * The help-desk code of an account, even if it is spent or expired, so that the caller can give the reason of a
 * refusal.
 */
export async function deskCodeOf(db: Db, accountId: string): Promise<DeskCodeRow | undefined> {
  return await db.selectFrom('desk_codes').selectAll().where('account_id', '=', accountId).executeTakeFirst();
}

/** Stores a help-desk code and deletes the previous one of the account. */
export async function replaceDeskCode(tx: Tx, row: Insertable<DeskCodesTable>): Promise<void> {
  await deleteDeskCode(tx, row.account_id);
  await tx.insertInto('desk_codes').values(row).execute();
}

/** Deletes the help-desk code of an account. Returns false when there was none. */
export async function deleteDeskCode(tx: Tx, accountId: string): Promise<boolean> {
  const result = await tx.deleteFrom('desk_codes').where('account_id', '=', accountId).executeTakeFirst();
  return result.numDeletedRows > 0n;
}

/**
 * The code of an account for a new password, even if it is spent or expired, so that the caller can give the reason of
 * a refusal.
 */
export const passwordCodeOf = prepared(
  (db, accountId: string) => db.selectFrom('password_codes').selectAll().where('account_id', '=', accountId),
  firstRow,
);

/** Stores a code for a new password and deletes the previous one of the account. */
export async function replacePasswordCode(tx: Tx, row: Omit<PasswordCodeRow, 'expired_at'>): Promise<void> {
  await tx.deleteFrom('password_codes').where('account_id', '=', row.account_id).execute();
  await tx.insertInto('password_codes').values(row).execute();
}

/** Deletes an unspent code. A spent code stays, so that its second use is reported as such. */
export async function voidPasswordCode(tx: Tx, accountId: string): Promise<void> {
  await tx.deleteFrom('password_codes').where('account_id', '=', accountId).where('spent_at', 'is', null).execute();
}

/** Records an act of the help desk on an account. */
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
