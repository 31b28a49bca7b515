import { sql } from 'kysely';
import type { Tx } from '../database.ts';
import { prepared, preparedWrite } from '../prepared.ts';
import type { RefusalRow } from '../schema.ts';

/** Counts a refusal of a window. True for the first one, of any number that come at the same moment exactly once. */
export const countRefusal = preparedWrite(
  (_db, row: RefusalRow) => sql<Pick<RefusalRow, 'repeated'>>`
    insert into refusals (key, event, result, organisation_id, pseudonym, method, address, started_at, ends_at, repeated)
    values (${row.key}, ${row.event}, ${row.result}, ${row.organisation_id}, ${row.pseudonym}, ${row.method},
      ${row.address}, ${row.started_at}, ${row.ends_at}, ${row.repeated})
    on conflict (key) do update set repeated = refusals.repeated + 1
    returning repeated`,
  ({ rows: [counted] }) => counted?.repeated === 0,
);

/** Takes windows that have ended out of the table, oldest first, at most `limit`. */
export async function takeEndedRefusals(tx: Tx, now: number, limit: number): Promise<RefusalRow[]> {
  const taken = await sql<RefusalRow>`
    delete from refusals where key in
      (select key from refusals where ends_at <= ${now} order by ends_at limit ${sql.lit(limit)})
    returning *`.execute(tx);
  return taken.rows;
}

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
