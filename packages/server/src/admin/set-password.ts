import { type Revoked, revokeAccess } from '../access/revoke.ts';
import { newPasswordKey, passwordKeys } from '../locks/keys.ts';
import { notify } from '../notices/notify.ts';
import { setPasswordHash } from '../store/accounts.ts';
import { resetCounter } from '../store/counters.ts';
import { knownDevices } from '../store/devices.ts';
import { voidPasswordCode } from '../store/help-desk/password-codes.ts';
import { voidLinks } from '../store/links.ts';
import { type AccountRequest, type AdminDeps, lockedTargetOf, noteVerb, targetOf } from './admin-context.ts';
import { AdminError, faultLine } from './admin-error.ts';
import { checkNewPassword } from './person.ts';

export interface SetPasswordRequest extends AccountRequest {
  /** In the clear; hashed before it is stored. By the organisation's rules for passwords. */
  password: string;
}

export interface PasswordSet extends Revoked {
  id: string;
}

/**
 * Sets a password that an administrator chose: the way back for a user who has no factor and no recovery code to reset it
 * with, or the first password of an account. Everything that was proven with the old one ends (R34), links and codes that
 * were handed out are void (R31), the password's locks are lifted, and the user is notified. @throws AdminError ·
 * HasherBusyError
 */
export async function setPassword(deps: AdminDeps, request: SetPasswordRequest): Promise<PasswordSet> {
  const { database, hasher, clock, random } = deps;
  const { organisation, account: seen } = await targetOf(database.read, request);
  const fault = checkNewPassword(request.password, seen.username, organisation);
  if (fault) throw new AdminError('bad-request', `${faultLine(fault)}.`, [fault]);
  const hash = await hasher.hash(request.password);
  return await database.write(async (tx) => {
    const { account } = await lockedTargetOf(tx, { ...request, account: seen.id });
    const now = clock();
    const revoked = await revokeAccess(tx, account.id, { now, reason: 'help-desk' });
    await setPasswordHash(tx, account.id, hash, now);
    await voidLinks(tx, account.id, now);
    await voidPasswordCode(tx, account.id);
    const counters = [...passwordKeys(account, await knownDevices(tx, account.id)), newPasswordKey(account.id)];
    for (const key of counters) await resetCounter(tx, key, now);
    const where = { organisationId: organisation.id, accountId: account.id };
    await noteVerb(tx, deps, request, { event: 'admin-set-password', ...where, detail: { ...revoked } });
    await notify(tx, { notice: 'password-changed', ...where, at: now, random });
    return { id: account.id, ...revoked };
  });
}
