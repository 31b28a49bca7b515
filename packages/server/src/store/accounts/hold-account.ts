import type { Tx } from '../database.ts';
import { preparedHold } from '../prepared.ts';

/**
 * The id of the account if it is active and has this password hash. It keeps both until the transaction ends. Undefined
 * otherwise.
 */
export const holdActiveAccount = preparedHold((db, id: string, passwordHash: string) =>
  db
    .selectFrom('accounts')
    .select('id')
    .where('id', '=', id)
    .where('state', '=', 'active')
    .where('password_hash', '=', passwordHash),
);

/**
 * The state of the account, the time of its last password change, and whether the password must be replaced. The row
 * stays unchanged until the transaction ends, so a transaction that revokes access runs either completely before this
 * one or completely after it.
 */
export const holdAccount = preparedHold((db, id: string) =>
  db
    .selectFrom('accounts')
    .select(['state', 'password_changed_at', 'must_change_password', 'external_id'])
    .where('id', '=', id),
);

/**
 * Locks the account row until the transaction ends: other transactions that prove or change something about the account
 * wait. A transaction that ends several of the account's rows calls this first and updates the flows next, in the order
 * of a login. This avoids deadlocks, and no login in progress is missed. Returns false when there is no such account.
 */
export async function lockAccount(tx: Tx, id: string): Promise<boolean> {
  const result = await tx
    .updateTable('accounts')
    .set((eb) => ({ state: eb.ref('state') }))
    .where('id', '=', id)
    .executeTakeFirst();
  return result.numUpdatedRows === 1n;
}
