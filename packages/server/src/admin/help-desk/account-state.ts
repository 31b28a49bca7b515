import { type Revoked, revokeAccess } from '../../access/revoke.ts';
import { notify } from '../../notices/notify.ts';
import { setAccountState } from '../../store/accounts.ts';
import { deleteDeskCode, voidPasswordCode } from '../../store/help-desk/desk-codes.ts';
import { voidLinks } from '../../store/links.ts';
import { deleteSessionsOfAccount } from '../../store/sessions.ts';
import { type AccountRequest, type AdminDeps, noteVerb, targetOf } from '../request/admin-context.ts';

export interface StateChange extends Partial<Revoked> {
  id: string;
  /** False when it was so already. */
  changed: boolean;
}

/** Shuts a person out at once: no login, and all she was let in with dies (R71), codes and links that were handed out too. @throws AdminError */
export async function disable(deps: AdminDeps, request: AccountRequest): Promise<StateChange> {
  return await deps.database.write(async (tx) => {
    const { organisation, account } = await targetOf(tx, request);
    const changed = await setAccountState(tx, account.id, 'disabled');
    const revoked = await revokeAccess(tx, account.id, { now: deps.clock(), reason: 'disabled' });
    await deleteDeskCode(tx, account.id);
    await voidLinks(tx, account.id, deps.clock());
    await voidPasswordCode(tx, account.id);
    const where = { organisationId: organisation.id, accountId: account.id };
    await noteVerb(tx, deps, request, { event: 'admin-disable', ...where, detail: { changed, ...revoked } });
    if (changed) await notify(tx, { notice: 'account-disabled', ...where, at: deps.clock(), random: deps.random });
    return { id: account.id, changed, ...revoked };
  });
}

/** Lets a disabled person log in again, with the factors she had. @throws AdminError */
export async function enable(deps: AdminDeps, request: AccountRequest): Promise<StateChange> {
  return await deps.database.write(async (tx) => {
    const { organisation, account } = await targetOf(tx, request);
    const changed = await setAccountState(tx, account.id, 'active');
    const where = { organisationId: organisation.id, accountId: account.id };
    await noteVerb(tx, deps, request, { event: 'admin-enable', ...where, detail: { changed } });
    if (changed) await notify(tx, { notice: 'account-enabled', ...where, at: deps.clock(), random: deps.random });
    return { id: account.id, changed };
  });
}

/** Signs a person out everywhere (R71). Remembered devices stay. @throws AdminError */
export async function endSessions(deps: AdminDeps, request: AccountRequest): Promise<{ id: string; sessions: number }> {
  const { database, clock, random } = deps;
  return await database.write(async (tx) => {
    const { organisation, account } = await targetOf(tx, request);
    const sessions = await deleteSessionsOfAccount(tx, account.id);
    const where = { organisationId: organisation.id, accountId: account.id };
    await noteVerb(tx, deps, request, { event: 'admin-end-sessions', ...where, detail: { sessions } });
    if (sessions > 0) await notify(tx, { notice: 'sessions-ended', ...where, at: clock(), random });
    return { id: account.id, sessions };
  });
}
