import type { Db, Tx } from '../database.ts';
import { chunks, firstRow, prepared } from '../prepared.ts';
import type { AccountRow } from '../schema.ts';

/** The account of a user of the portal; undefined when the user has none yet. */
export const accountByExternalId = prepared(
  (db, organisationId: string, externalId: string) =>
    db
      .selectFrom('accounts')
      .selectAll()
      .where('organisation_id', '=', organisationId)
      .where('external_id', '=', externalId),
  firstRow,
);

/** The columns of an account that are copies of the portal's. */
type Copies = Pick<AccountRow, 'username' | 'username_key' | 'name' | 'email' | 'external_changed_at'>;

/** Brings the copies of an account up to date. Another address is not confirmed. */
export async function updateShadow(
  tx: Tx,
  id: string,
  {
    isSameEmail,
    ...copies
  }: Copies & Partial<Pick<AccountRow, 'password_changed_at' | 'must_change_password'>> & { isSameEmail: boolean },
): Promise<void> {
  await tx
    .updateTable('accounts')
    .set({ ...copies, ...(isSameEmail ? {} : { email_confirmed_at: null }) })
    .where('id', '=', id)
    .execute();
}

/**
 * Frees the username of an account whose user has another one in the portal now. The key that it gets instead is no form of a
 * username, so nothing finds it.
 */
export async function displaceUsername(tx: Tx, id: string): Promise<void> {
  await tx
    .updateTable('accounts')
    .set({ username_key: `\u007f${id}` })
    .where('id', '=', id)
    .execute();
}

/** At most `limit` accounts of users of the portal, in the order of their ids there, beginning after the id `after`. */
export async function accountsOfPortal(
  db: Db,
  organisationId: string,
  { after, limit }: { after: string; limit: number },
): Promise<AccountRow[]> {
  return await db
    .selectFrom('accounts')
    .selectAll()
    .where('organisation_id', '=', organisationId)
    .where('external_id', '>', after)
    .orderBy('external_id')
    .limit(limit)
    .execute();
}

/** Links an account of this database to a user of the portal, who has its password from now on. */
export async function linkExternal(tx: Tx, id: string, externalId: string): Promise<void> {
  await tx
    .updateTable('accounts')
    .set({ external_id: externalId, password_hash: null, password_scheme: null, must_change_password: 0 })
    .where('id', '=', id)
    .execute();
}

/** Records that the user of an account of the portal has chosen a new password here. */
export async function recordExternalPassword(
  tx: Tx,
  id: string,
  { now, changedAt }: { now: number; changedAt: number | null },
): Promise<void> {
  await tx
    .updateTable('accounts')
    .set({ password_changed_at: now, external_changed_at: changedAt, must_change_password: 0 })
    .where('id', '=', id)
    .execute();
}

/** Which of these ids of the portal belong to an account of the organisation already. */
export async function takenExternalIds(db: Db, organisationId: string, ids: readonly string[]): Promise<string[]> {
  const taken: string[] = [];
  for (const chunk of chunks(ids)) {
    const rows = await db
      .selectFrom('accounts')
      .select('external_id')
      .where('organisation_id', '=', organisationId)
      .where('external_id', 'in', chunk)
      .execute();
    taken.push(...rows.flatMap((row) => row.external_id ?? []));
  }
  return taken;
}
