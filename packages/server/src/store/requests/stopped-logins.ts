import { sql } from 'kysely';
import type { Db, Tx } from '../database.ts';
import { prepared } from '../prepared.ts';

/** ms after which a login that stopped is noted anew. Before that the first time stays: trying again hides nothing. */
const KEPT = 3_600_000;

interface Stopped {
  address: string;
  accountId: string;
  at: number;
}

/** Notes that a right password was given at an address, and that the login goes on. */
export async function noteStopped(tx: Tx, stopped: Stopped): Promise<void> {
  await note(tx, { ...stopped, old: stopped.at - KEPT });
}

const note = prepared((db, { address, accountId, at, old }: Stopped & { old: number }) => {
  const statement = sql`
    insert into stopped_logins (address, account_id, at) values (${address}, ${accountId}, ${at})
    on conflict (address, account_id) do update set at = excluded.at where stopped_logins.at <= ${old}`;
  return { compile: () => statement.compile(db) };
});

/** The login was finished. */
export async function forgetStopped(tx: Tx, { address, accountId }: Omit<Stopped, 'at'>): Promise<void> {
  await forget(tx, { address, accountId });
}

const forget = prepared((db, { address, accountId }: Omit<Stopped, 'at'>) =>
  db.deleteFrom('stopped_logins').where('address', '=', address).where('account_id', '=', accountId),
);

/** How many accounts' logins stopped at an address between two times; counts no further than `limit`. */
export async function countStopped(
  db: Db,
  address: string,
  { after, until }: { after: number; until: number },
  limit: number,
): Promise<number> {
  return (await stoppedAt(db, { address, after, until, limit })).rows.length;
}

const stoppedAt = prepared(
  (db, { address, after, until, limit }: { address: string; after: number; until: number; limit: number }) =>
    db
      .selectFrom('stopped_logins')
      .select('account_id')
      .where('address', '=', address)
      .where('at', '>', after)
      .where('at', '<=', until)
      .limit(limit),
);
