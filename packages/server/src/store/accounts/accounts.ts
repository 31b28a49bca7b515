import { newId, type Random, systemRandom } from '../../crypto/tokens.ts';
import { pseudonymOf } from '../audit.ts';
import type { Db, Tx } from '../database.ts';
import { chunks, firstRow, prepared } from '../prepared.ts';
import type { AccountRow, NewAccountRow } from '../schema.ts';

/**
 * The account with a username in its compared form (`accounts/username.ts`); undefined when the organisation has none.
 */
export const findAccount = prepared(
  (db, organisationId: string, key: string) =>
    db.selectFrom('accounts').selectAll().where('organisation_id', '=', organisationId).where('username_key', '=', key),
  firstRow,
);

/** The account with an id. The id of an account of another organisation gives undefined (R64). */
export const getAccount = prepared(
  (db, organisationId: string, id: string) =>
    db.selectFrom('accounts').selectAll().where('id', '=', id).where('organisation_id', '=', organisationId),
  firstRow,
);

/** Sets the username, the name and the address of an account. Another address is not confirmed. */
export async function setUserNames(
  tx: Tx,
  id: string,
  {
    isSameEmail,
    ...names
  }: Pick<AccountRow, 'username' | 'username_key' | 'name' | 'email'> & { isSameEmail: boolean },
): Promise<void> {
  await tx
    .updateTable('accounts')
    .set({ ...names, ...(isSameEmail ? {} : { email_confirmed_at: null }) })
    .where('id', '=', id)
    .execute();
}

/**
 * Adds an account and its pseudonym for the audit.
 * @throws ConstraintError when the username is taken
 */
export async function insertAccount(tx: Tx, row: NewAccountRow, random: Random = systemRandom): Promise<void> {
  await tx.insertInto('accounts').values(row).execute();
  await pseudonymOf(tx, row.id, () => newId(random));
}

/**
 * Adds many accounts, each with a pseudonym for the audit.
 * @throws ConstraintError when a username is taken
 */
export async function insertAccounts(
  tx: Tx,
  rows: readonly NewAccountRow[],
  random: Random = systemRandom,
): Promise<void> {
  for (const chunk of chunks(rows)) {
    await tx.insertInto('accounts').values(chunk).execute();
    const pseudonyms = chunk.map((row) => ({ account_id: row.id, pseudonym: newId(random) }));
    await tx.insertInto('pseudonyms').values(pseudonyms).execute();
  }
}

/** Which of these usernames, in their compared form, the organisation already has. */
export async function takenUsernames(db: Db, organisationId: string, keys: readonly string[]): Promise<string[]> {
  const taken: string[] = [];
  for (const chunk of chunks(keys)) {
    const rows = await db
      .selectFrom('accounts')
      .select('username_key')
      .where('organisation_id', '=', organisationId)
      .where('username_key', 'in', chunk)
      .execute();
    taken.push(...rows.map((row) => row.username_key));
  }
  return taken;
}

/**
 * At most `limit` accounts of an organisation, in the order of their username keys, beginning after the key `after`.
 */
export async function accountsAfter(
  db: Db,
  organisationId: string,
  { after, limit }: { after: string; limit: number },
): Promise<AccountRow[]> {
  return await db
    .selectFrom('accounts')
    .selectAll()
    .where('organisation_id', '=', organisationId)
    .where('username_key', '>', after)
    .orderBy('username_key')
    .limit(limit)
    .execute();
}

/** Offers the user of an account no other method at a login before `until`, in ms since the epoch. */
export async function deferOffers(tx: Tx, id: string, until: number): Promise<void> {
  await tx.updateTable('accounts').set({ offers_deferred_until: until }).where('id', '=', id).execute();
}

/** Sets the state of an account. Returns false when the account already has that state. */
export async function setAccountState(tx: Tx, id: string, state: AccountRow['state']): Promise<boolean> {
  const result = await tx
    .updateTable('accounts')
    .set({ state })
    .where('id', '=', id)
    .where('state', '!=', state)
    .executeTakeFirst();
  return result.numUpdatedRows === 1n;
}

/**
 * Sets how long the user wants devices to be remembered, as a duration such as `3d`; null: the organisation's default.
 */
export async function setRememberFor(tx: Tx, id: string, duration: string | null): Promise<void> {
  await tx.updateTable('accounts').set({ remember_for: duration }).where('id', '=', id).execute();
}

/** Records whether the account still has to be given recovery codes. */
export async function setCodesDue(tx: Tx, id: string, due: boolean): Promise<void> {
  await tx
    .updateTable('accounts')
    .set({ codes_due: due ? 1 : 0 })
    .where('id', '=', id)
    .execute();
}

/** The ids of an account; undefined when there is none. */
export const idsOfAccount = prepared(
  (db, id: string) => db.selectFrom('accounts').select(['id', 'organisation_id', 'external_id']).where('id', '=', id),
  firstRow,
);
