import type { Db, Tx } from '../database.ts';
import type { PushDeviceRow, PushLinkRow } from '../push-tables.ts';

/**
 * Adds a link. An older link of the same flow, or an older mailed link of the account, is voided. A device of the same flow that is
 * not bound is dropped: a flow links the device that opened its present link.
 */
export async function insertPushLink(tx: Tx, row: PushLinkRow): Promise<void> {
  if (row.flow_id !== null) await tx.deleteFrom('push_devices').where('flow_id', '=', row.flow_id).execute();
  let older = tx
    .updateTable('push_links')
    .set({ voided_at: row.created_at })
    .where('account_id', '=', row.account_id)
    .where('voided_at', 'is', null);
  older = row.flow_id === null ? older.where('flow_id', 'is', null) : older.where('flow_id', '=', row.flow_id);
  await older.execute();
  await tx.insertInto('push_links').values(row).execute();
}

/** The link with a token, whatever its state. */
export async function findPushLink(db: Db, tokenHash: string): Promise<PushLinkRow | undefined> {
  return await db.selectFrom('push_links').selectAll().where('token_hash', '=', tokenHash).executeTakeFirst();
}

/** Uses a link for one device. Returns false when it was used or voided before, or has expired. */
export async function claimPushLink(tx: Tx, id: string, deviceId: string, now: number): Promise<boolean> {
  const result = await tx
    .updateTable('push_links')
    .set({ device_id: deviceId })
    .where('id', '=', id)
    .where('device_id', 'is', null)
    .where('voided_at', 'is', null)
    .where('expires_at', '>', now)
    .executeTakeFirst();
  return result.numUpdatedRows === 1n;
}

/** Ends a link that has expired, so a clock that is set back does not revive it (R86). */
export async function endExpiredPushLink(tx: Tx, id: string, now: number): Promise<void> {
  await tx
    .updateTable('push_links')
    .set({ voided_at: now })
    .where('id', '=', id)
    .where('voided_at', 'is', null)
    .where('expires_at', '<=', now)
    .execute();
}

/** Adds a device that has proven its key. @throws ConstraintError when another device has that key */
export async function insertPushDevice(tx: Tx, row: PushDeviceRow): Promise<void> {
  await tx.insertInto('push_devices').values(row).execute();
}

/** The device with an id that is being linked; undefined once it is linked or dropped. */
export async function getPushDevice(db: Db, id: string): Promise<PushDeviceRow | undefined> {
  return await db.selectFrom('push_devices').selectAll().where('id', '=', id).executeTakeFirst();
}

/** The device that was linked by a flow and is not bound yet. */
export async function pushDeviceOfFlow(db: Db, flowId: string): Promise<PushDeviceRow | undefined> {
  return await db.selectFrom('push_devices').selectAll().where('flow_id', '=', flowId).executeTakeFirst();
}

/**
 * Counts an attempt at the code before it is compared (R43). Returns false when the device was confirmed, has expired or
 * has no attempt left.
 */
export async function countPushCode(
  tx: Tx,
  id: string,
  { limit, now }: { limit: number; now: number },
): Promise<boolean> {
  const result = await tx
    .updateTable('push_devices')
    .set((eb) => ({ tries: eb('tries', '+', 1) }))
    .where('id', '=', id)
    .where('tries', '<', limit)
    .where('confirmed_at', 'is', null)
    .where('expires_at', '>', now)
    .executeTakeFirst();
  return result.numUpdatedRows === 1n;
}

/** Records that the code was correct. Returns false when it was confirmed before, or has expired. */
export async function confirmPushDevice(tx: Tx, id: string, now: number): Promise<boolean> {
  const result = await tx
    .updateTable('push_devices')
    .set({ confirmed_at: now })
    .where('id', '=', id)
    .where('confirmed_at', 'is', null)
    .where('expires_at', '>', now)
    .executeTakeFirst();
  return result.numUpdatedRows === 1n;
}

/** Records that the phone gets its TOTP secret. Returns false when it was given before, so that it is given once. */
export async function provisionPushDevice(tx: Tx, id: string, now: number): Promise<boolean> {
  const result = await tx
    .updateTable('push_devices')
    .set({ provisioned_at: now })
    .where('id', '=', id)
    .where('confirmed_at', 'is not', null)
    .where('provisioned_at', 'is', null)
    .executeTakeFirst();
  return result.numUpdatedRows === 1n;
}

/** Drops a device whose code has expired, so a clock that is set back does not revive it (R86). */
export async function deleteExpiredPushDevice(tx: Tx, id: string, now: number): Promise<void> {
  await tx.deleteFrom('push_devices').where('id', '=', id).where('expires_at', '<=', now).execute();
}

/** Drops a device that is not linked. */
export async function deletePushDevice(tx: Tx, id: string): Promise<void> {
  await tx.deleteFrom('push_devices').where('id', '=', id).execute();
}

/** Ends a device that was bound to its flow. Its row stays until it expires, so that the phone can fetch its secret. */
export async function takeConfirmedDevice(
  tx: Tx,
  { id, flowId, now }: { id: string; flowId: string; now: number },
): Promise<boolean> {
  const result = await tx
    .updateTable('push_devices')
    .set({ flow_id: null })
    .where('id', '=', id)
    .where('flow_id', '=', flowId)
    .where('confirmed_at', 'is not', null)
    .where('expires_at', '>', now)
    .executeTakeFirst();
  return result.numUpdatedRows === 1n;
}

/** Voids the links and drops the devices of an account that are not linked, except those of one flow (R34). */
export async function endPushLinks(tx: Tx, accountId: string, now: number, exceptFlow?: string): Promise<void> {
  let links = tx
    .updateTable('push_links')
    .set({ voided_at: now })
    .where('account_id', '=', accountId)
    .where('voided_at', 'is', null);
  let devices = tx
    .deleteFrom('push_devices')
    .where('account_id', '=', accountId)
    .where('id', 'not in', (eb) => eb.selectFrom('factors').select('id').where('account_id', '=', accountId));
  if (exceptFlow !== undefined) {
    links = links.where(({ eb, or }) => or([eb('flow_id', 'is', null), eb('flow_id', '!=', exceptFlow)]));
    devices = devices.where(({ eb, or }) => or([eb('flow_id', 'is', null), eb('flow_id', '!=', exceptFlow)]));
  }
  await links.execute();
  await devices.execute();
}
