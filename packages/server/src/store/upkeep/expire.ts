import { sql } from 'kysely';
import type { Database, Tx } from '../database.ts';
import { APPROVAL_LIFE_MS } from '../push/push-requests.ts';

/** The largest number of rows in one transaction, so that logins never wait long for it. */
const CHUNK = 500;

/** The times that decide which rows have expired. */
export interface Expiry {
  /** ms since the epoch. */
  now: number;
  /** ms since the epoch. Sessions that were last used at this time or before have been idle for too long (R71). */
  idleSince: number;
}

/**
 * Ends expired rows permanently: a clock that is set back later must not revive them (R86). The sweeper deletes the
 * rows later. Returns how many rows of each table were ended.
 */
export async function expire(database: Database, expiry: Expiry): Promise<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const { table, end } of expiryRules) {
    counts[table] = (counts[table] ?? 0) + (await inChunks(database, (tx) => end(tx, expiry)));
  }
  return counts;
}

interface Rule {
  table: string;
  /** Ends at most one chunk of rows, and returns how many. */
  end(tx: Tx, expiry: Expiry): Promise<number>;
}

/** The rules for each kind of row that expires. */
export const expiryRules: readonly Rule[] = [
  {
    table: 'flows',
    // An expired flow is treated like one that a revocation ends: without facts, and expired for every request.
    end: (tx, { now }) =>
      changed(
        tx,
        sql`update flows set ended_at = ${now}, facts = '{}', version = version + 1 where id in
        (select id from flows where ended_at is null and expires_at <= ${now} limit ${sql.lit(CHUNK)})
        and ended_at is null and expires_at <= ${now}`,
      ),
  },
  {
    table: 'sessions',
    end: (tx, { idleSince }) =>
      changed(
        tx,
        sql`delete from sessions where id_hash in
        (select id_hash from sessions where last_seen_at <= ${idleSince} limit ${sql.lit(CHUNK)})
        and last_seen_at <= ${idleSince}`,
      ),
  },
  {
    table: 'devices',
    // The device is no longer remembered, but stays known (D7).
    end: (tx, { now }) =>
      changed(
        tx,
        sql`update devices set remembered_until = null, factor_time = null where id in
        (select id from devices where remembered_until <= ${now} limit ${sql.lit(CHUNK)})
        and remembered_until <= ${now}`,
      ),
  },
  {
    table: 'links',
    end: (tx, { now }) =>
      changed(
        tx,
        sql`update links set voided_at = ${now} where id in
        (select id from links where used_at is null and voided_at is null and expires_at <= ${now}
        limit ${sql.lit(CHUNK)}) and used_at is null and voided_at is null`,
      ),
  },
  {
    table: 'desk_codes',
    end: (tx, { now }) =>
      changed(
        tx,
        sql`update desk_codes set expired_at = ${now} where id in
        (select id from desk_codes where spent_at is null and expired_at is null and expires_at <= ${now}
        limit ${sql.lit(CHUNK)})`,
      ),
  },
  {
    table: 'password_codes',
    end: (tx, { now }) =>
      changed(
        tx,
        sql`update password_codes set expired_at = ${now} where id in
        (select id from password_codes where spent_at is null and expired_at is null and expires_at <= ${now}
        limit ${sql.lit(CHUNK)})`,
      ),
  },
  {
    table: 'challenges',
    end: (tx, { now }) =>
      changed(
        tx,
        sql`update challenges set voided_at = ${now} where id in
        (select id from challenges where spent_at is null and voided_at is null and expires_at <= ${now}
        limit ${sql.lit(CHUNK)}) and spent_at is null and voided_at is null`,
      ),
  },
  {
    table: 'outbox',
    // The code in the message can no longer be used, so neither it nor the phone number is kept (R59).
    end: (tx, { now }) =>
      changed(
        tx,
        sql`update outbox set state = 'dead', claim = null, data = '{}', last_error = 'expired' where id in
        (select id from outbox where state = 'due' and expires_at is not null and expires_at <= ${now}
        limit ${sql.lit(CHUNK)}) and state = 'due' and expires_at <= ${now}`,
      ),
  },
  {
    table: 'push_links',
    end: (tx, { now }) =>
      changed(
        tx,
        sql`update push_links set voided_at = ${now} where id in
        (select id from push_links where voided_at is null and expires_at <= ${now} limit ${sql.lit(CHUNK)})`,
      ),
  },
  {
    table: 'push_devices',
    end: (tx, { now }) =>
      changed(
        tx,
        sql`delete from push_devices where id in
        (select id from push_devices where expires_at <= ${now} limit ${sql.lit(CHUNK)})`,
      ),
  },
  {
    table: 'push_requests',
    end: (tx, { now }) =>
      changed(
        tx,
        sql`update push_requests set state = 'voided' where id in
        (select id from push_requests where state = 'pending' and expires_at <= ${now} limit ${sql.lit(CHUNK)})
        and state = 'pending'`,
      ),
  },
  {
    table: 'push_requests',
    // An approval that its flow has not used in time.
    end: (tx, { now }) =>
      changed(
        tx,
        sql`update push_requests set state = 'voided' where id in
        (select id from push_requests where state = 'approved' and answered_at <= ${now - APPROVAL_LIFE_MS}
        limit ${sql.lit(CHUNK)}) and state = 'approved'`,
      ),
  },
];

async function inChunks(database: Database, chunk: (tx: Tx) => Promise<number>): Promise<number> {
  let total = 0;
  for (;;) {
    const count = await database.write(chunk);
    total += count;
    if (count < CHUNK) return total;
  }
}

async function changed(tx: Tx, statement: ReturnType<typeof sql>): Promise<number> {
  return Number((await statement.execute(tx)).numAffectedRows ?? 0n);
}
