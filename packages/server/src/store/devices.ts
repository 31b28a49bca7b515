import type { Db, Tx } from './database.ts';
import { changedOne, firstRow, pick, prepared, preparedHold, preparedWrite } from './prepared.ts';
import type { BrowserRow, DeviceRow } from './schema.ts';

export interface FoundBrowser {
  browser: BrowserRow;
  /** `previous`: the token before the last rotation, good until the newest one is used (R40). */
  match: 'current' | 'previous';
}

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

/** Whether a browser of this id was seen before. */
export const hasBrowser = prepared(
  (db, id: string) => db.selectFrom('browsers').select('id').where('id', '=', id),
  ({ rows }) => rows.length > 0,
);

export const insertBrowser = preparedWrite((db, row: BrowserRow) =>
  db
    .insertInto('browsers')
    .values(pick(row, ['id', 'token_hash', 'previous_hash', 'created_at', 'rotated_at', 'last_used_at'])),
);

/**
 * Gives the browser a new token; the one it came with stays good until the new one's first use, the one before that
 * dies (R40). True when this caller won: of two tabs that came with the same token one alone rotates, so that the
 * browser never holds a token that the other tab's has replaced. `seenHash` is the newest token as it was read.
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

/** Everybody who is known on a browser. */
export async function devicesOnBrowser(db: Db, browserId: string): Promise<DeviceRow[]> {
  return await db.selectFrom('devices').selectAll().where('browser_id', '=', browserId).execute();
}

/** Ends a browser and forgets everybody on it. */
export async function killBrowser(tx: Tx, id: string): Promise<boolean> {
  await tx.deleteFrom('devices').where('browser_id', '=', id).execute();
  const result = await tx.deleteFrom('browsers').where('id', '=', id).executeTakeFirst();
  return result.numDeletedRows === 1n;
}

export const deviceOf = prepared(
  (db, browserId: string, accountId: string) =>
    db.selectFrom('devices').selectAll().where('browser_id', '=', browserId).where('account_id', '=', accountId),
  firstRow,
);

/** A device of this account, which stays as it is until the unit ends; undefined when it was forgotten. */
export const holdDevice = preparedHold((db, { id, accountId }: { id: string; accountId: string }) =>
  db.selectFrom('devices').selectAll().where('id', '=', id).where('account_id', '=', accountId),
);

/** The devices that are remembered now, last used first. */
export async function devicesOfAccount(db: Db, accountId: string, now: number): Promise<DeviceRow[]> {
  return await db
    .selectFrom('devices')
    .selectAll()
    .where('account_id', '=', accountId)
    .where('remembered_until', '>', now)
    .orderBy('last_used_at', 'desc')
    .execute();
}

/** Every device that the account is known on, remembered or not. */
export async function knownDevices(db: Db, accountId: string): Promise<DeviceRow[]> {
  return await db.selectFrom('devices').selectAll().where('account_id', '=', accountId).execute();
}

/**
 * One row for an account and browser: an existing row keeps its id and its age, and, where none is given, its remembering, as
 * it is at that moment and not as it was read before. Answers the row as it stands now.
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
  ({ rows: [stands] }) => {
    if (!stands) throw new Error('The device was not written.');
    return stands;
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

/** The remembering of a device is over: it stays known (D7), and a clock that is set back does not revive it (R86). */
export async function endRemembering(tx: Tx, id: string, until: number): Promise<void> {
  await tx
    .updateTable('devices')
    .set({ remembered_until: null, factor_time: null })
    .where('id', '=', id)
    .where('remembered_until', '=', until)
    .execute();
}

/** A use never extends the remembering (R37). */
export async function touchDevice(tx: Tx, id: string, now: number): Promise<void> {
  await tx.updateTable('devices').set({ last_used_at: now }).where('id', '=', id).execute();
}

/** Forgets one device of this account; another's id gives false (R36). */
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
 * No device of this account is remembered any more (R34, R39). Each stays known, with its own count of wrong passwords: else
 * a change of factors would let a stranger lock the owner out (R44). Answers how many were remembered.
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

/** Forgets all devices of this account, known and remembered; others on the same browsers stay. Answers how many. */
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
