import { accountKeys } from '../locks/keys.ts';
import { deleteAccount } from '../store/accounts.ts';
import { deleteCounters } from '../store/counters.ts';
import { knownDevices } from '../store/devices.ts';
import { type AccountRequest, type AdminDeps, noteVerb, targetOf } from './admin-context.ts';

/**
 * Deletes a person with all that hangs on the account, for good. Her entries in the audit stay, as nobody's: the link to
 * the pseudonym goes with her (R66). @throws AdminError
 */
export async function deletePerson(deps: AdminDeps, request: AccountRequest): Promise<{ id: string }> {
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
