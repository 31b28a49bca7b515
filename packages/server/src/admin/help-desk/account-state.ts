import { type Revoked, revokeAccess } from '../../access/revoke.ts';
import { notify } from '../../notices/notify.ts';
import { setAccountState } from '../../store/accounts/accounts.ts';
import { deleteDeskCode, voidPasswordCode } from '../../store/help-desk/desk-codes.ts';
import { voidLinks } from '../../store/links.ts';
import { deleteSessionsOfAccount } from '../../store/sessions.ts';
import { signalEndedSessions } from '../../store/signals.ts';
import { type AccountRequest, type AdminDeps, recordVerb, targetOf } from '../request/admin-context.ts';

/** The result of `disable` and `enable`. Only `disable` reports how much access was revoked. */
export interface StateChange extends Partial<Revoked> {
  /** The id of the account. */
  id: string;
  /** False if the account was already in this state. */
  changed: boolean;
}

/**
 * Disables an account. The user can't log in, and sessions, devices and open flows end immediately (R71). Links and
 * codes of the help desk become invalid. @throws AdminError
 */
export async function disable(deps: AdminDeps, request: AccountRequest): Promise<StateChange> {
  return await deps.database.write(async (tx) => {
    const { organisation, account } = await targetOf(tx, request);
    const changed = await setAccountState(tx, account.id, 'disabled');
    const revoked = await revokeAccess(tx, account.id, { now: deps.clock(), reason: 'disabled' });
    await deleteDeskCode(tx, account.id);
    await voidLinks(tx, account.id, deps.clock());
    await voidPasswordCode(tx, account.id);
    const where = { organisationId: organisation.id, accountId: account.id };
    await recordVerb(tx, deps, request, { event: 'admin-disable', ...where, detail: { changed, ...revoked } });
    if (changed) await notify(tx, { notice: 'account-disabled', ...where, at: deps.clock(), random: deps.random });
    return { id: account.id, changed, ...revoked };
  });
}

/** Enables a disabled account again, with its existing factors. @throws AdminError */
export async function enable(deps: AdminDeps, request: AccountRequest): Promise<StateChange> {
  return await deps.database.write(async (tx) => {
    const { organisation, account } = await targetOf(tx, request);
    const changed = await setAccountState(tx, account.id, 'active');
    const where = { organisationId: organisation.id, accountId: account.id };
    await recordVerb(tx, deps, request, { event: 'admin-enable', ...where, detail: { changed } });
    if (changed) await notify(tx, { notice: 'account-enabled', ...where, at: deps.clock(), random: deps.random });
    return { id: account.id, changed };
  });
}

/** Ends all sessions of an account (R71). Remembered devices stay. @throws AdminError */
export async function endSessions(deps: AdminDeps, request: AccountRequest): Promise<{ id: string; sessions: number }> {
  const { database, clock, random } = deps;
  return await database.write(async (tx) => {
    const { organisation, account } = await targetOf(tx, request);
    const sessions = await deleteSessionsOfAccount(tx, account.id);
    const where = { organisationId: organisation.id, accountId: account.id };
    signalEndedSessions(tx, account, { reason: 'ended', keepsOne: false });
    await recordVerb(tx, deps, request, { event: 'admin-end-sessions', ...where, detail: { sessions } });
    if (sessions > 0) await notify(tx, { notice: 'sessions-ended', ...where, at: clock(), random });
    return { id: account.id, sessions };
  });
}
