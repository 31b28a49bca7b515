import type { Db, Tx } from './database.ts';
import type { LinkRow } from './schema.ts';

export async function insertLink(tx: Tx, row: LinkRow): Promise<void> {
  await tx.insertInto('links').values(row).execute();
}

/** Whatever its age and state: the caller tells one that was used from one that never was. */
export async function findLink(db: Db, tokenHash: string): Promise<LinkRow | undefined> {
  return await db.selectFrom('links').selectAll().where('token_hash', '=', tokenHash).executeTakeFirst();
}

/** The newest link of an account for a purpose that was neither used nor voided before its end, whatever its age. */
export async function newestLink(db: Db, accountId: string, purpose: LinkRow['purpose']): Promise<LinkRow | undefined> {
  return await db
    .selectFrom('links')
    .selectAll()
    .where('account_id', '=', accountId)
    .where('purpose', '=', purpose)
    .where('used_at', 'is', null)
    .where(({ eb, or }) => or([eb('voided_at', 'is', null), eb('voided_at', '>=', eb.ref('expires_at'))]))
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

/** Voids an account's unused links, all of them or those of one purpose (R31). Answers how many. */
export async function voidLinks(tx: Tx, accountId: string, now: number, purpose?: LinkRow['purpose']): Promise<number> {
  let update = tx
    .updateTable('links')
    .set({ voided_at: now })
    .where('account_id', '=', accountId)
    .where('used_at', 'is', null)
    .where('voided_at', 'is', null);
  if (purpose !== undefined) update = update.where('purpose', '=', purpose);
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

/** Voids a link that has run out, so that a clock that is set back does not revive it (R86). */
export async function voidExpiredLink(tx: Tx, tokenHash: string, now: number): Promise<void> {
  await tx
    .updateTable('links')
    .set({ voided_at: now })
    .where('token_hash', '=', tokenHash)
    .where('used_at', 'is', null)
    .where('voided_at', 'is', null)
    .where('expires_at', '<=', now)
    .execute();
}
