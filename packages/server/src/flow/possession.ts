import type { Db } from '../store/database.ts';
import { countUnspent } from '../store/recovery-codes.ts';
import type { Possession } from './facts.ts';

/** What an account has to prove itself with, now. */
export async function possessionOf(db: Db, accountId: string): Promise<Possession> {
  const factors = await db
    .selectFrom('factors')
    .select('state')
    .where('account_id', '=', accountId)
    .where('state', 'in', ['active', 'disabled'])
    .execute();
  return {
    totp: factors.some(({ state }) => state === 'active'),
    disabled: factors.some(({ state }) => state === 'disabled'),
    recoveryCodes: await countUnspent(db, accountId),
  };
}
