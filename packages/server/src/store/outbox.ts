import { type Insertable, sql } from 'kysely';
import type { Database, Db, Tx } from './database.ts';
import type { OutboxRow, OutboxTable } from './schema.ts';

/**
 * Adds a message to the outbox. It is sent only if this transaction commits, and a crash after the commit does not lose
 * it (decision 0011).
 */
export async function enqueue(tx: Tx, row: Insertable<OutboxTable>): Promise<void> {
  await tx.insertInto('outbox').values(row).execute();
  tx.leftMessage = true;
}

/** The same database, which calls `wake` after each commit of a transaction that added a message. */
export function wakeAfter(database: Database, wake: () => void): Database {
  return {
    ...database,
    async write(work) {
      let hasMessage = false;
      const result = await database.write(async (tx) => {
        const value = await work(tx);
        hasMessage = tx.leftMessage === true;
        return value;
      });
      if (hasMessage) wake();
      return result;
    },
  };
}

/** How a message is sent. */
export type Channel = OutboxRow['channel'];

/** Whether a message of a channel is due at `now`. It is a read, so it delays no writer. */
export async function isMessageDue(db: Db, channel: Channel, now: number): Promise<boolean> {
  const due = await sql<{ id: string }>`
    select id from outbox where state = 'due' and channel = ${channel} and send_after <= ${now} limit 1`.execute(db);
  return due.rows.length > 0;
}

/** A request of a sender to send the next message. */
export interface Claim {
  /** Which messages this sender sends. */
  channel: Channel;
  /** Identifies this attempt: only it may settle the row. */
  claim: string;
  /** ms since the epoch. */
  now: number;
  /**
   * ms since the epoch. If the claim is not settled by then, because the sender was killed, the message is due again.
   */
  until: number;
}

/**
 * Claims the message of a channel that has been due the longest, and counts the attempt. It is one conditional statement, so two
 * instances never send the same message. Undefined when none is due.
 */
export async function claimMessage(
  tx: Tx,
  dialect: Database['dialect'],
  { channel, claim, now, until }: Claim,
): Promise<OutboxRow | undefined> {
  // On PostgreSQL, a sender skips the row that another one has locked instead of waiting for it.
  const skip = dialect === 'postgres' ? sql`for update skip locked` : sql``;
  const due = sql`select id from outbox where state = 'due' and channel = ${channel} and send_after <= ${now}
    order by send_after, id limit 1 ${skip}`;
  const taken = await sql<OutboxRow>`
    update outbox set claim = ${claim}, send_after = ${until}, attempts = attempts + 1
    where id = (${due}) and state = 'due' and send_after <= ${now}
    returning *`.execute(tx);
  return taken.rows[0];
}

interface Settled {
  id: string;
  claim: string;
}

/**
 * Marks a message as sent. `data` is the part that may be kept, without link, code and phone number (R59). Returns false
 * when the claim had expired.
 */
export async function settleSent(
  tx: Tx,
  of: Settled,
  { now, data, gatewayId }: { now: number; data: string; gatewayId?: string },
): Promise<boolean> {
  const sent = { state: 'sent', sent_at: now, data, last_error: null } as const;
  return await settle(tx, of, gatewayId === undefined ? sent : { ...sent, gateway_id: gatewayId });
}

/**
 * Records a failed attempt. The message is due again from `sendAfter` on, in ms since the epoch. Returns false when the
 * claim had expired.
 */
export async function settleRetry(tx: Tx, of: Settled, error: string, sendAfter: number): Promise<boolean> {
  return await settle(tx, of, { send_after: sendAfter, last_error: error });
}

/**
 * Gives up a message. `data` replaces the content of one that can't be sent again. Returns false when the claim had
 * expired.
 */
export async function settleDead(
  tx: Tx,
  of: Settled,
  { error, data }: { error: string; data?: string },
): Promise<boolean> {
  const dead = { state: 'dead', last_error: error } as const;
  return await settle(tx, of, data === undefined ? dead : { ...dead, data });
}

/**
 * Postpones a message that is not due yet until `sendAfter`, in ms since the epoch. The claim does not count as an
 * attempt. Returns false when the claim had expired.
 */
export async function postponeMessage(tx: Tx, of: Settled & { attempts: number }, sendAfter: number): Promise<boolean> {
  return await settle(tx, of, { send_after: sendAfter, attempts: of.attempts - 1 });
}

/**
 * Deletes a message that must not be sent: its link was used or voided, or it was added only so that unknown usernames
 * cost the same work as known ones (R55).
 */
export async function dropMessage(tx: Tx, { id, claim }: Settled): Promise<void> {
  await tx.deleteFrom('outbox').where('id', '=', id).where('claim', '=', claim).execute();
}

async function settle(
  tx: Tx,
  { id, claim }: Settled,
  change: Partial<
    Pick<OutboxRow, 'state' | 'sent_at' | 'data' | 'send_after' | 'last_error' | 'attempts' | 'gateway_id'>
  >,
): Promise<boolean> {
  const result = await tx
    .updateTable('outbox')
    .set({ ...change, claim: null })
    .where('id', '=', id)
    .where('claim', '=', claim)
    .executeTakeFirst();
  return result.numUpdatedRows === 1n;
}

/** Whether the code of a challenge can still be used, as far as its row says. */
export async function isCodeOpen(db: Db, challengeId: string): Promise<boolean> {
  const row = await db
    .selectFrom('challenges')
    .select(['spent_at', 'voided_at'])
    .where('id', '=', challengeId)
    .executeTakeFirst();
  return row !== undefined && row.spent_at === null && row.voided_at === null;
}

/** How a delivery report names a text message: the id of its row, or the id that the gateway gave it. */
export type ReportedId = { id: string } | { gatewayId: string };

/** The text message that a delivery report names. */
export async function findReported(db: Db, of: ReportedId): Promise<OutboxRow | undefined> {
  return await db
    .selectFrom('outbox')
    .selectAll()
    .where('id' in of ? 'id' : 'gateway_id', '=', 'id' in of ? of.id : of.gatewayId)
    .where('channel', '=', 'sms')
    .executeTakeFirst();
}

/**
 * Records the final delivery report of a text message. The first one counts, so a report that is repeated changes nothing. A
 * message that is undeliverable becomes a dead letter. One that has arrived although its attempt failed is not sent again.
 * `data` replaces its content. Returns false if there was a report before.
 */
export async function recordDelivery(
  tx: Tx,
  row: Pick<OutboxRow, 'id' | 'sent_at'>,
  { delivery, at, data }: { delivery: NonNullable<OutboxRow['delivery']>; at: number; data: string },
): Promise<boolean> {
  const arrived = { state: 'sent', sent_at: row.sent_at ?? at, last_error: null } as const;
  const failed = { state: 'dead', last_error: 'undeliverable' } as const;
  const result = await tx
    .updateTable('outbox')
    .set({ delivery, delivery_at: at, data, claim: null, ...(delivery === 'delivered' ? arrived : failed) })
    .where('id', '=', row.id)
    .where('delivery', 'is', null)
    .executeTakeFirst();
  return result.numUpdatedRows === 1n;
}

/**
 * Schedules messages of an organisation that were given up to be sent again, one of them or all. Messages that expire are
 * not sent again: their codes are no longer valid. Returns how many.
 */
export async function reviveMessages(tx: Tx, organisationId: string, now: number, id?: string): Promise<number> {
  let update = tx
    .updateTable('outbox')
    .set({ state: 'due', send_after: now, attempts: 0, claim: null, last_error: null })
    .where('organisation_id', '=', organisationId)
    .where(sql<boolean>`state = 'dead'`)
    .where('expires_at', 'is', null);
  if (id !== undefined) update = update.where('id', '=', id);
  const revived = Number((await update.executeTakeFirst()).numUpdatedRows);
  if (revived > 0) tx.leftMessage = true;
  return revived;
}

type OfRequest = Pick<OutboxRow, 'id' | 'link_id' | 'state' | 'sent_at' | 'created_at'>;

/**
 * The other emails of a request for a link (`links/sending.ts`) that are due, or that were sent after `sentSince`.
 */
export async function mailsOfRequest(
  db: Db,
  requestKey: string,
  { id, sentSince }: { id: string; sentSince: number },
): Promise<OfRequest[]> {
  return await db
    .selectFrom('links as l')
    .innerJoin('outbox as o', 'o.link_id', 'l.id')
    .select(['o.id', 'o.link_id', 'o.state', 'o.sent_at', 'o.created_at'])
    .where('l.request_key', '=', requestKey)
    .where('o.id', '!=', id)
    .where((eb) => eb.or([eb('o.state', '=', 'due'), eb('o.sent_at', '>', sentSince)]))
    .execute();
}

/** The newest messages of all organisations, newest first. */
export async function newestMessages(db: Db, limit: number): Promise<OutboxRow[]> {
  return await db.selectFrom('outbox').selectAll().orderBy('created_at', 'desc').orderBy('id').limit(limit).execute();
}

type Listed = Omit<OutboxRow, 'data' | 'claim' | 'link_id' | 'challenge_id' | 'expires_at' | 'gateway_id'> & {
  username: string | null;
};

/** The newest messages of an organisation in a state, newest first, without their content. */
export async function listMessages(
  db: Db,
  { organisationId, state, limit }: { organisationId: string; state: OutboxRow['state']; limit: number },
): Promise<Listed[]> {
  return await db
    .selectFrom('outbox as o')
    .leftJoin('accounts as a', 'a.id', 'o.account_id')
    .select(['o.id', 'o.organisation_id', 'o.account_id', 'o.template', 'o.created_at', 'o.send_after'])
    .select(['o.attempts', 'o.sent_at', 'o.state', 'o.last_error', 'a.username'])
    .select(['o.channel', 'o.delivery', 'o.delivery_at'])
    .where('o.organisation_id', '=', organisationId)
    .where('o.state', '=', state)
    .orderBy('o.created_at', 'desc')
    .limit(limit)
    .execute();
}
