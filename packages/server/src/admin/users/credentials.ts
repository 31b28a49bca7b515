import { type Revoked, revokeAccess } from '../../access/revoke.ts';
import { newPasswordKey, passwordKeys } from '../../locks/locks.ts';
import { mailAddress } from '../../mail/render.ts';
import { notify } from '../../notices/notify.ts';
import type { OrganisationDefinition } from '../../organisations/schema.ts';
import { setEmail } from '../../store/accounts/email-address.ts';
import { setPasswordHash } from '../../store/accounts/passwords.ts';
import { recordExternalPassword } from '../../store/accounts/portal-accounts.ts';
import { resetCounter } from '../../store/counters.ts';
import { knownDevices } from '../../store/devices.ts';
import { voidPasswordCode } from '../../store/help-desk/desk-codes.ts';
import { voidLinks } from '../../store/links.ts';
import type { AccountRow } from '../../store/schema.ts';
import { type AccountRequest, type AdminDeps, lockedTargetOf, recordVerb, targetOf } from '../request/admin-context.ts';
import { AdminError, faultLine } from '../request/admin-error.ts';
import { checkEmail, checkNewPassword } from './user.ts';

/** The request of `setPassword`. */
export interface SetPasswordRequest extends AccountRequest {
  /** The password in plain text. It must meet the organisation's rules, and it is hashed before it is stored. */
  password: string;
}

/** The result of `setPassword`. */
export interface PasswordSet extends Revoked {
  /** The id of the account. */
  id: string;
}

/**
 * Sets a password that an administrator chose, for a user who has no factor or recovery code to reset it with, or as
 * the first password of an account. All access that was gained with the old password ends (R34). Existing links and
 * codes become void (R31). The locks of the password are lifted, and the user is notified. @throws AdminError or
 * HasherBusyError
 */
export async function setPassword(deps: AdminDeps, request: SetPasswordRequest): Promise<PasswordSet> {
  const { database, hasher, clock, random } = deps;
  const { organisation, account: seen } = await targetOf(database.read, request);
  const fault = checkNewPassword(request.password, seen.username, organisation);
  if (fault) throw new AdminError('bad-request', `${faultLine(fault)}.`, [fault]);
  const chosen =
    seen.external_id === null
      ? await hasher.hash(request.password)
      : await setInPortal(deps, organisation, seen, request.password);
  return await database.write(async (tx) => {
    const { account } = await lockedTargetOf(tx, { ...request, account: seen.id });
    const now = clock();
    const revoked = await revokeAccess(tx, account.id, { now, reason: 'help-desk' });
    if ('hash' in chosen) await setPasswordHash(tx, account.id, chosen, now);
    else await recordExternalPassword(tx, account.id, { now, changedAt: chosen.changedAt });
    await voidLinks(tx, account.id, now);
    await voidPasswordCode(tx, account.id);
    const counters = [...passwordKeys(account, await knownDevices(tx, account.id)), newPasswordKey(account.id)];
    for (const key of counters) await resetCounter(tx, key, now);
    const where = { organisationId: organisation.id, accountId: account.id };
    await recordVerb(tx, deps, request, { event: 'admin-set-password', ...where, detail: { ...revoked } });
    await notify(tx, { notice: 'password-changed', ...where, at: now, random });
    return { id: account.id, ...revoked };
  });
}

/** Sets the password of a user in the portal. @throws AdminError `not-possible`, DirectoryError */
async function setInPortal(
  { directory }: AdminDeps,
  organisation: OrganisationDefinition,
  { username, external_id }: AccountRow,
  password: string,
): Promise<{ changedAt: number | null }> {
  const found = await directory?.find(organisation, username);
  const user = found?.id === external_id ? found : undefined;
  if (!directory?.setPassword || !user) {
    throw new AdminError('not-possible', 'The password of this user is in the portal: change it there.');
  }
  await directory.setPassword(user, password);
  return { changedAt: (await directory.find(organisation, username))?.passwordChangedAt ?? null };
}

/** The request of `changeEmail`. */
export interface ChangeEmailRequest extends AccountRequest {
  /** The new address for email, or null to remove it. The username does not change. */
  email: string | null;
}

/** The result of `changeEmail`. */
export interface EmailChanged {
  /** The id of the account. */
  id: string;
  /** False if the account had this address already. Nothing was changed then. */
  changed: boolean;
}

/**
 * Changes the address for email of an account. Only an administrator may do this, because access to the mailbox is
 * sufficient to reset the password. Existing links become void (R31), and the old and the new address are notified.
 * @throws AdminError
 */
export async function changeEmail(deps: AdminDeps, request: ChangeEmailRequest): Promise<EmailChanged> {
  const { database, clock, random } = deps;
  const checked = checkEmail(request.email);
  if ('column' in checked) throw new AdminError('bad-request', `${faultLine(checked)}.`, [checked]);
  const { email } = checked;
  return await database.write(async (tx) => {
    const { organisation, account } = await lockedTargetOf(tx, request);
    if (account.external_id !== null) {
      throw new AdminError(
        'not-possible',
        'The user belongs to the portal: change the address there, or use syncUsers.',
      );
    }
    const { id } = account;
    const changed = account.email !== email;
    const where = { organisationId: organisation.id, accountId: id };
    await recordVerb(tx, deps, request, { event: 'admin-change-email', ...where, detail: { changed } });
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
