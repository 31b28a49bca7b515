import type { Db } from '../database.ts';
import { prepared } from '../prepared.ts';
import type { FactorRow } from '../schema.ts';

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
