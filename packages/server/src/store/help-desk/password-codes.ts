import type { Tx } from '../database.ts';
import { firstRow, prepared } from '../prepared.ts';
import type { PasswordCodeRow } from '../schema.ts';

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
