import type { Db } from './database.ts';
import { prepared } from './prepared.ts';
import type { FactorRow } from './schema.ts';

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
