import { accountKeys } from '../../locks/locks.ts';
import { deleteAccount } from '../../store/accounts.ts';
import { deleteCounters } from '../../store/counters.ts';
import { ConstraintError } from '../../store/database.ts';
import { knownDevices } from '../../store/devices.ts';
import {
  type AccountRequest,
  type AdminDeps,
  type AdminRequest,
  noteVerb,
  organisationOf,
  targetOf,
} from '../request/admin-context.ts';
import { AdminError, faultLine } from '../request/admin-error.ts';
import { checkUser, type UserInput } from './user.ts';
import { insertUsers, rowsOf } from './user-rows.ts';

export interface AddUserRequest extends AdminRequest, UserInput {
  organisation: string;
}

/** Adds one person, with what she has already. @throws AdminError with all faults · HasherBusyError */
export async function addUser(
  deps: AdminDeps,
  request: AddUserRequest,
): Promise<{ id: string; username: string; factorId?: string }> {
  const organisation = await organisationOf(deps.database.read, request.organisation);
  const checked = checkUser(request, organisation);
  if ('faults' in checked) {
    throw new AdminError('bad-request', checked.faults.map(faultLine).join('; ') + '.', checked.faults);
  }
  const rows = await rowsOf(deps, organisation.id, checked.person);
  const { id, username } = rows.account;
  try {
    await deps.database.write(async (tx) => {
      await insertUsers(tx, [rows], deps.random);
      const detail = { factor: rows.factor !== undefined };
      const where = { organisationId: organisation.id, accountId: id };
      await noteVerb(tx, deps, request, { event: 'admin-add-person', ...where, detail });
    });
  } catch (error) {
    if (!(error instanceof ConstraintError)) throw error;
    throw new AdminError('taken', `The username is taken in organisation "${organisation.id}": choose another one.`);
  }
  return { id, username, ...(rows.factor ? { factorId: rows.factor.id } : {}) };
}

/**
 * Deletes a person with all that hangs on the account, for good. Her entries in the audit stay, as nobody's: the link to
 * the pseudonym goes with her (R66). @throws AdminError
 */
export async function deleteUser(deps: AdminDeps, request: AccountRequest): Promise<{ id: string }> {
  return await deps.database.write(async (tx) => {
    const { organisation, account } = await targetOf(tx, request);
    const devices = await knownDevices(tx, account.id);
    await noteVerb(tx, deps, request, {
      event: 'admin-delete-person',
      organisationId: organisation.id,
      accountId: account.id,
    });
    await deleteCounters(tx, accountKeys(account, devices));
    await deleteAccount(tx, account.id);
    return { id: account.id };
  });
}
