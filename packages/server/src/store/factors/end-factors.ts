import type { Method } from '@tweestap/protocol';
import type { Db, Tx } from '../database.ts';
import type { FactorRow } from '../schema.ts';
import { companionOf } from './factors.ts';

/** The sealed columns of a lost factor: all content is removed. */
const FORGOTTEN = { secret: '', data: null } as const;

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
