import type { Method } from '@tweestap/protocol';
import type { Db, Tx } from '../database.ts';
import { chunks, prepared } from '../prepared.ts';
import type { FactorRow, NewFactorRow } from '../schema.ts';

/** The active factors of an account, of one method or of all, newest first. */
export const activeFactors: (db: Db, accountId: string, method?: Method) => Promise<FactorRow[]> = prepared(
  (db, accountId: string, _method?: Method) =>
    db
      .selectFrom('factors')
      .selectAll()
      .where('account_id', '=', accountId)
      .where('state', '=', 'active')
      .orderBy('created_at', 'desc'),
  ({ rows }, _accountId, method) => (method === undefined ? rows : rows.filter((row) => row.method === method)),
);

/** Adds a factor. */
export async function insertFactor(tx: Tx, row: NewFactorRow): Promise<void> {
  await tx.insertInto('factors').values(row).execute();
}

/** The defaults of the columns that only some methods have. On SQLite, rows of one statement must name the same columns. */
const DEFAULTS = { data: null, external_id: null, sign_count: 0 } as const;

/** Adds many factors, also of different methods. */
export async function insertFactors(tx: Tx, rows: readonly NewFactorRow[]): Promise<void> {
  const complete = rows.map((row) => ({ ...DEFAULTS, ...row }));
  for (const chunk of chunks(complete)) await tx.insertInto('factors').values(chunk).execute();
}

/** All factors of an account in any state, newest first. */
export async function allFactors(db: Db, accountId: string): Promise<FactorRow[]> {
  return await db
    .selectFrom('factors')
    .selectAll()
    .where('account_id', '=', accountId)
    .orderBy('created_at', 'desc')
    .execute();
}

/** The active factors of a method of many accounts. */
export async function factorsOfAccounts(db: Db, accountIds: readonly string[], method: Method): Promise<FactorRow[]> {
  const found: FactorRow[] = [];
  for (const chunk of chunks(accountIds)) {
    const rows = await db
      .selectFrom('factors')
      .selectAll()
      .where('account_id', 'in', chunk)
      .where('state', '=', 'active')
      .where('method', '=', method)
      .execute();
    found.push(...rows);
  }
  return found;
}

/** The number of active factors of each account. Accounts without an active factor are left out. */
export async function countFactors(db: Db, accountIds: readonly string[]): Promise<Map<string, number>> {
  const counts = new Map<string, number>();
  for (const chunk of chunks(accountIds)) {
    const rows = await db
      .selectFrom('factors')
      .select(({ fn }) => ['account_id', fn.countAll<number>().as('count')])
      .where('account_id', 'in', chunk)
      .where('state', '=', 'active')
      .where(({ eb, or }) => or([eb('external_id', 'is', null), eb('external_id', 'not like', `${companionOf('')}%`)]))
      .groupBy('account_id')
      .execute();
    for (const row of rows) counts.set(row.account_id, row.count);
  }
  return counts;
}

/**
 * Records the use of an active factor. Returns false when it is no longer active, so a proof of a factor that was removed
 * meanwhile is refused (R92).
 */
export async function useFactor(tx: Tx, id: string, now: number): Promise<boolean> {
  const result = await tx
    .updateTable('factors')
    .set({ last_used_at: now })
    .where('id', '=', id)
    .where('state', '=', 'active')
    .executeTakeFirst();
  return result.numUpdatedRows === 1n;
}

/** Replaces the sealed data of an active factor. */
export async function setFactorData(tx: Tx, id: string, data: string): Promise<void> {
  await tx.updateTable('factors').set({ data }).where('id', '=', id).where('state', '=', 'active').execute();
}

/** Renames an active factor of this account. Returns false when the account has no such factor. */
export async function renameFactor(tx: Tx, accountId: string, id: string, name: string): Promise<boolean> {
  const result = await tx
    .updateTable('factors')
    .set({ name })
    .where('id', '=', id)
    .where('account_id', '=', accountId)
    .where('state', '=', 'active')
    .executeTakeFirst();
  return result.numUpdatedRows === 1n;
}

/** The name outside the server of a factor that comes along with another one and ends with it. */
export const companionOf = (factorId: string): string => `of.${factorId}`;

/** Whether a factor comes along with another one, so that users see only the other one. */
export const isCompanion = ({ external_id }: Pick<FactorRow, 'external_id'>): boolean =>
  external_id?.startsWith(companionOf('')) === true;
