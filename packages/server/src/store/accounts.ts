import type { StoredPassword } from '../accounts/password-hash.ts';
import { newId, type Random, systemRandom } from '../crypto/tokens.ts';
import { pseudonymOf } from './audit.ts';
import type { Db, Tx } from './database.ts';
import { forgetDevicesOfAccount } from './devices.ts';
import { chunks, firstRow, prepared, preparedHold } from './prepared.ts';
import type { AccountRow, NewAccountRow } from './schema.ts';

/** By the name as it is compared (`accounts/username.ts`). */
export const findAccount = prepared(
  (db, organisationId: string, key: string) =>
    db.selectFrom('accounts').selectAll().where('organisation_id', '=', organisationId).where('username_key', '=', key),
  firstRow,
);

/** Under its own organisation only: another one's id gives undefined (R64). */
export const getAccount = prepared(
  (db, organisationId: string, id: string) =>
    db.selectFrom('accounts').selectAll().where('id', '=', id).where('organisation_id', '=', organisationId),
  firstRow,
);

/** Adds an account and its pseudonym for the audit. @throws ConstraintError when the username is taken */
export async function insertAccount(tx: Tx, row: NewAccountRow, random: Random = systemRandom): Promise<void> {
  await tx.insertInto('accounts').values(row).execute();
  await pseudonymOf(tx, row.id, () => newId(random));
}

/** Adds many, each with a pseudonym. @throws ConstraintError when a username is taken */
export async function insertAccounts(
  tx: Tx,
  rows: readonly NewAccountRow[],
  random: Random = systemRandom,
): Promise<void> {
  for (const some of chunks(rows)) {
    await tx.insertInto('accounts').values(some).execute();
    const pseudonyms = some.map((row) => ({ account_id: row.id, pseudonym: newId(random) }));
    await tx.insertInto('pseudonyms').values(pseudonyms).execute();
  }
}

/** Which of these names, as they are compared, the organisation has already. */
export async function takenUsernames(db: Db, organisationId: string, keys: readonly string[]): Promise<string[]> {
  const taken: string[] = [];
  for (const some of chunks(keys)) {
    const rows = await db
      .selectFrom('accounts')
      .select('username_key')
      .where('organisation_id', '=', organisationId)
      .where('username_key', 'in', some)
      .execute();
    taken.push(...rows.map((row) => row.username_key));
  }
  return taken;
}

/** The people of an organisation in the order of their usernames, after the one whose key is given. */
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

/**
 * Stores a hash with its scheme. With `onlyIf`, only while the stored hash is still that one: a rehash never undoes a change
 * made meanwhile.
 */
export async function setPasswordHash(
  tx: Tx,
  id: string,
  { hash, scheme }: StoredPassword,
  now: number,
  onlyIf?: string,
): Promise<boolean> {
  const stored = { password_hash: hash, password_scheme: scheme };
  let update = tx
    .updateTable('accounts')
    .set(onlyIf === undefined ? { ...stored, password_changed_at: now } : stored)
    .where('id', '=', id);
  if (onlyIf !== undefined) update = update.where('password_hash', '=', onlyIf);
  return (await update.executeTakeFirst()).numUpdatedRows === 1n;
}

/** Whether an organisation has a password hash of another scheme than this one; the same work whatever it has. */
export const hasOtherHashes = prepared(
  (db, organisationId: string, scheme: string) => {
    const hashes = db
      .selectFrom('accounts')
      .select('id')
      .where('organisation_id', '=', organisationId)
      .where('password_hash', 'is not', null);
    // Three seeks of the index; one inequality would read all rows of the present scheme.
    return db.selectNoFrom(({ or, exists }) => [
      or([
        exists(hashes.where('password_scheme', 'is', null)),
        exists(hashes.where('password_scheme', '<', scheme)),
        exists(hashes.where('password_scheme', '>', scheme)),
      ]).as('found'),
    ]);
  },
  ({ rows: [row] }) => Boolean(row?.found),
);

/** The password hash of an active account, null where it has no password; undefined when the account is gone or disabled. */
export const activePassword = prepared(
  (db, id: string) =>
    db.selectFrom('accounts').select('password_hash').where('id', '=', id).where('state', '=', 'active'),
  firstRow,
);

/** The account if it is still active under this very hash, which it stays until the unit ends. */
export const holdActiveAccount = preparedHold((db, id: string, passwordHash: string) =>
  db
    .selectFrom('accounts')
    .select('id')
    .where('id', '=', id)
    .where('state', '=', 'active')
    .where('password_hash', '=', passwordHash),
);

/**
 * The account as it is now, and as it stays until the unit ends: a unit that ends what the account was let in with runs
 * either wholly before or wholly after this one.
 */
export const holdAccount = preparedHold((db, id: string) =>
  db.selectFrom('accounts').select(['state', 'password_changed_at']).where('id', '=', id),
);

/**
 * Makes other units that prove or change something of this account wait until this one ends. What ends several of an
 * account's rows begins with it and then takes the flows before all else, as a login does: so no two wait for each other,
 * and no login that is under way slips through. False when there is no such account.
 */
export async function lockAccount(tx: Tx, id: string): Promise<boolean> {
  const result = await tx
    .updateTable('accounts')
    .set((eb) => ({ state: eb.ref('state') }))
    .where('id', '=', id)
    .executeTakeFirst();
  return result.numUpdatedRows === 1n;
}

/** False when it has that state already. */
export async function setAccountState(tx: Tx, id: string, state: AccountRow['state']): Promise<boolean> {
  const result = await tx
    .updateTable('accounts')
    .set({ state })
    .where('id', '=', id)
    .where('state', '!=', state)
    .executeTakeFirst();
  return result.numUpdatedRows === 1n;
}

export async function setEmail(tx: Tx, id: string, email: string | null): Promise<void> {
  await tx.updateTable('accounts').set({ email }).where('id', '=', id).execute();
}

export async function setRememberFor(tx: Tx, id: string, duration: string | null): Promise<void> {
  await tx.updateTable('accounts').set({ remember_for: duration }).where('id', '=', id).execute();
}

/** Marks that recovery codes are still to be given out, or that they were kept. */
export async function setCodesDue(tx: Tx, id: string, due: boolean): Promise<void> {
  await tx
    .updateTable('accounts')
    .set({ codes_due: due ? 1 : 0 })
    .where('id', '=', id)
    .execute();
}

/**
 * Deletes a person and all that hangs on the account. The link to the pseudonym goes too, so that what stays in the
 * audit is nobody's (R66). Counters of the account are the caller's: their keys are made in `locks/keys.ts`.
 */
export async function deleteAccount(tx: Tx, id: string): Promise<boolean> {
  // A login that is under way would leave a session, a device and a flow behind.
  await lockAccount(tx, id);
  await forgetDevicesOfAccount(tx, id);
  const factors = tx.selectFrom('factors').select('id').where('account_id', '=', id);
  await tx.deleteFrom('burnt_steps').where('factor_id', 'in', factors).execute();
  await tx.deleteFrom('factors').where('account_id', '=', id).execute();
  await tx.deleteFrom('recovery_codes').where('account_id', '=', id).execute();
  await tx.deleteFrom('desk_codes').where('account_id', '=', id).execute();
  await tx.deleteFrom('password_codes').where('account_id', '=', id).execute();
  await tx.deleteFrom('desk_acts').where('account_id', '=', id).execute();
  await tx.deleteFrom('flows').where('account_id', '=', id).execute();
  await tx.deleteFrom('sessions').where('account_id', '=', id).execute();
  await tx.deleteFrom('outbox').where('account_id', '=', id).execute();
  await tx.deleteFrom('links').where('account_id', '=', id).execute();
  await tx.deleteFrom('pseudonyms').where('account_id', '=', id).execute();
  const result = await tx.deleteFrom('accounts').where('id', '=', id).executeTakeFirst();
  return result.numDeletedRows === 1n;
}
