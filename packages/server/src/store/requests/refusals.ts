import { sql } from 'kysely';
import type { Tx } from '../database.ts';
import { preparedWrite } from '../prepared.ts';
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
