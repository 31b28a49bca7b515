import { accountKeys } from '../../locks/locks.ts';
import { takenUsernames } from '../../store/accounts/accounts.ts';
import { deleteAccount } from '../../store/accounts/delete-account.ts';
import { takenExternalIds } from '../../store/accounts/portal-accounts.ts';
import { deleteCounters } from '../../store/counters.ts';
import { ConstraintError, type Db } from '../../store/database.ts';
import { knownDevices } from '../../store/devices.ts';
import { signalEndedSessions } from '../../store/signals.ts';
import {
  type AccountRequest,
  type AdminDeps,
  type AdminRequest,
  organisationOf,
  recordVerb,
  targetOf,
} from '../request/admin-context.ts';
import { AdminError, faultLine } from '../request/admin-error.ts';
import { type CheckedUser, checkUser, type UserInput } from './user.ts';
import { insertUsers, rowsOf } from './user-rows.ts';

/** The request of `addUser`. */
export interface AddUserRequest extends AdminRequest, UserInput {
  /** The id of the organisation. */
  organisation: string;
}

/** Adds one user with their existing credentials. @throws AdminError with all faults, or HasherBusyError */
export async function addUser(
  deps: AdminDeps,
  request: AddUserRequest,
): Promise<{ id: string; username: string; factorId?: string }> {
  const organisation = await organisationOf(deps.database.read, request.organisation);
  const checked = checkUser(request, organisation);
  if ('faults' in checked) {
    throw new AdminError('bad-request', checked.faults.map(faultLine).join('; ') + '.', checked.faults);
  }
  const rows = await rowsOf(deps, organisation.id, checked.user);
  const { id, username } = rows.account;
  try {
    await deps.database.write(async (tx) => {
      await insertUsers(tx, [rows], deps.random);
      const detail = { factor: rows.factor !== undefined || rows.passkeys.length > 0 || rows.phones.length > 0 };
      const where = { organisationId: organisation.id, accountId: id };
      await recordVerb(tx, deps, request, { event: 'admin-add-person', ...where, detail });
    });
  } catch (error) {
    if (!(error instanceof ConstraintError)) throw error;
    throw await takenError(deps.database.read, organisation.id, checked.user);
  }
  return { id, username, ...(rows.factor ? { factorId: rows.factor.id } : {}) };
}

const FREE = 'expected one that no account has yet';

/** Says which value of a new user belongs to an account already. */
async function takenError(db: Db, organisation: string, { usernameKey, externalId }: CheckedUser): Promise<AdminError> {
  if ((await takenUsernames(db, organisation, [usernameKey])).length > 0) {
    const message = `The username is already taken in the organisation "${organisation}": choose another one.`;
    return new AdminError('taken', message, [{ column: 'username', expected: FREE }]);
  }
  if (externalId !== null && (await takenExternalIds(db, organisation, [externalId])).length > 0) {
    const message = `The external id "${externalId}" belongs to an account of the organisation "${organisation}" already.`;
    return new AdminError('taken', message, [{ column: 'externalId', expected: FREE }]);
  }
  return new AdminError('taken', 'A passkey or phone of the user is set up for an account already.');
}

/**
 * Deletes an account and everything that belongs to it, permanently. Its audit events stay, but the link between
 * account and pseudonym is deleted, so they can no longer be attributed to the user (R66). @throws AdminError
 */
export async function deleteUser(deps: AdminDeps, request: AccountRequest): Promise<{ id: string }> {
  return await deps.database.write(async (tx) => {
    const { organisation, account } = await targetOf(tx, request);
    const devices = await knownDevices(tx, account.id);
    const where = { organisationId: organisation.id, accountId: account.id };
    await recordVerb(tx, deps, request, { event: 'admin-delete-person', ...where });
    signalEndedSessions(tx, account, { reason: 'deleted', keepsOne: false });
    await deleteCounters(tx, accountKeys(account, devices));
    await deleteAccount(tx, account.id);
    return { id: account.id };
  });
}
