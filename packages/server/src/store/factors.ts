import type { Method } from '@tweestap/protocol';
import type { Db, Tx } from './database.ts';
import { changedOne, chunks, prepared, preparedWrite } from './prepared.ts';
import type { FactorRow, NewFactorRow } from './schema.ts';

/** Newest first; of one method, or of all. */
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

/** Replaced ones that ended at `since` or later: they only distinguish an old code from a wrong one (R16). */
export async function recentlyReplacedFactors(
  db: Db,
  accountId: string,
  { method, since }: { method: Method; since: number },
): Promise<FactorRow[]> {
  return await db
    .selectFrom('factors')
    .selectAll()
    .where('account_id', '=', accountId)
    .where('method', '=', method)
    .where('state', '=', 'replaced')
    .where('ended_at', '>=', since)
    .orderBy('ended_at', 'desc')
    .execute();
}

/** Which steps of these factors are burnt now (R18a). */
export async function burntSteps(db: Db, factorIds: readonly string[], now: number): Promise<Map<string, Set<number>>> {
  const burnt = new Map<string, Set<number>>();
  if (factorIds.length === 0) return burnt;
  const rows = await db
    .selectFrom('burnt_steps')
    .select(['factor_id', 'step'])
    .where('factor_id', 'in', factorIds)
    .where('until', '>', now)
    .execute();
  for (const row of rows) burnt.set(row.factor_id, (burnt.get(row.factor_id) ?? new Set()).add(row.step));
  return burnt;
}

/** What a lost factor keeps of what was sealed: nothing. */
const FORGOTTEN = { secret: '', data: null } as const;

export async function insertFactor(tx: Tx, row: NewFactorRow): Promise<void> {
  await tx.insertInto('factors').values(row).execute();
}

export async function insertFactors(tx: Tx, rows: readonly NewFactorRow[]): Promise<void> {
  for (const some of chunks(rows)) await tx.insertInto('factors').values(some).execute();
}

/** Of any state, newest first. */
export async function allFactors(db: Db, accountId: string): Promise<FactorRow[]> {
  return await db
    .selectFrom('factors')
    .selectAll()
    .where('account_id', '=', accountId)
    .orderBy('created_at', 'desc')
    .execute();
}

/** How many active factors each of these accounts has; those without one are left out. */
export async function countFactors(db: Db, accountIds: readonly string[]): Promise<Map<string, number>> {
  const counts = new Map<string, number>();
  for (const some of chunks(accountIds)) {
    const rows = await db
      .selectFrom('factors')
      .select(({ fn }) => ['account_id', fn.countAll<number>().as('count')])
      .where('account_id', 'in', some)
      .where('state', '=', 'active')
      .groupBy('account_id')
      .execute();
    for (const row of rows) counts.set(row.account_id, row.count);
  }
  return counts;
}

/**
 * Accepts a TOTP step: one conditional update that exactly one of many submissions wins (R14, R63). A step at or below
 * the last accepted one, a burnt step and a factor that is no longer active lose.
 */
export const spendTotpStep = preparedWrite(
  (db, { factorId, step, now }: { factorId: string; step: number; now: number }) =>
    db
      .updateTable('factors')
      .set({ last_step: step, last_used_at: now })
      .where('id', '=', factorId)
      .where('state', '=', 'active')
      .where('last_step', '<', step)
      .where(({ not, exists, selectFrom }) =>
        not(
          exists(
            selectFrom('burnt_steps')
              .select('burnt_steps.step')
              .whereRef('burnt_steps.factor_id', '=', 'factors.id')
              .where('burnt_steps.step', '=', step),
          ),
        ),
      ),
  changedOne,
);

/** Burns one step of one factor until then; false when it was burnt already (R18a). */
export async function burnTotpStep(
  tx: Tx,
  { factorId, step, until }: { factorId: string; step: number; until: number },
): Promise<boolean> {
  const result = await tx
    .insertInto('burnt_steps')
    .values({ factor_id: factorId, step, until })
    .onConflict((conflict) => conflict.columns(['factor_id', 'step']).doNothing())
    .executeTakeFirst();
  return result.numInsertedOrUpdatedRows === 1n;
}

/** Policy `one`: the account's other active factors of the method verify no more (R11, R16). Returns how many. */
export async function replaceFactors(
  tx: Tx,
  accountId: string,
  { method, exceptId, now }: { method: Method; exceptId: string; now: number },
): Promise<number> {
  const result = await tx
    .updateTable('factors')
    .set({ state: 'replaced', ended_at: now })
    .where('account_id', '=', accountId)
    .where('method', '=', method)
    .where('state', '=', 'active')
    .where('id', '!=', exceptId)
    .executeTakeFirst();
  return Number(result.numUpdatedRows);
}

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

/** Ends one active factor. One that was lost forgets its secret at once: it must tell nothing any more (R16). */
export async function endFactor(
  tx: Tx,
  accountId: string,
  id: string,
  state: Exclude<FactorRow['state'], 'active'>,
  now: number,
): Promise<boolean> {
  const result = await tx
    .updateTable('factors')
    .set({ state, ended_at: now, ...(state === 'lost' ? FORGOTTEN : {}) })
    .where('id', '=', id)
    .where('account_id', '=', accountId)
    .where('state', '=', 'active')
    .executeTakeFirst();
  return result.numUpdatedRows === 1n;
}

/** The hard cap was reached: no factor of the method verifies until one is enrolled again (D7). Returns how many. */
export async function disableFactors(tx: Tx, accountId: string, method: Method, now: number): Promise<number> {
  const result = await tx
    .updateTable('factors')
    .set({ state: 'disabled', ended_at: now })
    .where('account_id', '=', accountId)
    .where('method', '=', method)
    .where('state', '=', 'active')
    .executeTakeFirst();
  return Number(result.numUpdatedRows);
}

/** A factor was enrolled: those that a hard cap disabled, of any method, are replaced by it (D7). Returns how many. */
export async function replaceDisabledFactors(tx: Tx, accountId: string, now: number): Promise<number> {
  const result = await tx
    .updateTable('factors')
    .set({ state: 'replaced', ended_at: now })
    .where('account_id', '=', accountId)
    .where('state', '=', 'disabled')
    .executeTakeFirst();
  return Number(result.numUpdatedRows);
}

/** The help desk took all factors, disabled ones too; lost ones forget their secrets. Answers how many. */
export async function endAllFactors(
  tx: Tx,
  accountId: string,
  state: 'lost' | 'replaced',
  now: number,
): Promise<number> {
  const result = await tx
    .updateTable('factors')
    .set({ state, ended_at: now, ...(state === 'lost' ? FORGOTTEN : {}) })
    .where('account_id', '=', accountId)
    .where('state', 'in', ['active', 'disabled'])
    .executeTakeFirst();
  return Number(result.numUpdatedRows);
}

/** A factor that is active or disabled. */
export type HeldFactor = Pick<FactorRow, 'id' | 'method' | 'state'>;

/** The factors of an account that are active, and those that the hard cap has disabled. */
export async function heldFactors(db: Db, accountId: string): Promise<HeldFactor[]> {
  return (await factorStates(db, { accountId })).rows;
}

const factorStates = prepared((db, { accountId }: { accountId: string }) =>
  db
    .selectFrom('factors')
    .select(['id', 'method', 'state'])
    .where('account_id', '=', accountId)
    .where('state', 'in', ['active', 'disabled']),
);

/** How many codes of an account are unspent: recovery codes, and codes of the help desk. */
export async function unspentCodes(db: Db, accountId: string): Promise<{ recoveryCodes: number; deskCodes: number }> {
  const [counts] = (await codeCounts(db, { accountId })).rows;
  return { recoveryCodes: counts?.recoveryCodes ?? 0, deskCodes: counts?.deskCodes ?? 0 };
}

const codeCounts = prepared((db, { accountId }: { accountId: string }) =>
  db.selectNoFrom(({ selectFrom, fn }) => [
    selectFrom('recovery_codes')
      .select(fn.countAll<number>().as('count'))
      .where('account_id', '=', accountId)
      .where('spent_at', 'is', null)
      .as('recoveryCodes'),
    selectFrom('desk_codes')
      .select(fn.countAll<number>().as('count'))
      .where('account_id', '=', accountId)
      .where('spent_at', 'is', null)
      .as('deskCodes'),
  ]),
);
