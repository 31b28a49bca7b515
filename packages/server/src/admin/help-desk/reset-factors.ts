import { type Revoked, revokeAccess } from '../../access/revoke.ts';
import { notify } from '../../notices/notify.ts';
import { endAllFactors } from '../../store/factors.ts';
import { deleteDeskCode, voidPasswordCode } from '../../store/help-desk/desk-codes.ts';
import { voidLinks } from '../../store/links.ts';
import { deleteRecoveryCodes } from '../../store/recovery-codes.ts';
import { type AccountRequest, type AdminDeps, noteVerb, targetOf } from '../request/admin-context.ts';
import { AdminError } from '../request/admin-error.ts';
import { keepApart, recordAct } from '../request/desk-acts.ts';

export interface ResetFactorsRequest extends AccountRequest {
  /**
   * `replaced` (the default): a code of the old authenticator is recognised for 30 days (R16), and still lets nobody in.
   * `lost`: the phone may be in other hands, so that not even a hint about its codes is given.
   */
  as?: 'lost' | 'replaced';
}

export interface FactorsReset extends Revoked {
  id: string;
  factors: number;
  recoveryCodes: number;
}

/**
 * Takes all second factors and recovery codes from a person; what she was let in with dies too (R34, R39). At the next
 * login she sets up a new one. Counters stay: binding a new factor is what ends a hard cap (D7). @throws AdminError
 */
export async function resetFactors(deps: AdminDeps, request: ResetFactorsRequest): Promise<FactorsReset> {
  const { database, clock, random } = deps;
  const as = request.as ?? 'replaced';
  if (as !== 'lost' && as !== 'replaced') {
    throw new AdminError('bad-request', 'Factors are reset as "lost" or "replaced".');
  }
  return await database.write(async (tx) => {
    const { organisation, account } = await targetOf(tx, request);
    const at = clock();
    await keepApart(tx, deps, request, { act: 'resetFactors', accountId: account.id });
    const revoked = await revokeAccess(tx, account.id, { now: at, reason: 'help-desk' });
    const factors = await endAllFactors(tx, account.id, as, at);
    const recoveryCodes = await deleteRecoveryCodes(tx, account.id);
    await deleteDeskCode(tx, account.id);
    // A new password that the help desk started rests on the factors that are gone.
    await voidLinks(tx, account.id, at, 'reset', 'helpdesk');
    await voidPasswordCode(tx, account.id);
    await recordAct(tx, deps, request, { act: 'resetFactors', accountId: account.id });
    const where = { organisationId: organisation.id, accountId: account.id };
    const detail = { as, factors, recoveryCodes, ...revoked };
    await noteVerb(tx, deps, request, { event: 'admin-reset-factors', ...where, detail });
    await notify(tx, { notice: 'factors-reset', ...where, at, random });
    return { id: account.id, factors, recoveryCodes, ...revoked };
  });
}
