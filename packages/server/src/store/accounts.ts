import type { StoredPassword } from '../accounts/password-hash.ts';
import { newId, type Random, systemRandom } from '../crypto/tokens.ts';
import { pseudonymOf } from './audit.ts';
import type { Db, Tx } from './database.ts';
import { forgetDevicesOfAccount } from './devices.ts';
import { deleteInstallationsOfAccount } from './installations.ts';
import { chunks, firstRow, prepared, preparedHold } from './prepared.ts';
import type { AccountRow, NewAccountRow } from './schema.ts';

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

/**
 * Stores a password hash and its scheme, and returns whether it did. With `onlyIf`, the hash is stored only while the
 * stored hash equals `onlyIf`, so a rehash never overwrites a newer password. A rehash does not change the time of the
 * last password change, and does not remove the mark of `requireNewPassword`.
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
    .set(onlyIf === undefined ? { ...stored, password_changed_at: now, must_change_password: 0 } : stored)
    .where('id', '=', id);
  if (onlyIf !== undefined) update = update.where('password_hash', '=', onlyIf);
  return (await update.executeTakeFirst()).numUpdatedRows === 1n;
}

/** Offers the user of an account no other method at a login before `until`, in ms since the epoch. */
export async function deferOffers(tx: Tx, id: string, until: number): Promise<void> {
  await tx.updateTable('accounts').set({ offers_deferred_until: until }).where('id', '=', id).execute();
}

/**
 * Whether an organisation has a password hash of a scheme other than `scheme`. The query does the same work whatever
 * the result is (R54).
 */
export const hasOtherHashes = prepared(
  (db, organisationId: string, scheme: string) => {
    const hashes = db
      .selectFrom('accounts')
      .select('id')
      .where('organisation_id', '=', organisationId)
      .where('password_hash', 'is not', null);
    // These are three index seeks. A single inequality would read all rows of the current scheme.
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

/**
 * The password hash of an active account, null where it has no password. Undefined when the account is deleted or
 * disabled.
 */
export const activePassword = prepared(
  (db, id: string) =>
    db.selectFrom('accounts').select('password_hash').where('id', '=', id).where('state', '=', 'active'),
  firstRow,
);

/**
 * The id of the account if it is active and has this password hash. It keeps both until the transaction ends. Undefined
 * otherwise.
 */
export const holdActiveAccount = preparedHold((db, id: string, passwordHash: string) =>
  db
    .selectFrom('accounts')
    .select('id')
    .where('id', '=', id)
    .where('state', '=', 'active')
    .where('password_hash', '=', passwordHash),
);

/**
 * The state of the account, the time of its last password change, and whether the password must be replaced. The row
 * stays unchanged until the transaction ends, so a transaction that revokes access runs either completely before this
 * one or completely after it.
 */
export const holdAccount = preparedHold((db, id: string) =>
  db
    .selectFrom('accounts')
    .select(['state', 'password_changed_at', 'must_change_password', 'external_id'])
    .where('id', '=', id),
);

/**
 * Locks the account row until the transaction ends: other transactions that prove or change something about the account
 * wait. A transaction that ends several of the account's rows calls this first and updates the flows next, in the order
 * of a login. This avoids deadlocks, and no login in progress is missed. Returns false when there is no such account.
 */
export async function lockAccount(tx: Tx, id: string): Promise<boolean> {
  const result = await tx
    .updateTable('accounts')
    .set((eb) => ({ state: eb.ref('state') }))
    .where('id', '=', id)
    .executeTakeFirst();
  return result.numUpdatedRows === 1n;
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

/** Sets the email address of an account, which is not confirmed then; null removes it. */
export async function setEmail(tx: Tx, id: string, email: string | null): Promise<void> {
  await tx.updateTable('accounts').set({ email, email_confirmed_at: null }).where('id', '=', id).execute();
}

/** Records that the user of a mailed link has the address that it was sent to. A printed link proves no address. */
export async function confirmEmail(tx: Tx, linkId: string, now: number): Promise<void> {
  await tx
    .updateTable('accounts')
    .set({ email_confirmed_at: now })
    .where('id', 'in', ({ selectFrom }) =>
      selectFrom('links')
        .select(({ fn, val }) => fn.coalesce('links.account_id', val('')).as('account_id'))
        .where('links.id', '=', linkId)
        .where('links.mailed_at', 'is not', null),
    )
    .execute();
}

/** The confirmed email address of an account; undefined if it has none. */
export async function confirmedEmail(db: Db, id: string): Promise<string | undefined> {
  const row = await db
    .selectFrom('accounts')
    .select(['email', 'username'])
    .where('id', '=', id)
    .where('email_confirmed_at', 'is not', null)
    .executeTakeFirst();
  // In an organisation whose usernames are addresses, the username is the address.
  return row && (row.email ?? row.username);
}

/**
 * Sets how long the user wants devices to be remembered, as a duration such as `3d`; null: the organisation's default.
 */
export async function setRememberFor(tx: Tx, id: string, duration: string | null): Promise<void> {
  await tx.updateTable('accounts').set({ remember_for: duration }).where('id', '=', id).execute();
}

/**
 * Marks the account, so that its next login asks for a new password after the second factor. The new password removes
 * the mark.
 */
export async function requireNewPassword(tx: Tx, id: string): Promise<void> {
  await tx.updateTable('accounts').set({ must_change_password: 1 }).where('id', '=', id).execute();
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

/**
 * Deletes an account and all rows that belong to it, and returns whether it existed. The link to the pseudonym is
 * deleted too, so the remaining audit entries can no longer be attributed to the user (R66). The caller deletes the
 * counters of the account, because their keys are made in `locks/locks.ts`.
 */
export async function deleteAccount(tx: Tx, id: string): Promise<boolean> {
  // Without the lock, a login in progress would leave a session, a device and a flow behind.
  await lockAccount(tx, id);
  await forgetDevicesOfAccount(tx, id);
  const factors = tx.selectFrom('factors').select('id').where('account_id', '=', id);
  await tx.deleteFrom('burnt_steps').where('factor_id', 'in', factors).execute();
  await tx.deleteFrom('factors').where('account_id', '=', id).execute();
  await tx.deleteFrom('recovery_codes').where('account_id', '=', id).execute();
  await tx.deleteFrom('desk_codes').where('account_id', '=', id).execute();
  await tx.deleteFrom('password_codes').where('account_id', '=', id).execute();
  await tx.deleteFrom('desk_acts').where('account_id', '=', id).execute();
  await tx.deleteFrom('challenges').where('account_id', '=', id).execute();
  await tx.deleteFrom('flows').where('account_id', '=', id).execute();
  await tx.deleteFrom('sessions').where('account_id', '=', id).execute();
  await deleteInstallationsOfAccount(tx, id);
  await tx.deleteFrom('outbox').where('account_id', '=', id).execute();
  await tx.deleteFrom('links').where('account_id', '=', id).execute();
  await tx.deleteFrom('push_links').where('account_id', '=', id).execute();
  await tx.deleteFrom('push_devices').where('account_id', '=', id).execute();
  await tx.deleteFrom('push_requests').where('account_id', '=', id).execute();
  await tx.deleteFrom('push_subscriptions').where('account_id', '=', id).execute();
  await tx.deleteFrom('pseudonyms').where('account_id', '=', id).execute();
  const result = await tx.deleteFrom('accounts').where('id', '=', id).executeTakeFirst();
  return result.numDeletedRows === 1n;
}
