import type { Db, Tx } from './database.ts';
import type { LinkRow, NewLink } from './schema.ts';

export async function insertLink(tx: Tx, row: NewLink): Promise<void> {
  await tx.insertInto('links').values(row).execute();
}

/** Whatever its age and state: the caller tells one that was used from one that never was. */
export async function findLink(db: Db, tokenHash: string): Promise<LinkRow | undefined> {
  return await db.selectFrom('links').selectAll().where('token_hash', '=', tokenHash).executeTakeFirst();
}

/** The newest link of an account for a purpose that was neither used nor voided, whatever its age. */
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
    .where('voided_at', 'is', null)
    .where('started_by', startedBy === null ? 'is' : '=', startedBy)
    .orderBy('created_at', 'desc')
    .limit(1)
    .executeTakeFirst();
}

/** A link can be used once, in its time, and only while none came after it: true when this caller won (R31). */
export async function spendLink(tx: Tx, id: string, now: number): Promise<boolean> {
  const result = await tx
    .updateTable('links')
    .set({ used_at: now })
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
    .set({ voided_at: now })
    .where('account_id', '=', accountId)
    .where('used_at', 'is', null)
    .where('voided_at', 'is', null);
  if (purpose !== undefined) update = update.where('purpose', '=', purpose);
  if (startedBy !== undefined) update = update.where('started_by', startedBy === null ? 'is' : '=', startedBy);
  return Number((await update.executeTakeFirst()).numUpdatedRows);
}

/** Voids the links to an address that has no account yet. */
export async function voidRegistrations(tx: Tx, organisationId: string, email: string, now: number): Promise<number> {
  const result = await tx
    .updateTable('links')
    .set({ voided_at: now })
    .where('organisation_id', '=', organisationId)
    .where('email', '=', email)
    .where('account_id', 'is', null)
    .where('used_at', 'is', null)
    .where('voided_at', 'is', null)
    .executeTakeFirst();
  return Number(result.numUpdatedRows);
}
