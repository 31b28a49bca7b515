import { sql } from 'kysely';
import type { Db, Tx } from './database.ts';
import type { LinkRow, NewLink } from './schema.ts';

/**
 * Adds a link. Returns false when a link of the same request can already be sent again, because another request was
 * first.
 */
export async function insertLink(tx: Tx, row: NewLink): Promise<boolean> {
  const result = await tx
    .insertInto('links')
    .values(row)
    .onConflict((conflict) => conflict.doNothing())
    .executeTakeFirst();
  return result.numInsertedOrUpdatedRows === 1n;
}

/**
 * The link with a token, whatever its age and state, so that the caller can distinguish a used link from one that never
 * existed.
 */
export async function findLink(db: Db, tokenHash: string): Promise<LinkRow | undefined> {
  return await db.selectFrom('links').selectAll().where('token_hash', '=', tokenHash).executeTakeFirst();
}

/** The link with an id, whatever its age and state; undefined when there is none. */
export async function getLink(db: Db, id: string): Promise<LinkRow | undefined> {
  return await db.selectFrom('links').selectAll().where('id', '=', id).executeTakeFirst();
}

/** The newest link of an account for a purpose that was not used and not voided before it expired, whatever its age. */
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

/**
 * The link of a request that can be sent again. Where there is none, the link that was mailed last, whatever its state.
 */
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
  /** `mailed_at` as it was read, ms since the epoch. */
  seen: number | null;
  /** When the link is mailed again, ms since the epoch. */
  mailedAt: number;
}

/**
 * Records that a link is mailed again. Returns false when another request did so first, or when the link was used or
 * voided.
 */
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

/** Stops a link from being sent again, unless another request has just done so. The link stays usable. */
export async function unsealLink(tx: Tx, { id, mailed_at }: Pick<LinkRow, 'id' | 'mailed_at'>): Promise<void> {
  await tx.updateTable('links').set({ sealed: null }).where('id', '=', id).where('mailed_at', '=', mailed_at).execute();
}

/** Whether a link can still be used. */
export async function isOpenLink(db: Db, id: string, now: number): Promise<boolean> {
  const link = await getLink(db, id);
  return link !== undefined && link.used_at === null && link.voided_at === null && link.expires_at > now;
}

/** Uses a link. Returns false when it was used or voided before, or has expired (R31). */
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
 * Voids the unused links of an account, all of them or those of one purpose (R31), and returns how many. With
 * `startedBy: null`, the links that the help desk printed stay valid, so that an email which a stranger requests voids
 * none of them.
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

/** A new link, and which older links it replaces. */
export interface Older
  extends Pick<LinkRow, 'id' | 'purpose' | 'account_id' | 'organisation_id' | 'email' | 'request_key' | 'started_by'> {
  /**
   * ms since the epoch. Links that were mailed or printed later stay valid, unless they were created after `now` by a
   * wrong clock.
   */
  until: number;
  /** ms since the epoch. */
  now: number;
}

/**
 * Voids the unused links that a new one (`id`) replaces: those of the same request, of the account for the same
 * purpose, or of the address that registers. An email voids no letter of the help desk, because a stranger can request
 * it. The same single statement runs with and without an account (R55). Returns how many were voided.
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
  // A letter of the help desk also voids mailed links; an email voids no letter.
  if (started_by === null) update = update.where('started_by', 'is', null);
  const result = await update.executeTakeFirst();
  return Number(result.numUpdatedRows);
}

/**
 * Voids a link that has expired, or that was created after `now`, so that a clock that is set back does not revive it
 * (R86).
 */
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
