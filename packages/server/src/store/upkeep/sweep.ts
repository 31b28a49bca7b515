import { sql } from 'kysely';
import { budgetPrefix, sendingPrefix } from '../counters.ts';
import type { Database, Db, Tx } from '../database.ts';

interface Lease {
  name: string;
  holder: string;
  until: number;
  now: number;
}

/** Takes a lease for `holder` until `until`, in ms since the epoch. Returns false while another holder has it. */
export async function takeLease(tx: Tx, { name, holder, until, now }: Lease): Promise<boolean> {
  const taken = await sql<{ name: string }>`
    insert into leases (name, holder, until) values (${name}, ${holder}, ${until})
    on conflict (name) do update set holder = excluded.holder, until = excluded.until
      where leases.until <= ${now} or leases.holder = excluded.holder
    returning name`.execute(tx);
  return taken.rows.length > 0;
}

/** Releases a lease before it expires. */
export async function releaseLease(tx: Tx, { name, holder }: { name: string; holder: string }): Promise<void> {
  await tx.deleteFrom('leases').where('name', '=', name).where('holder', '=', holder).execute();
}

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const YEAR = 365 * DAY;
/** Browsers keep no cookie longer than this (RFC 6265bis §4.1.2.2). */
const COOKIE_LIFE = 400 * DAY;
/** The largest number of rows in one transaction, so that logins never wait long for the sweeper. */
const CHUNK = 500;

/** A rule for rows to delete. `due` is the condition in SQL over the parameter `now`. */
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
  // For a week, an expired link is still reported as expired to a user who opens the email late.
  { table: 'links', key: 'id', due: (now) => sql`expires_at < ${now - 7 * DAY}` },
  // For a day, a code of the help desk is still reported as expired.
  { table: 'desk_codes', key: 'id', due: (now) => sql`expires_at < ${now - DAY}` },
  { table: 'password_codes', key: 'id', due: (now) => sql`expires_at < ${now - DAY}` },
  // For a day, a sent code is still reported as expired.
  { table: 'challenges', key: 'id', due: (now) => sql`expires_at < ${now - DAY}` },
  // For seven days an act blocks its counterpart by the same actor (R83).
  { table: 'desk_acts', key: 'id', due: (now) => sql`at < ${now - 7 * DAY}` },
  // A notice that is older than a month is useless, sent or not. Until then an operator can see which messages failed.
  { table: 'outbox', key: 'id', due: (now) => sql`created_at < ${now - 30 * DAY}` },
  // A phone that was removed is not woken. Its subscription goes before the row of the factor, by which it is found.
  {
    table: 'push_subscriptions',
    key: 'device_id',
    due: (now) => sql`device_id in (select id from factors where state in ('replaced', 'lost') and ended_at < ${now})`,
  },
  // A code of a replaced secret is recognised for 30 days (R16). Then the row and its secret are deleted.
  { table: 'factors', key: 'id', due: (now) => sql`state in ('replaced', 'lost') and ended_at < ${now - 30 * DAY}` },
  // Budgets of past windows (`throttle/throttle.ts`): a range of the primary key that contains nothing else.
  { table: 'counters', key: 'key', due: (now) => sql`key >= 'budget.' and key < ${budgetPrefix(now - DAY)}` },
  // Counters of requested emails, by day (`links/sending.ts`): a range of the primary key as well.
  { table: 'counters', key: 'key', due: (now) => sql`key >= 'mail.' and key < ${`mail.${Math.floor(now / DAY) - 1}`}` },
  // Counters of text messages, by day (`sms/sending-limits.ts`): a range of the primary key as well.
  {
    table: 'counters',
    key: 'key',
    due: (now) => sql`key >= 'sms.' and key < ${sendingPrefix(Math.floor(now / DAY) - 1)}`,
  },
  // Windows of addresses that the previous version wrote.
  {
    table: 'counters',
    key: 'key',
    due: (now) => sql`key >= 'address.' and key < 'address/' and updated_at < ${now - DAY}`,
  },
  // The same rule applies to usernames that exist and to those that do not. Otherwise the sweep would reveal which
  // exist (R53, R93).
  { table: 'counters', key: 'key', due: (now) => sql`updated_at < ${now - YEAR}` },
  // For a day, a link is still reported as expired. Phones that were not linked are deleted when they expire.
  { table: 'push_links', key: 'id', due: (now) => sql`expires_at < ${now - DAY}` },
  // The phone shows the requests of a month. A denied one stops further requests until a new password is set.
  { table: 'push_requests', key: 'id', due: (now) => sql`created_at < ${now - 30 * DAY} and state <> 'not-me'` },
  { table: 'push_requests', key: 'id', due: (now) => sql`created_at < ${now - YEAR}` },
  // Other processes read them within seconds.
  { table: 'signals', key: 'seq', due: (now) => sql`at < ${now - 5 * MINUTE}` },
  { table: 'burnt_steps', key: ['factor_id', 'step'], due: (now) => sql`until <= ${now}` },
  { table: 'used_ids', key: ['kind', 'id'], due: (now) => sql`expires_at < ${now - HOUR}` },
  // `throttle/` counts these rows for an hour.
  { table: 'stopped_logins', key: ['address', 'account_id'], due: (now) => sql`at < ${now - HOUR}` },
];

/** Deletes the rows that are no longer needed (R66), and returns how many, by table. */
export async function sweep(database: Database, now: number): Promise<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const rule of rules) {
    counts[rule.table] = (counts[rule.table] ?? 0) + (await sweepRule(database, rule, now));
  }
  // R59: a link is kept sealed only while a repeated request would send it again (`links/mail-link.ts`).
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
