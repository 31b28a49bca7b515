import type { Db, Tx } from './database.ts';
import { changedOne, firstRow, pick, prepared, preparedHold, preparedWrite } from './prepared.ts';
import type { BrowserRow, DeviceRow } from './schema.ts';

/** A browser that was found by its device token. */
export interface FoundBrowser {
  /** The row of the browser. */
  browser: BrowserRow;
  /** `previous`: the token before the last rotation, which is valid until the newest one is used (R40). */
  match: 'current' | 'previous';
}

/** The browser with this hash as its current or previous token; undefined for any other token. */
export async function findBrowserByToken(db: Db, tokenHash: string): Promise<FoundBrowser | undefined> {
  const current = await browserByToken(db, tokenHash);
  if (current) return { browser: current, match: 'current' };
  const previous = await browserByTokenBefore(db, tokenHash);
  return previous && { browser: previous, match: 'previous' };
}

const browserByToken = prepared(
  (db, tokenHash: string) => db.selectFrom('browsers').selectAll().where('token_hash', '=', tokenHash),
  firstRow,
);
const browserByTokenBefore = prepared(
  (db, tokenHash: string) => db.selectFrom('browsers').selectAll().where('previous_hash', '=', tokenHash),
  firstRow,
);

/** Whether there is a browser with this id. */
export const hasBrowser = prepared(
  (db, id: string) => db.selectFrom('browsers').select('id').where('id', '=', id),
  ({ rows }) => rows.length > 0,
);

/** Adds a browser. */
export const insertBrowser = preparedWrite((db, row: BrowserRow) =>
  db
    .insertInto('browsers')
    .values(pick(row, ['id', 'token_hash', 'previous_hash', 'created_at', 'rotated_at', 'last_used_at'])),
);

/**
 * Gives the browser a new token. The token that the request carried, with the hash `fromHash`, stays valid until the
 * first use of the new one; the token before it becomes invalid (R40). Of two tabs with the same token only one rotates
 * it, so the browser never keeps a token that the other tab has replaced. `seenHash` is the newest token that was read.
 * Returns false when another request rotated first.
 */
export const rotateBrowser = preparedWrite(
  (db, { id, seenHash, fromHash, toHash, now }: Rotation) =>
    db
      .updateTable('browsers')
      .set({ token_hash: toHash, previous_hash: fromHash, rotated_at: now, last_used_at: now })
      .where('id', '=', id)
      .where('token_hash', '=', seenHash),
  changedOne,
);

interface Rotation {
  id: string;
  seenHash: string;
  fromHash: string;
  toHash: string;
  now: number;
}

/** The devices of all accounts that are known on a browser. */
export async function devicesOnBrowser(db: Db, browserId: string): Promise<DeviceRow[]> {
  return await db.selectFrom('devices').selectAll().where('browser_id', '=', browserId).execute();
}

/** Deletes a browser and all its devices. Returns whether the browser existed. */
export async function deleteBrowser(tx: Tx, id: string): Promise<boolean> {
  await tx.deleteFrom('devices').where('browser_id', '=', id).execute();
  const result = await tx.deleteFrom('browsers').where('id', '=', id).executeTakeFirst();
  return result.numDeletedRows === 1n;
}

/** The device of an account on a browser; undefined when the account is not known there. */
export const deviceOf = prepared(
  (db, browserId: string, accountId: string) =>
    db.selectFrom('devices').selectAll().where('browser_id', '=', browserId).where('account_id', '=', accountId),
  firstRow,
);

/**
 * A device of this account. The row stays unchanged until the transaction ends. Undefined when the device was
 * forgotten.
 */
export const holdDevice = preparedHold((db, { id, accountId }: { id: string; accountId: string }) =>
  db.selectFrom('devices').selectAll().where('id', '=', id).where('account_id', '=', accountId),
);

/** The remembered devices of an account, last used first. */
export async function devicesOfAccount(db: Db, accountId: string, now: number): Promise<DeviceRow[]> {
  return await db
    .selectFrom('devices')
    .selectAll()
    .where('account_id', '=', accountId)
    .where('remembered_until', '>', now)
    .orderBy('last_used_at', 'desc')
    .execute();
}

/** All devices on which the account is known, remembered or not. */
export async function knownDevices(db: Db, accountId: string): Promise<DeviceRow[]> {
  return await db.selectFrom('devices').selectAll().where('account_id', '=', accountId).execute();
}

/**
 * Adds or updates the row of an account and a browser, and returns it. An existing row keeps its id and its creation
 * time. If `remembered_until` or `factor_time` of the new row is null, the stored value stays as it is at the moment of
 * the update.
 */
export const upsertDevice = preparedWrite(
  (db, row: DeviceRow) =>
    db
      .insertInto('devices')
      .values(pick(row, deviceColumns))
      .onConflict((conflict) =>
        conflict.columns(['browser_id', 'account_id']).doUpdateSet((eb) => ({
          name: row.name,
          remembered_until: eb.fn.coalesce('excluded.remembered_until', 'devices.remembered_until'),
          factor_time: eb.fn.coalesce('excluded.factor_time', 'devices.factor_time'),
          last_used_at: row.last_used_at,
        })),
      )
      .returningAll(),
  ({ rows: [stored] }) => {
    if (!stored) throw new Error('The database returned no row for the device.');
    return stored;
  },
);

const deviceColumns = [
  'id',
  'browser_id',
  'account_id',
  'organisation_id',
  'name',
  'remembered_until',
  'factor_time',
  'created_at',
  'last_used_at',
] as const;

/**
 * Stops remembering a device, if it is still remembered until exactly `until`. The device stays known (D7), and a clock
 * that is set back does not make it remembered again (R86).
 */
export async function endRemembering(tx: Tx, id: string, until: number): Promise<void> {
  await tx
    .updateTable('devices')
    .set({ remembered_until: null, factor_time: null })
    .where('id', '=', id)
    .where('remembered_until', '=', until)
    .execute();
}

/** Records a use of a device. It never extends the time for which the device is remembered (R37). */
export async function touchDevice(tx: Tx, id: string, now: number): Promise<void> {
  await tx.updateTable('devices').set({ last_used_at: now }).where('id', '=', id).execute();
}

/** Forgets one device of this account. Returns false for a device of another account (R36). */
export async function forgetDevice(tx: Tx, accountId: string, id: string): Promise<boolean> {
  const row = await tx
    .deleteFrom('devices')
    .where('id', '=', id)
    .where('account_id', '=', accountId)
    .returning('browser_id')
    .executeTakeFirst();
  if (row) await deleteEmptyBrowsers(tx, [row.browser_id]);
  return row !== undefined;
}

/**
 * Stops remembering all devices of an account (R34, R39), and returns how many were remembered. They stay known, each
 * with its own counter of wrong passwords. Otherwise, after a change of factors, a stranger could lock the user out
 * (R44).
 */
export async function clearRemembered(tx: Tx, accountId: string): Promise<number> {
  const result = await tx
    .updateTable('devices')
    .set({ remembered_until: null, factor_time: null })
    .where('account_id', '=', accountId)
    .where('remembered_until', 'is not', null)
    .executeTakeFirst();
  return Number(result.numUpdatedRows);
}

/**
 * Forgets all devices of this account, known and remembered, and returns how many there were. Devices of other accounts
 * on the same browsers stay.
 */
export async function forgetDevicesOfAccount(tx: Tx, accountId: string): Promise<number> {
  const rows = await tx.deleteFrom('devices').where('account_id', '=', accountId).returning('browser_id').execute();
  await deleteEmptyBrowsers(
    tx,
    rows.map((row) => row.browser_id),
  );
  return rows.length;
}

async function deleteEmptyBrowsers(tx: Tx, ids: readonly string[]): Promise<void> {
  if (ids.length === 0) return;
  await tx
    .deleteFrom('browsers')
    .where('id', 'in', ids)
    .where(({ not, exists, selectFrom }) =>
      not(exists(selectFrom('devices').select('devices.id').whereRef('devices.browser_id', '=', 'browsers.id'))),
    )
    .execute();
}
