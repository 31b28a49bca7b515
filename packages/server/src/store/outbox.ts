import { type Insertable, sql } from 'kysely';
import type { Database, Db, Tx } from './database.ts';
import type { OutboxRow, OutboxTable } from './schema.ts';

/** A message that leaves only if this unit commits, and then surely: a crash loses none (DESIGN §2). */
export async function enqueue(tx: Tx, row: Insertable<OutboxTable>): Promise<void> {
  await tx.insertInto('outbox').values(row).execute();
  tx.leftMessage = true;
}

/** The same database; `wake` is called after each commit of a unit that left a message. */
export function wakeAfter(database: Database, wake: () => void): Database {
  return {
    ...database,
    async write(work) {
      let isLeft = false;
      const result = await database.write(async (tx) => {
        const value = await work(tx);
        isLeft = tx.leftMessage === true;
        return value;
      });
      if (isLeft) wake();
      return result;
    },
  };
}

/** Whether something waits to be sent: a read, so that looking costs no other writer anything. */
export async function isMessageDue(db: Db, now: number): Promise<boolean> {
  const due = await sql<{ id: string }>`
    select id from outbox where state = 'due' and send_after <= ${now} limit 1`.execute(db);
  return due.rows.length > 0;
}

export interface Claim {
  /** Names this very attempt: only it may settle the row. */
  claim: string;
  now: number;
  /** When the row comes due again if nobody settles it: the sender was killed. */
  until: number;
}

/**
 * Takes the message that has been due the longest, for this sender alone: one conditional statement, so that two
 * instances never send one row at the same time. Counts the attempt.
 */
export async function claimMessage(
  tx: Tx,
  dialect: Database['dialect'],
  { claim, now, until }: Claim,
): Promise<OutboxRow | undefined> {
  // On PostgreSQL two senders look past each other's row instead of waiting for it.
  const skip = dialect === 'postgres' ? sql`for update skip locked` : sql``;
  const due = sql`select id from outbox where state = 'due' and send_after <= ${now}
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

/** It has left. `data` is what may be kept of it: without its link (R59). False when the claim had run out. */
export async function settleSent(tx: Tx, { id, claim }: Settled, data: string, now: number): Promise<boolean> {
  return await settle(tx, { id, claim }, { state: 'sent', sent_at: now, data, last_error: null });
}

/** It did not leave, and is tried again from `sendAfter` on. */
export async function settleRetry(tx: Tx, of: Settled, error: string, sendAfter: number): Promise<boolean> {
  return await settle(tx, of, { send_after: sendAfter, last_error: error });
}

/** It will not leave: somebody has to look at it. */
export async function settleDead(tx: Tx, of: Settled, error: string): Promise<boolean> {
  return await settle(tx, of, { state: 'dead', last_error: error });
}

/** It is not due yet. The claim was no attempt. */
export async function postponeMessage(tx: Tx, of: Settled & { attempts: number }, sendAfter: number): Promise<boolean> {
  return await settle(tx, of, { send_after: sendAfter, attempts: of.attempts - 1 });
}

/**
 * It never leaves: it was written so that unknown names cost the same work as known ones (R55), or its link was used or
 * voided.
 */
export async function dropMessage(tx: Tx, { id, claim }: Settled): Promise<void> {
  await tx.deleteFrom('outbox').where('id', '=', id).where('claim', '=', claim).execute();
}

async function settle(
  tx: Tx,
  { id, claim }: Settled,
  change: Partial<Pick<OutboxRow, 'state' | 'sent_at' | 'data' | 'send_after' | 'last_error' | 'attempts'>>,
): Promise<boolean> {
  const result = await tx
    .updateTable('outbox')
    .set({ ...change, claim: null })
    .where('id', '=', id)
    .where('claim', '=', claim)
    .executeTakeFirst();
  return result.numUpdatedRows === 1n;
}

/** Makes given-up messages of an organisation due again, one or all of them. Answers how many. */
export async function reviveMessages(tx: Tx, organisationId: string, now: number, id?: string): Promise<number> {
  let update = tx
    .updateTable('outbox')
    .set({ state: 'due', send_after: now, attempts: 0, claim: null, last_error: null })
    .where('organisation_id', '=', organisationId)
    .where(sql<boolean>`state = 'dead'`);
  if (id !== undefined) update = update.where('id', '=', id);
  const revived = Number((await update.executeTakeFirst()).numUpdatedRows);
  if (revived > 0) tx.leftMessage = true;
  return revived;
}

type OfRequest = Pick<OutboxRow, 'id' | 'link_id' | 'state' | 'sent_at' | 'created_at'>;

/** The other mails of a request for a link (`links/request-key.ts`) that are due, or were sent since a moment. */
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

/** The newest of all organisations first. */
export async function newestMessages(db: Db, limit: number): Promise<OutboxRow[]> {
  return await db.selectFrom('outbox').selectAll().orderBy('created_at', 'desc').orderBy('id').limit(limit).execute();
}

type Listed = Omit<OutboxRow, 'data' | 'claim' | 'channel' | 'link_id'> & { username: string | null };

/** The newest of an organisation first, without what they say. */
export async function listMessages(
  db: Db,
  { organisationId, state, limit }: { organisationId: string; state: OutboxRow['state']; limit: number },
): Promise<Listed[]> {
  return await db
    .selectFrom('outbox as o')
    .leftJoin('accounts as a', 'a.id', 'o.account_id')
    .select(['o.id', 'o.organisation_id', 'o.account_id', 'o.template', 'o.created_at', 'o.send_after'])
    .select(['o.attempts', 'o.sent_at', 'o.state', 'o.last_error', 'a.username'])
    .where('o.organisation_id', '=', organisationId)
    .where('o.state', '=', state)
    .orderBy('o.created_at', 'desc')
    .limit(limit)
    .execute();
}
