import { type Revoked, revokeAccess } from '../../access/revoke.ts';
import { newPasswordKey, passwordKeys } from '../../locks/locks.ts';
import { mailAddress } from '../../mail/render.ts';
import { notify } from '../../notices/notify.ts';
import { setEmail, setPasswordHash } from '../../store/accounts.ts';
import { resetCounter } from '../../store/counters.ts';
import { knownDevices } from '../../store/devices.ts';
import { voidPasswordCode } from '../../store/help-desk/desk-codes.ts';
import { voidLinks } from '../../store/links.ts';
import { type AccountRequest, type AdminDeps, lockedTargetOf, noteVerb, targetOf } from '../request/admin-context.ts';
import { AdminError, faultLine } from '../request/admin-error.ts';
import { checkEmail, checkNewPassword } from './user.ts';

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

export interface ChangeEmailRequest extends AccountRequest {
  /** The address that mail goes to from now on; null: the account has none. What the user logs in with stays. */
  email: string | null;
}

export interface EmailChanged {
  id: string;
  /** False when it was this address already: nothing was done. */
  changed: boolean;
}

/**
 * Changes where mail to an account goes. Whoever reads that mail can reset the password, so this is an administrator's
 * verb: links that are out are void (R31), and the old address and the new one are both notified. @throws AdminError
 */
export async function changeEmail(deps: AdminDeps, request: ChangeEmailRequest): Promise<EmailChanged> {
  const { database, clock, random } = deps;
  const checked = checkEmail(request.email);
  if ('column' in checked) throw new AdminError('bad-request', `${faultLine(checked)}.`, [checked]);
  const { email } = checked;
  return await database.write(async (tx) => {
    const { organisation, account } = await lockedTargetOf(tx, request);
    const { id } = account;
    const changed = account.email !== email;
    const where = { organisationId: organisation.id, accountId: id };
    await noteVerb(tx, deps, request, { event: 'admin-change-email', ...where, detail: { changed } });
    if (!changed) return { id, changed };
    await setEmail(tx, id, email);
    await voidLinks(tx, id, clock());
    const notice = { notice: 'email-changed', ...where, at: clock(), random } as const;
    const before = mailAddress(account, organisation);
    const after = mailAddress({ ...account, email }, organisation);
    if (before !== undefined) await notify(tx, { ...notice, data: { formerAddress: before } });
    if (after !== undefined && after !== before) await notify(tx, notice);
    return { id, changed };
  });
}
