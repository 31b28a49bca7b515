import { revokeAccess } from '../access/revoke.ts';
import { newRowId, type Random } from '../crypto/tokens.ts';
import { findAccount, getAccount, insertAccount } from '../store/accounts/accounts.ts';
import { lockAccount } from '../store/accounts/hold-account.ts';
import { accountByExternalId, displaceUsername, updateShadow } from '../store/accounts/portal-accounts.ts';
import { ConstraintError, type Database, type Tx } from '../store/database.ts';
import { voidLinks } from '../store/links.ts';
import type { AccountRow, NewAccountRow } from '../store/schema.ts';
import { type CheckedUser, DirectoryError } from './directory.ts';

interface ShadowDeps {
  database: Pick<Database, 'read' | 'write'>;
  clock(): number;
  random: Random;
}

/**
 * Returns the account that holds the factors, devices and locks of a user of the portal. It is made at the first login, and
 * its copies of the username, the name and the address are brought up to date. A password that was changed in the portal
 * ends everything that rests on the old one (R34).
 * @param askAgain reads the user again. Another request may have learned of a newer password since the user was read
 * @throws DirectoryError when the username belongs to an account of this database that has no user in the portal
 */
export async function shadowOf(
  deps: ShadowDeps,
  organisationId: string,
  user: CheckedUser,
  askAgain: () => Promise<CheckedUser | undefined> = async () => user,
): Promise<AccountRow> {
  const { database } = deps;
  const known = await accountByExternalId(database.read, organisationId, user.id);
  if (known && isCurrent(known, user)) return known;
  const isOther = known && known.external_changed_at !== user.passwordChangedAt;
  const present = isOther ? await askAgain() : user;
  if (known && (present?.id !== user.id || isCurrent(known, present))) return known;
  try {
    return await database.write((tx) => adopt(tx, deps, organisationId, present ?? user, known));
  } catch (error) {
    // Two first logins at the same moment: the other one has made the account.
    const made =
      error instanceof ConstraintError ? await accountByExternalId(database.read, organisationId, user.id) : undefined;
    if (made) return made;
    throw error;
  }
}

function isCurrent(row: AccountRow, { username, key, name, email, passwordChangedAt }: CheckedUser): boolean {
  const isSame = row.username === username && row.username_key === key && row.name === name && row.email === email;
  return isSame && row.external_changed_at === passwordChangedAt;
}

/**
 * Makes or updates the account of a user, in a transaction.
 * @param before the account before the user was read. If another request has learned of another password since, nothing changes
 * @throws DirectoryError, ConstraintError
 */
export async function adopt(
  tx: Tx,
  deps: Pick<ShadowDeps, 'clock' | 'random'>,
  organisationId: string,
  user: CheckedUser,
  before?: AccountRow,
): Promise<AccountRow> {
  const now = deps.clock();
  const present = before && (await lockedAccount(tx, organisationId, before));
  if (present && present.external_changed_at !== before?.external_changed_at) return present;
  await freeUsername(tx, organisationId, user);
  const known = await accountByExternalId(tx, organisationId, user.id);
  if (known) return await refresh(tx, known, user, now);
  const row = newShadow(user, { organisationId, now, random: deps.random });
  await insertAccount(tx, row, deps.random);
  return (await accountByExternalId(tx, organisationId, user.id)) as AccountRow;
}

async function lockedAccount(tx: Tx, organisationId: string, { id }: AccountRow): Promise<AccountRow | undefined> {
  await lockAccount(tx, id);
  return await getAccount(tx, organisationId, id);
}

async function refresh(tx: Tx, known: AccountRow, user: CheckedUser, now: number): Promise<AccountRow> {
  await lockAccount(tx, known.id);
  const isChanged = known.external_changed_at !== null && known.external_changed_at !== user.passwordChangedAt;
  if (isChanged) await revokeAccess(tx, known.id, { now, reason: 'proof-changed' });
  // A link that was sent to the old address must not open the account any more (R31).
  if (known.email !== user.email) await voidLinks(tx, known.id, now);
  const { username, key, name, email, passwordChangedAt } = user;
  // The new password is what a report of 'This was not me' asked for.
  const passwordTime = isChanged ? { password_changed_at: now, must_change_password: 0 } : {};
  const copies = { username, username_key: key, name, email, external_changed_at: passwordChangedAt, ...passwordTime };
  await updateShadow(tx, known.id, { ...copies, isSameEmail: known.email === email });
  return (await accountByExternalId(tx, known.organisation_id, user.id)) as AccountRow;
}

/**
 * Frees the username for this user. The portal may have given it to another user since: the account of the former one gets
 * its present name at its next login.
 */
async function freeUsername(tx: Tx, organisationId: string, { id, key, username }: CheckedUser): Promise<void> {
  const holder = await findAccount(tx, organisationId, key);
  if (!holder || holder.external_id === id) return;
  if (holder.external_id === null) {
    throw new DirectoryError(
      `the username "${username}" belongs to an account of Tweestap that no user of the directory has; ` +
        'link the two with admin.syncUsers, or delete the account',
    );
  }
  await displaceUsername(tx, holder.id);
}

function newShadow(
  { id, username, key, name, email, passwordChangedAt }: CheckedUser,
  { organisationId, now, random }: { organisationId: string; now: number; random: Random },
): NewAccountRow {
  return {
    id: newRowId(random, now),
    organisation_id: organisationId,
    external_id: id,
    external_changed_at: passwordChangedAt,
    username,
    username_key: key,
    name,
    email,
    password_hash: null,
    password_scheme: null,
    password_changed_at: null,
    state: 'active',
    remember_for: null,
    created_at: now,
  };
}
