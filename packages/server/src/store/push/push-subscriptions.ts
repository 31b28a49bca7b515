import type { Db, Tx } from '../database.ts';
import type { PushSubscriptionRow } from '../push-tables.ts';
import type { FactorRow } from '../schema.ts';

/**
 * The active device with the thumbprint of a key; undefined once it is removed or its account is disabled, on all instances at
 * once.
 */
export async function linkedDevice(db: Db, thumbprint: string): Promise<FactorRow | undefined> {
  return await db
    .selectFrom('factors')
    .innerJoin('accounts', 'accounts.id', 'factors.account_id')
    .selectAll('factors')
    .where('method', '=', 'push')
    .where('factors.external_id', '=', thumbprint)
    .where('factors.state', '=', 'active')
    .where('accounts.state', '=', 'active')
    .executeTakeFirst();
}

/** Whether a factor, in any state, has this name outside the server. */
export async function isKnownThumbprint(db: Db, thumbprint: string): Promise<boolean> {
  const found = await db
    .selectFrom('factors')
    .select('id')
    .where('method', '=', 'push')
    .where('external_id', '=', thumbprint)
    .executeTakeFirst();
  return found !== undefined;
}

/** Records the use of a device. */
export async function recordDeviceUse(tx: Tx, id: string, now: number): Promise<void> {
  await tx.updateTable('factors').set({ last_used_at: now }).where('id', '=', id).execute();
}

/** Stores the subscription of a device, in place of an earlier one. */
export async function putSubscription(tx: Tx, row: PushSubscriptionRow): Promise<void> {
  await tx
    .insertInto('push_subscriptions')
    .values(row)
    .onConflict((conflict) =>
      conflict.column('device_id').doUpdateSet({ sealed: row.sealed, created_at: row.created_at }),
    )
    .execute();
}

/** The subscriptions of the active devices of an account. */
export async function subscriptionsOf(db: Db, accountId: string): Promise<PushSubscriptionRow[]> {
  return await db
    .selectFrom('push_subscriptions')
    .innerJoin('factors', 'factors.id', 'push_subscriptions.device_id')
    .selectAll('push_subscriptions')
    .where('push_subscriptions.account_id', '=', accountId)
    .where('factors.state', '=', 'active')
    .execute();
}

/** Removes a subscription that the push service no longer knows, unless it was replaced meanwhile. */
export async function deleteSubscription(
  tx: Tx,
  { device_id, sealed }: Pick<PushSubscriptionRow, 'device_id' | 'sealed'>,
): Promise<void> {
  await tx.deleteFrom('push_subscriptions').where('device_id', '=', device_id).where('sealed', '=', sealed).execute();
}
