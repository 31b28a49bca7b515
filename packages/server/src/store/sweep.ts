import { sql } from 'kysely';
import type { Database, Db } from './database.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
/** A browser keeps no cookie longer than this (RFC 6265bis §4.1.2.2). */
const COOKIE_LIFE = 400 * DAY;
/** Rows a transaction, so that logins never wait long for the broom. */
const CHUNK = 500;

/** One kind of rows that have had their time: SQL over the parameter `now`, answering the primary keys. */
interface Rule {
  table: string;
  key: string;
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
  // The hard counter of a name counts until the next success, however long that takes (D7).
  // Counters of addresses belong to a window of time that is over (`http/throttle.ts`); a range of the primary key.
  {
    table: 'counters',
    key: 'key',
    due: (now) => sql`key >= 'address.' and key < 'address/' and updated_at < ${now - DAY}`,
  },
  // So do those of mails that were asked for (`links/sending.ts`).
  {
    table: 'counters',
    key: 'key',
    due: (now) => sql`key >= 'mail.' and key < 'mail/' and updated_at < ${now - DAY}`,
  },
  { table: 'counters', key: 'key', due: (now) => sql`hard = 0 and updated_at < ${now - 30 * DAY}` },
];

/** Deletes the rows that have had their time (R66); answers how many went, by table. */
export async function sweep(database: Database, now: number): Promise<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const rule of rules) {
    counts[rule.table] = (counts[rule.table] ?? 0) + (await sweepRule(database, rule, now));
  }
  counts.burnt_steps = await inChunks(database, (tx) =>
    deleted(
      sql`delete from burnt_steps where (factor_id, step) in
      (select factor_id, step from burnt_steps where until <= ${now} limit ${sql.lit(CHUNK)})`,
      tx,
    ),
  );
  return counts;
}

async function sweepRule(database: Database, { table, key, due }: Rule, now: number): Promise<number> {
  const [name, id] = [sql.table(table), sql.ref(key)];
  return await inChunks(database, (tx) =>
    deleted(
      sql`delete from ${name} where ${id} in
      (select ${id} from ${name} where ${due(now)} limit ${sql.lit(CHUNK)})`,
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
