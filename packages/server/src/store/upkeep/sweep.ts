import { sql } from 'kysely';
import { budgetPrefix } from '../counters.ts';
import type { Database, Db, Tx } from '../database.ts';

interface Lease {
  name: string;
  holder: string;
  until: number;
  now: number;
}

/** True when `holder` has the task until then: it was free, run out, or its own already. */
export async function takeLease(tx: Tx, { name, holder, until, now }: Lease): Promise<boolean> {
  const taken = await sql<{ name: string }>`
    insert into leases (name, holder, until) values (${name}, ${holder}, ${until})
    on conflict (name) do update set holder = excluded.holder, until = excluded.until
      where leases.until <= ${now} or leases.holder = excluded.holder
    returning name`.execute(tx);
  return taken.rows.length > 0;
}

/** Lets others in before the lease runs out. */
export async function releaseLease(tx: Tx, { name, holder }: { name: string; holder: string }): Promise<void> {
  await tx.deleteFrom('leases').where('name', '=', name).where('holder', '=', holder).execute();
}

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const YEAR = 365 * DAY;
/** A browser keeps no cookie longer than this (RFC 6265bis §4.1.2.2). */
const COOKIE_LIFE = 400 * DAY;
/** Rows a transaction, so that logins never wait long for the broom. */
const CHUNK = 500;

/** One kind of rows that have had their time: SQL over the parameter `now`, answering the primary keys. */
interface Rule {
  table: string;
  /** The columns of the primary key. */
  key: string | readonly string[];
  due(now: number): ReturnType<typeof sql>;
}

const rules: readonly Rule[] = [
  { table: 'flows', key: 'id', due: (now) => sql`ended_at < ${now - 5 * MINUTE}` },
  { table: 'flows', key: 'id', due: (now) => sql`expires_at < ${now - HOUR}` },
  { table: 'sessions', key: 'id_hash', due: (now) => sql`expires_at <= ${now}` },
  { table: 'devices', key: 'id', due: (now) => sql`last_used_at < ${now - COOKIE_LIFE}` },
  { table: 'browsers', key: 'id', due: (now) => sql`last_used_at < ${now - COOKIE_LIFE}` },
  { table: 'idempotency', key: 'key', due: (now) => sql`expires_at <= ${now}` },
  // A link that has had its time says so for a week to who finds the mail late, then it is nothing any more.
  { table: 'links', key: 'id', due: (now) => sql`expires_at < ${now - 7 * DAY}` },
  // A help-desk code says for a day that its time is over.
  { table: 'desk_codes', key: 'id', due: (now) => sql`expires_at < ${now - DAY}` },
  { table: 'password_codes', key: 'id', due: (now) => sql`expires_at < ${now - DAY}` },
  // What the same actor may not do to an account is refused for seven days (R83).
  { table: 'desk_acts', key: 'id', due: (now) => sql`at < ${now - 7 * DAY}` },
  // A notice of a month ago helps nobody, sent or not; what could not be sent is somebody's to look at until then.
  { table: 'outbox', key: 'id', due: (now) => sql`created_at < ${now - 30 * DAY}` },
  // A replaced secret tells an old code apart for 30 days (R16), then the row goes and the secret with it.
  { table: 'factors', key: 'id', due: (now) => sql`state in ('replaced', 'lost') and ended_at < ${now - 30 * DAY}` },
  // Budgets of windows that are over (`throttle/budgets.ts`): a range of the primary key that holds nothing else.
  { table: 'counters', key: 'key', due: (now) => sql`key >= 'budget.' and key < ${budgetPrefix(now - DAY)}` },
  // So are those of mails that were asked for, by day (`links/sending.ts`).
  { table: 'counters', key: 'key', due: (now) => sql`key >= 'mail.' and key < ${`mail.${Math.floor(now / DAY) - 1}`}` },
  // Windows of addresses as the version before this one wrote them.
  {
    table: 'counters',
    key: 'key',
    due: (now) => sql`key >= 'address.' and key < 'address/' and updated_at < ${now - DAY}`,
  },
  // A name that exists and one that doesn't go by one rule: else the sweep would reveal which is which (R53, R93).
  { table: 'counters', key: 'key', due: (now) => sql`updated_at < ${now - YEAR}` },
  { table: 'burnt_steps', key: ['factor_id', 'step'], due: (now) => sql`until <= ${now}` },
  // Counted by `throttle/` for an hour.
  { table: 'stopped_logins', key: ['address', 'account_id'], due: (now) => sql`at < ${now - HOUR}` },
];

/** Deletes the rows that have had their time (R66); answers how many went, by table. */
export async function sweep(database: Database, now: number): Promise<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const rule of rules) {
    counts[rule.table] = (counts[rule.table] ?? 0) + (await sweepRule(database, rule, now));
  }
  // R59: a link is kept sealed for no longer than another request would send it again (`links/mail-plan.ts`).
  await inChunks(database, (tx) =>
    deleted(
      sql`update links set sealed = null where id in
      (select id from links where sealed is not null and mailed_at < ${now - 15 * MINUTE} limit ${sql.lit(CHUNK)})`,
      tx,
    ),
  );
  return counts;
}

async function sweepRule(database: Database, { table, key, due }: Rule, now: number): Promise<number> {
  const name = sql.table(table);
  const columns = sql.join([key].flat().map((column) => sql.ref(column)));
  return await inChunks(database, (tx) =>
    deleted(
      sql`delete from ${name} where (${columns}) in
      (select ${columns} from ${name} where ${due(now)} limit ${sql.lit(CHUNK)})`,
      tx,
    ),
  );
}

async function inChunks(database: Database, chunk: (tx: Db) => Promise<number>): Promise<number> {
  let total = 0;
  for (;;) {
    const count = await database.write(chunk);
    total += count;
    if (count < CHUNK) return total;
  }
}

async function deleted(statement: ReturnType<typeof sql>, tx: Db): Promise<number> {
  return Number((await statement.execute(tx)).numAffectedRows ?? 0n);
}
