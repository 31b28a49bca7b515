import { mailAddress } from '../mail/render.ts';
import { notify } from '../notices/notify.ts';
import { setEmail } from '../store/accounts.ts';
import { voidLinks } from '../store/links.ts';
import { type AccountRequest, type AdminDeps, lockedTargetOf, noteVerb } from './admin-context.ts';
import { AdminError, faultLine } from './admin-error.ts';
import { checkEmail } from './person.ts';

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
