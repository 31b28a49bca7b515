import { idsOfAccount } from '../store/accounts/accounts.ts';
import { lockAccount } from '../store/accounts/hold-account.ts';
import { deleteSession, deleteSessionsOfAccount } from '../store/sessions.ts';
import { signalEndedSessions } from '../store/signals.ts';
import { type AccountDeps, type Caller, changeAccount, recordChange } from './change-account.ts';
import { forgetOnBrowser } from './remembered-devices.ts';

/**
 * Ends all sessions of the account except the current one, on all instances (R71). @throws AccountError `no-session`
 */
export async function endOtherSessions(deps: AccountDeps, caller: Caller): Promise<void> {
  const { account_id: accountId, id_hash: current } = caller.session;
  await changeAccount(deps, caller, async (tx) => {
    const sessions = await deleteSessionsOfAccount(tx, accountId, current);
    const account = await idsOfAccount(tx, accountId);
    if (account) signalEndedSessions(tx, account, { reason: 'ended', keepsOne: true });
    if (sessions > 0) await recordChange(deps, tx, caller, 'sessions-ended', { sessions });
  });
}

/**
 * Logs the user out. Does nothing if the session has already ended. The device stays known, unless `forget` is true
 * (R41a). Returns whether the browser no longer knows any account.
 */
export async function logOut(
  deps: AccountDeps,
  caller: Caller,
  { forget }: { forget: boolean },
): Promise<{ isBrowserForgotten: boolean }> {
  const { session } = caller;
  return await deps.database.write(async (tx) => {
    await lockAccount(tx, session.account_id);
    if (!(await deleteSession(tx, session.id_hash))) return { isBrowserForgotten: false };
    await recordChange(deps, tx, caller, 'sign-out');
    return { isBrowserForgotten: forget && (await forgetOnBrowser(deps, tx, caller)) };
  });
}
