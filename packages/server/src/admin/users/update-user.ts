import { UsernameError } from '../../accounts/username.ts';
import { passwordKey } from '../../locks/locks.ts';
import { mailAddress } from '../../mail/render.ts';
import { notify } from '../../notices/notify.ts';
import { setUserNames } from '../../store/accounts/accounts.ts';
import { moveCounter } from '../../store/counters.ts';
import { ConstraintError, type Tx } from '../../store/database.ts';
import { voidLinks } from '../../store/links.ts';
import type { AccountRow } from '../../store/schema.ts';
import { type AccountRequest, type AdminDeps, keyOf, lockedTargetOf, recordVerb } from '../request/admin-context.ts';
import { AdminError } from '../request/admin-error.ts';
import { checkName } from './user.ts';

/** The request of `updateUser`. What is not given stays. */
export interface UpdateUserRequest extends AccountRequest {
  /** The new username. The user logs in with it from now on. */
  username?: string;
  /** The new name, or null to remove it. */
  name?: string | null;
}

/** The result of `updateUser`. */
export interface UserUpdated {
  /** The id of the account. */
  id: string;
  /** The present username. */
  username: string;
  /** False if nothing was different. */
  changed: boolean;
}

/**
 * Changes the username or the name of an account. Its password, its factors and the lock of its password stay. The user is
 * notified of another username. The users of a portal are changed there. @throws AdminError
 */
export async function updateUser(deps: AdminDeps, request: UpdateUserRequest): Promise<UserUpdated> {
  const { database, clock, random } = deps;
  const name = request.name === undefined ? undefined : checkName(request.name);
  if (name !== undefined && 'column' in name) {
    throw new AdminError('bad-request', `${name.column}: ${name.expected}.`, [name]);
  }
  try {
    return await database.write(async (tx) => {
      const { organisation, account } = await lockedTargetOf(tx, request);
      if (account.external_id !== null) throw new AdminError('not-possible', OF_PORTAL);
      const username = request.username?.trim() ?? account.username;
      const next = { username, username_key: keyOf(organisation, username), name: name?.name ?? null };
      if (name === undefined) next.name = account.name;
      const renamed = username !== account.username;
      const changed = renamed || next.name !== account.name;
      const where = { organisationId: organisation.id, accountId: account.id };
      const detail = { changed, username: renamed, name: next.name !== account.name };
      await recordVerb(tx, deps, request, { event: 'admin-update-user', ...where, detail });
      if (changed) await rename(tx, account, next);
      if (!renamed) return { id: account.id, username, changed };
      const former = mailAddress(account, organisation);
      const data = former === undefined ? {} : { formerAddress: former };
      await voidLinks(tx, account.id, clock());
      await notify(tx, { notice: 'username-changed', ...where, at: clock(), random, data });
      return { id: account.id, username, changed };
    });
  } catch (error) {
    if (error instanceof UsernameError) throw new AdminError('bad-request', `username: ${error.message}`);
    if (!(error instanceof ConstraintError)) throw error;
    throw new AdminError('taken', 'The username is already taken in the organisation: choose another one.');
  }
}

const OF_PORTAL = 'The user belongs to the portal: change the user there, or use syncUsers.';

/** Stores the names. An address that was the username follows it. */
async function rename(
  tx: Tx,
  account: AccountRow,
  next: Pick<AccountRow, 'username' | 'username_key' | 'name'>,
): Promise<void> {
  const isSameEmail = account.email !== account.username || next.username === account.username;
  await setUserNames(tx, account.id, { ...next, email: isSameEmail ? account.email : next.username, isSameEmail });
  if (next.username_key === account.username_key) return;
  // The failures were guesses of the same password, so another name does not lift its lock (D7).
  const { organisation_id: organisation } = account;
  await moveCounter(tx, passwordKey(organisation, account.username_key), passwordKey(organisation, next.username_key));
}
