import type { Tx } from '../database.ts';
import { forgetDevicesOfAccount } from '../devices.ts';
import { deleteInstallationsOfAccount } from '../installations.ts';
import { lockAccount } from './hold-account.ts';

/**
 * Deletes an account and all rows that belong to it, and returns whether it existed. The link to the pseudonym is
 * deleted too, so the remaining audit entries can no longer be attributed to the user (R66). The caller deletes the
 * counters of the account, because their keys are made in `locks/locks.ts`.
 */
export async function deleteAccount(tx: Tx, id: string): Promise<boolean> {
  // Without the lock, a login in progress would leave a session, a device and a flow behind.
  await lockAccount(tx, id);
  await forgetDevicesOfAccount(tx, id);
  const factors = tx.selectFrom('factors').select('id').where('account_id', '=', id);
  await tx.deleteFrom('burnt_steps').where('factor_id', 'in', factors).execute();
  await tx.deleteFrom('factors').where('account_id', '=', id).execute();
  await tx.deleteFrom('recovery_codes').where('account_id', '=', id).execute();
  await tx.deleteFrom('desk_codes').where('account_id', '=', id).execute();
  await tx.deleteFrom('password_codes').where('account_id', '=', id).execute();
  await tx.deleteFrom('desk_acts').where('account_id', '=', id).execute();
  await tx.deleteFrom('challenges').where('account_id', '=', id).execute();
  await tx.deleteFrom('flows').where('account_id', '=', id).execute();
  await tx.deleteFrom('sessions').where('account_id', '=', id).execute();
  await deleteInstallationsOfAccount(tx, id);
  await tx.deleteFrom('outbox').where('account_id', '=', id).execute();
  await tx.deleteFrom('links').where('account_id', '=', id).execute();
  await tx.deleteFrom('push_links').where('account_id', '=', id).execute();
  await tx.deleteFrom('push_devices').where('account_id', '=', id).execute();
  await tx.deleteFrom('push_requests').where('account_id', '=', id).execute();
  await tx.deleteFrom('push_subscriptions').where('account_id', '=', id).execute();
  await tx.deleteFrom('pseudonyms').where('account_id', '=', id).execute();
  const result = await tx.deleteFrom('accounts').where('id', '=', id).executeTakeFirst();
  return result.numDeletedRows === 1n;
}
