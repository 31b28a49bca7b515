import type { Db } from '../store/database.ts';
import { prepared } from '../store/prepared.ts';
import type { FactorRow } from '../store/schema.ts';
import type { Possession } from './facts.ts';

/** The factors of an account that are active, and those that the hard cap has disabled. */
export async function factorsOf(db: Db, accountId: string): Promise<Pick<FactorRow, 'id' | 'state'>[]> {
  return (await factorStates(db, { accountId })).rows;
}

/** What an account has to prove itself with, now. */
export async function possessionOf(db: Db, accountId: string): Promise<Possession> {
  const factors = await factorsOf(db, accountId);
  const [counts] = (await unspentCodes(db, { accountId })).rows;
  const { recoveryCodes = 0, deskCode = 0 } = counts ?? {};
  return {
    totp: factors.some(({ state }) => state === 'active'),
    disabled: factors.some(({ state }) => state === 'disabled'),
    recoveryCodes: recoveryCodes ?? 0,
    ...(deskCode ? { deskCode: true } : {}),
  };
}

const factorStates = prepared((db, { accountId }: { accountId: string }) =>
  db
    .selectFrom('factors')
    .select(['id', 'state'])
    .where('account_id', '=', accountId)
    .where('state', 'in', ['active', 'disabled']),
);

const unspentCodes = prepared((db, { accountId }: { accountId: string }) =>
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
      .as('deskCode'),
  ]),
);
