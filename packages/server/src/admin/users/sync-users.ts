import { revokeAccess } from '../../access/revoke.ts';
import { type CheckedUser, checkedUser, DirectoryError, type DirectoryUser } from '../../directory/directory.ts';
import { adopt } from '../../directory/shadow.ts';
import { notify } from '../../notices/notify.ts';
import type { OrganisationDefinition } from '../../organisations/schema.ts';
import { findAccount, setAccountState } from '../../store/accounts/accounts.ts';
import { lockAccount } from '../../store/accounts/hold-account.ts';
import { accountByExternalId, accountsOfPortal, linkExternal } from '../../store/accounts/portal-accounts.ts';
import { ConstraintError, type Tx } from '../../store/database.ts';
import type { AccountRow } from '../../store/schema.ts';
import { type AdminDeps, type AdminRequest, organisationOf, recordVerb } from '../request/admin-context.ts';
import { AdminError, type Fault } from '../request/admin-error.ts';

/** The request of `syncUsers`. */
export interface SyncUsersRequest extends AdminRequest {
  /** The id of the organisation. */
  organisation: string;
  /** The users of the portal, by their ids there. */
  users: readonly DirectoryUser[];
  /**
   * What happens to accounts whose user is not in the list: `keep` (the default), or `disable` if the list is complete. An empty
   * list disables none.
   */
  missing?: 'keep' | 'disable';
}

/** The result of `syncUsers`: how many accounts were added, changed, linked, disabled and enabled. */
export interface UsersSynced {
  /** Accounts that did not exist. */
  added: number;
  /** Accounts whose username, name or address has changed. */
  changed: number;
  /** Accounts of this database that belong to a user of the portal from now on. */
  linked: number;
  /** Accounts that were disabled. */
  disabled: number;
  /** Accounts that were enabled. */
  enabled: number;
}

/** How many users are written in one transaction. */
const BATCH = 100;

/**
 * Brings the accounts of an organisation up to date with the users of the portal: their usernames, names and addresses, and
 * whether they may log in. An account of this database with the same username is linked to its user, with its factors; its
 * password is that of the portal then. May be repeated after a failure. @throws AdminError with all faults, before any change
 */
export async function syncUsers(deps: AdminDeps, request: SyncUsersRequest): Promise<UsersSynced> {
  const organisation = await organisationOf(deps.database.read, request.organisation);
  const { missing = 'keep' } = request;
  if (missing !== 'keep' && missing !== 'disable') {
    throw new AdminError('bad-request', 'missing must be "keep" or "disable".');
  }
  const users = checkAll(request.users, organisation);
  if (missing === 'disable' && users.length === 0) {
    throw new AdminError('bad-request', 'users is empty, which would disable every account: nothing was changed.');
  }
  const done: UsersSynced = { added: 0, changed: 0, linked: 0, disabled: 0, enabled: 0 };
  for (let from = 0; from < users.length; from += BATCH) {
    await inOneTransaction(deps, done, (tx, counts) =>
      syncAll(tx, deps, organisation, users.slice(from, from + BATCH), counts),
    );
  }
  if (missing === 'disable') await disableOthers(deps, organisation, new Set(users.map(({ id }) => id)), done);
  await deps.database.write((tx) =>
    recordVerb(tx, deps, request, { event: 'admin-sync', organisationId: organisation.id, detail: { ...done } }),
  );
  return done;
}

/** Checks all users. Two with one id or one username would overwrite each other. @throws AdminError */
function checkAll(users: readonly DirectoryUser[], organisation: OrganisationDefinition): CheckedUser[] {
  if (!Array.isArray(users)) throw new AdminError('bad-request', 'users must be a list.');
  const faults: Fault[] = [];
  const ids = new Set<string>();
  const keys = new Set<string>();
  const checked = users.flatMap((given, index) => {
    try {
      const user = checkedUser(organisation, given);
      if (ids.has(user.id) || keys.has(user.key)) {
        const column = ids.has(user.id) ? 'id' : 'username';
        faults.push({ row: index, column, expected: `expected each ${column} once` });
      }
      ids.add(user.id);
      keys.add(user.key);
      return [user];
    } catch (error) {
      if (!(error instanceof DirectoryError)) throw error;
      faults.push({ row: index, column: 'users', expected: error.message });
      return [];
    }
  });
  if (faults.length === 0) return checked;
  throw new AdminError('bad-request', `${faults.length} of the users can't be used; nothing was changed.`, faults);
}

/** Runs work in a transaction. What it counts is added only if the transaction commits. */
async function inOneTransaction(
  { database }: AdminDeps,
  done: UsersSynced,
  work: (tx: Tx, counts: UsersSynced) => Promise<void>,
): Promise<void> {
  try {
    const counts = await database.write(async (tx) => {
      const own = { added: 0, changed: 0, linked: 0, disabled: 0, enabled: 0 };
      await work(tx, own);
      return own;
    });
    for (const name of Object.keys(done) as (keyof UsersSynced)[]) done[name] += counts[name];
  } catch (error) {
    if (!(error instanceof ConstraintError)) throw error;
    throw new AdminError('taken', 'An account was added during the synchronisation: run it again.');
  }
}

async function syncAll(
  tx: Tx,
  deps: AdminDeps,
  organisation: OrganisationDefinition,
  users: readonly CheckedUser[],
  counts: UsersSynced,
): Promise<void> {
  for (const user of users) {
    const before = await accountByExternalId(tx, organisation.id, user.id);
    const own = before ? undefined : await findAccount(tx, organisation.id, user.key);
    if (own && own.external_id === null) {
      await lockAccount(tx, own.id);
      await linkExternal(tx, own.id, user.id);
      counts.linked += 1;
    }
    const account = await adopt(tx, deps, organisation.id, user);
    if (!before && !(own && own.external_id === null)) counts.added += 1;
    if (before && isOther(before, account)) counts.changed += 1;
    await setState(tx, deps, account, user.isActive ? 'active' : 'disabled', counts);
  }
}

const isOther = (one: AccountRow, other: AccountRow): boolean =>
  one.username !== other.username || one.name !== other.name || one.email !== other.email;

/** Disables or enables an account, as the verbs of the help desk do it. */
async function setState(
  tx: Tx,
  { clock, random }: AdminDeps,
  { id: accountId, organisation_id: organisationId, state: before }: AccountRow,
  state: AccountRow['state'],
  counts: UsersSynced,
): Promise<void> {
  if (before === state || !(await setAccountState(tx, accountId, state))) return;
  const at = clock();
  if (state === 'disabled') {
    await revokeAccess(tx, accountId, { now: at, reason: 'disabled' });
    counts.disabled += 1;
  } else counts.enabled += 1;
  const notice = state === 'disabled' ? 'account-disabled' : 'account-enabled';
  await notify(tx, { notice, organisationId, accountId, at, random });
}

/** Disables the accounts of the portal whose user is not in the list. Accounts of this database stay as they are. */
async function disableOthers(
  deps: AdminDeps,
  { id: organisationId }: OrganisationDefinition,
  listed: ReadonlySet<string>,
  done: UsersSynced,
): Promise<void> {
  let after = '';
  for (;;) {
    const rows = await accountsOfPortal(deps.database.read, organisationId, { after, limit: BATCH });
    const gone = rows.filter(({ external_id, state }) => state === 'active' && !listed.has(external_id ?? ''));
    if (gone.length > 0) {
      await inOneTransaction(deps, done, async (tx, counts) => {
        for (const row of gone) await setState(tx, deps, row, 'disabled', counts);
      });
    }
    if (rows.length < BATCH) return;
    after = rows.at(-1)?.external_id ?? '';
  }
}
