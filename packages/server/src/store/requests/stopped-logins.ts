import { sql } from 'kysely';
import { prepared, preparedWrite } from '../prepared.ts';

/** ms after which a login that stopped is noted anew. Before that the first time stays: trying again hides nothing. */
const KEPT = 3_600_000;

interface Stopped {
  address: string;
  accountId: string;
  at: number;
}

/** Notes that a right password was given at an address, and that the login goes on. */
export const noteStopped = preparedWrite(
  (_db, { address, accountId, at }: Stopped) => sql`
    insert into stopped_logins (address, account_id, at) values (${address}, ${accountId}, ${at})
    on conflict (address, account_id) do update set at = excluded.at
      where stopped_logins.at <= excluded.at - ${sql.lit(KEPT)}`,
);

/** The login was finished. */
export const forgetStopped = preparedWrite((db, { address, accountId }: Omit<Stopped, 'at'>) =>
  db.deleteFrom('stopped_logins').where('address', '=', address).where('account_id', '=', accountId),
);

/** How many accounts' logins stopped at an address between two times; counts no further than `limit`. */
export const countStopped = prepared(
  (db, address: string, { after, until }: { after: number; until: number }, limit: number) =>
    db
      .selectFrom('stopped_logins')
      .select('account_id')
      .where('address', '=', address)
      .where('at', '>', after)
      .where('at', '<=', until)
      .limit(limit),
  ({ rows }) => rows.length,
);
