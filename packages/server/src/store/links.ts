import { sql } from 'kysely';
import type { Db, Tx } from './database.ts';
import type { LinkRow, NewLink } from './schema.ts';

/** False when a link of the same request can already be sent again: another request was first. */
export async function insertLink(tx: Tx, row: NewLink): Promise<boolean> {
  const result = await tx
    .insertInto('links')
    .values(row)
    .onConflict((conflict) => conflict.doNothing())
    .executeTakeFirst();
  return result.numInsertedOrUpdatedRows === 1n;
}

/** Whatever its age and state: the caller distinguishes a link that was used from one that never existed. */
export async function findLink(db: Db, tokenHash: string): Promise<LinkRow | undefined> {
  return await db.selectFrom('links').selectAll().where('token_hash', '=', tokenHash).executeTakeFirst();
}

export async function getLink(db: Db, id: string): Promise<LinkRow | undefined> {
  return await db.selectFrom('links').selectAll().where('id', '=', id).executeTakeFirst();
}

/** The newest link of an account for a purpose that was neither used nor voided before its end, whatever its age. */
export async function newestLink(
  db: Db,
  accountId: string,
  purpose: LinkRow['purpose'],
  startedBy: LinkRow['started_by'] = null,
): Promise<LinkRow | undefined> {
  return await db
    .selectFrom('links')
    .selectAll()
    .where('account_id', '=', accountId)
    .where('purpose', '=', purpose)
    .where('used_at', 'is', null)
    .where(({ eb, or }) => or([eb('voided_at', 'is', null), eb('voided_at', '>=', eb.ref('expires_at'))]))
    .where('started_by', startedBy === null ? 'is' : '=', startedBy)
    .orderBy('created_at', 'desc')
    .limit(1)
    .executeTakeFirst();
}

/** The link of a request that can be sent again; where there is none, the one that was mailed last, whatever its state. */
export async function lastLinkOf(db: Db, requestKey: string): Promise<LinkRow | undefined> {
  return await db
    .selectFrom('links')
    .selectAll()
    .where('request_key', '=', requestKey)
    .orderBy(sql`case when sealed is null then 1 else 0 end`)
    .orderBy('mailed_at', 'desc')
    .orderBy('created_at', 'desc')
    .limit(1)
    .executeTakeFirst();
}

interface Repeated {
  id: string;
  /** `mailed_at` as it was read. */
  seen: number | null;
  mailedAt: number;
}

/** A link is mailed once more. False when another request did this first, or the link was used or voided. */
export async function repeatLink(tx: Tx, { id, seen, mailedAt }: Repeated): Promise<boolean> {
  const result = await tx
    .updateTable('links')
    .set({ mailed_at: mailedAt })
    .where('id', '=', id)
    .where('mailed_at', '=', seen)
    .where('sealed', 'is not', null)
    .where('used_at', 'is', null)
    .where('voided_at', 'is', null)
    .executeTakeFirst();
  return result.numUpdatedRows === 1n;
}

/** The link is not sent again, as long as no other request has just done so; it stays usable. */
export async function unsealLink(tx: Tx, { id, mailed_at }: Pick<LinkRow, 'id' | 'mailed_at'>): Promise<void> {
  await tx.updateTable('links').set({ sealed: null }).where('id', '=', id).where('mailed_at', '=', mailed_at).execute();
}

/** A link can be used once, in its time, and only while it was not voided: true when this caller won (R31). */
export async function spendLink(tx: Tx, id: string, now: number): Promise<boolean> {
  const result = await tx
    .updateTable('links')
    .set({ used_at: now, sealed: null })
    .where('id', '=', id)
    .where('used_at', 'is', null)
    .where('voided_at', 'is', null)
    .where('expires_at', '>', now)
    .executeTakeFirst();
  return result.numUpdatedRows === 1n;
}

/**
 * Voids an account's unused links, all of them or those of one purpose (R31); `startedBy: null` leaves those that the help
 * desk printed, so that a mail that a stranger asks for voids none of them. Answers how many.
 */
export async function voidLinks(
  tx: Tx,
  accountId: string,
  now: number,
  purpose?: LinkRow['purpose'],
  startedBy?: LinkRow['started_by'],
): Promise<number> {
  let update = tx
    .updateTable('links')
    .set({ voided_at: now, sealed: null })
    .where('account_id', '=', accountId)
    .where('used_at', 'is', null)
    .where('voided_at', 'is', null);
  if (purpose !== undefined) update = update.where('purpose', '=', purpose);
  if (startedBy !== undefined) update = update.where('started_by', startedBy === null ? 'is' : '=', startedBy);
  return Number((await update.executeTakeFirst()).numUpdatedRows);
}

export interface Older
  extends Pick<LinkRow, 'id' | 'purpose' | 'account_id' | 'organisation_id' | 'email' | 'request_key' | 'started_by'> {
  /** Links that were mailed or printed after this moment stay, unless a wrong clock made them. */
  until: number;
  now: number;
}

/**
 * Voids the unused links that a new one (`id`) takes the place of: of the same request, of the account for the same purpose, or
 * of the address that registers. A mail voids no letter of the help desk, so that a stranger can't. One statement whether
 * there is an account or not (R55). Answers how many.
 */
export async function voidOlderLinks(tx: Tx, older: Older): Promise<number> {
  const { id, purpose, account_id, organisation_id, email, request_key, started_by, until, now } = older;
  let update = tx
    .updateTable('links')
    .set({ voided_at: now, sealed: null })
    .where('id', '!=', id)
    .where('used_at', 'is', null)
    .where('voided_at', 'is', null)
    .where(sql<boolean>`(coalesce(mailed_at, created_at) <= ${until} or created_at > ${now})`)
    .where((eb) =>
      eb.or([
        eb('request_key', '=', request_key),
        eb.and([eb('account_id', '=', account_id), eb('purpose', '=', purpose)]),
        eb.and([
          eb('account_id', 'is', null),
          eb('organisation_id', '=', organisation_id),
          eb('email', '=', email),
          eb('purpose', '=', purpose),
        ]),
      ]),
    );
  // What the help desk prints voids what was mailed as well, and a mail none of its letters.
  if (started_by === null) update = update.where('started_by', 'is', null);
  const result = await update.executeTakeFirst();
  return Number(result.numUpdatedRows);
}

/** Voids a link that has run out, so that a clock that is set back does not revive it (R86). */
export async function voidExpiredLink(tx: Tx, tokenHash: string, now: number): Promise<void> {
  await tx
    .updateTable('links')
    .set({ voided_at: now })
    .where('token_hash', '=', tokenHash)
    .where('used_at', 'is', null)
    .where('voided_at', 'is', null)
    .where(({ eb, or }) => or([eb('expires_at', '<=', now), eb('created_at', '>', now)]))
    .execute();
}
