import type { Db } from '../store/database.ts';
import type { Possession } from './facts.ts';

/** What an account has to prove itself with, now. */
export async function possessionOf(db: Db, accountId: string): Promise<Possession> {
  const factors = await db
    .selectFrom('factors')
    .select('state')
    .where('account_id', '=', accountId)
    .where('state', 'in', ['active', 'disabled'])
    .execute();
  const { recoveryCodes, deskCode } = await db
    .selectNoFrom(({ selectFrom, fn }) => [
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
    ])
    .executeTakeFirstOrThrow();
  return {
    totp: factors.some(({ state }) => state === 'active'),
    disabled: factors.some(({ state }) => state === 'disabled'),
    recoveryCodes: recoveryCodes ?? 0,
    ...(deskCode ? { deskCode: true } : {}),
  };
}
