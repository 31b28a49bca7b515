import { notify } from '../notices/notify.ts';
import { deleteSessionsOfAccount } from '../store/sessions.ts';
import { type AccountRequest, type AdminDeps, noteVerb, targetOf } from './admin-context.ts';

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
