import type { Db, Tx } from '../database.ts';
import { changedOne, preparedWrite } from '../prepared.ts';

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
