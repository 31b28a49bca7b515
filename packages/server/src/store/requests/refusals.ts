import { sql } from 'kysely';
import type { Tx } from '../database.ts';
import { prepared, preparedWrite } from '../prepared.ts';
import type { RefusalRow } from '../schema.ts';

/**
 * Counts a refusal in its window. Returns true for the first one; of many parallel refusals exactly one is the first.
 */
export const countRefusal = preparedWrite(
  (_db, row: RefusalRow) => sql<Pick<RefusalRow, 'repeated'>>`
    insert into refusals (key, event, result, organisation_id, pseudonym, method, address, started_at, ends_at, repeated)
    values (${row.key}, ${row.event}, ${row.result}, ${row.organisation_id}, ${row.pseudonym}, ${row.method},
      ${row.address}, ${row.started_at}, ${row.ends_at}, ${row.repeated})
    on conflict (key) do update set repeated = refusals.repeated + 1
    returning repeated`,
  ({ rows: [counted] }) => counted?.repeated === 0,
);

/** Removes windows that have ended from the table and returns them, oldest first, at most `limit`. */
export async function takeEndedRefusals(tx: Tx, now: number, limit: number): Promise<RefusalRow[]> {
  const taken = await sql<RefusalRow>`
    delete from refusals where key in
      (select key from refusals where ends_at <= ${now} order by ends_at limit ${sql.lit(limit)})
    returning *`.execute(tx);
  return taken.rows;
}

/**
 * ms after which another stop of the same login is recorded. Until then the first time stays, so that repeated attempts
 * hide nothing.
 */
const RECORD_AGAIN_AFTER = 3_600_000;

interface Stopped {
  address: string;
  accountId: string;
  at: number;
}

/** Records that a correct password was entered at an address and that the login is not finished. */
export const recordStopped = preparedWrite(
  (_db, { address, accountId, at }: Stopped) => sql`
    insert into stopped_logins (address, account_id, at) values (${address}, ${accountId}, ${at})
    on conflict (address, account_id) do update set at = excluded.at
      where stopped_logins.at <= excluded.at - ${sql.lit(RECORD_AGAIN_AFTER)}`,
);

/** Deletes the record of a login that was finished. */
export const forgetStopped = preparedWrite((db, { address, accountId }: Omit<Stopped, 'at'>) =>
  db.deleteFrom('stopped_logins').where('address', '=', address).where('account_id', '=', accountId),
);

/**
 * How many accounts have logins that stopped at an address after `after` and not after `until`. Counts up to `limit`.
 */
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
