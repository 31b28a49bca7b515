import type { Method } from '@tweestap/protocol';
import type { Db, Tx } from './database.ts';
import { changedOne, chunks, firstRow, prepared, preparedWrite } from './prepared.ts';
import type { FactorRow, NewFactorRow } from './schema.ts';

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

/**
 * The replaced factors of a method that ended at `since` or later, in ms since the epoch. They are used only to
 * recognise a code of a replaced secret (R16).
 */
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

/** The time steps of these factors that are burnt at `now`, by factor id (R18a). */
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

/** The sealed columns of a lost factor: all content is removed. */
const FORGOTTEN = { secret: '', data: null } as const;

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
 * Accepts a TOTP time step with one conditional update, so that only one of many submissions succeeds (R14, R63).
 * Returns false for a time step at or below the last accepted one, for a burnt time step, and for a factor that is no
 * longer active.
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

/**
 * Burns one time step of a factor until `until`, in ms since the epoch. Returns false when it was already burnt (R18a).
 */
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

/**
 * Replaces the other active factors of the method under policy `one`, so that they no longer verify (R11, R16). Returns
 * how many were replaced.
 */
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

/** The active factor of a method with a name outside this server, in any organisation; undefined when there is none. */
export const factorByExternalId = prepared(
  (db, method: Method, externalId: string) =>
    db
      .selectFrom('factors')
      .selectAll()
      .where('method', '=', method)
      .where('external_id', '=', externalId)
      .where('state', '=', 'active'),
  firstRow,
);

/** Whether a factor of any account and state has this name outside the server. It is unique within the method. */
export async function isExternalIdTaken(db: Db, method: Method, externalId: string): Promise<boolean> {
  const row = await db
    .selectFrom('factors')
    .select('id')
    .where('method', '=', method)
    .where('external_id', '=', externalId)
    .executeTakeFirst();
  return row !== undefined;
}

/**
 * Accepts a use of a passkey with one conditional update. Returns false for a passkey that is no longer active, and for a
 * signature counter that another submission has reached meanwhile (WebAuthn L3 §7.2 step 22).
 */
export const usePasskey = preparedWrite(
  (db, { factorId, signCount, now }: { factorId: string; signCount: number; now: number }) =>
    db
      .updateTable('factors')
      .set({ sign_count: signCount, last_used_at: now })
      .where('id', '=', factorId)
      .where('state', '=', 'active')
      .where(({ or, and, eb }) =>
        or([eb('sign_count', '<', signCount), and([eb('sign_count', '=', 0), eb('sign_count', '=', signCount)])]),
      ),
  changedOne,
);

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

/**
 * Ends one active factor of this account together with its companion, and returns whether it did. The secret of a lost factor
 * is erased immediately: its codes must not be recognised any more (R16).
 */
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
    .where(({ eb, or }) => or([eb('id', '=', id), eb('external_id', '=', companionOf(id))]))
    .where('account_id', '=', accountId)
    .where('state', '=', 'active')
    .executeTakeFirst();
  return result.numUpdatedRows > 0n;
}

/**
 * Disables the active factors of a method because the hard cap was reached: none verifies until one is enrolled again
 * (D7). Returns how many were disabled.
 */
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

/**
 * Replaces the factors of any method that a hard cap disabled, because a new factor was enrolled (D7). Returns how many
 * were replaced.
 */
export async function replaceDisabledFactors(tx: Tx, accountId: string, now: number): Promise<number> {
  const result = await tx
    .updateTable('factors')
    .set({ state: 'replaced', ended_at: now })
    .where('account_id', '=', accountId)
    .where('state', '=', 'disabled')
    .executeTakeFirst();
  return Number(result.numUpdatedRows);
}

/**
 * Ends all active and disabled factors of an account, for a reset by the help desk. The secrets of lost factors are
 * erased. Returns how many ended.
 */
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
export type EnrolledFactor = Pick<FactorRow, 'id' | 'method' | 'state' | 'last_used_at' | 'external_id'>;

/** The factors of an account that are active or that the hard cap has disabled. */
export async function enrolledFactors(db: Db, accountId: string): Promise<EnrolledFactor[]> {
  return (await factorStates(db, { accountId })).rows;
}

const factorStates = prepared((db, { accountId }: { accountId: string }) =>
  db
    .selectFrom('factors')
    .select(['id', 'method', 'state', 'last_used_at', 'external_id'])
    .where('account_id', '=', accountId)
    .where('state', 'in', ['active', 'disabled']),
);

/** How many recovery codes and help-desk codes of an account are unspent, and whether its email address is confirmed. */
export async function unspentCodes(
  db: Db,
  accountId: string,
): Promise<{ recoveryCodes: number; deskCodes: number; isEmailConfirmed: boolean }> {
  const [counts] = (await codeCounts(db, { accountId })).rows;
  return {
    recoveryCodes: counts?.recoveryCodes ?? 0,
    deskCodes: counts?.deskCodes ?? 0,
    isEmailConfirmed: (counts?.emailConfirmed ?? null) !== null,
  };
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
    selectFrom('accounts').select('email_confirmed_at').where('id', '=', accountId).as('emailConfirmed'),
  ]),
);
