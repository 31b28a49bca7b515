import { type Revoked, revokeAccess } from '../../access/revoke.ts';
import { notify } from '../../notices/notify.ts';
import { endAllFactors } from '../../store/factors/end-factors.ts';
import { deleteDeskCode, voidPasswordCode } from '../../store/help-desk/desk-codes.ts';
import { voidLinks } from '../../store/links.ts';
import { deleteRecoveryCodes } from '../../store/recovery-codes.ts';
import { type AccountRequest, type AdminDeps, recordVerb, targetOf } from '../request/admin-context.ts';
import { AdminError } from '../request/admin-error.ts';
import { recordAct, refuseSameActor } from '../request/desk-acts.ts';

/** The request of `resetFactors`. */
export interface ResetFactorsRequest extends AccountRequest {
  /**
   * `replaced` (the default): for 30 days, codes of the old authenticator are refused with a hint that they are old
   * (R16).
   * `lost`: a thief may have the phone, so its codes are refused without a hint.
   */
  as?: 'lost' | 'replaced';
}

/** The result of `resetFactors`: how much was ended. */
export interface FactorsReset extends Revoked {
  /** The id of the account. */
  id: string;
  /** Ended factors. */
  factors: number;
  /** Deleted recovery codes, including used ones. */
  recoveryCodes: number;
}

/**
 * Ends all second factors and recovery codes of an account, and its sessions, remembered devices and open flows (R34,
 * R39). At the next login, the user sets up a new factor. The counters stay: enrolling a new factor ends a hard cap
 * (D7).
 * @throws AdminError
 */
export async function resetFactors(deps: AdminDeps, request: ResetFactorsRequest): Promise<FactorsReset> {
  const { database, clock, random } = deps;
  const as = request.as ?? 'replaced';
  if (as !== 'lost' && as !== 'replaced') {
    throw new AdminError('bad-request', 'as must be "lost" or "replaced".');
  }
  return await database.write(async (tx) => {
    const { organisation, account } = await targetOf(tx, request);
    const at = clock();
    await refuseSameActor(tx, deps, request, { act: 'resetFactors', accountId: account.id });
    const revoked = await revokeAccess(tx, account.id, { now: at, reason: 'help-desk' });
    const factors = await endAllFactors(tx, account.id, as, at);
    const recoveryCodes = await deleteRecoveryCodes(tx, account.id);
    await deleteDeskCode(tx, account.id);
    // A new password that the help desk started required the factors that have now ended.
    await voidLinks(tx, account.id, at, 'reset', 'helpdesk');
    await voidPasswordCode(tx, account.id);
    await recordAct(tx, deps, request, { act: 'resetFactors', accountId: account.id });
    const where = { organisationId: organisation.id, accountId: account.id };
    const detail = { as, factors, recoveryCodes, ...revoked };
    await recordVerb(tx, deps, request, { event: 'admin-reset-factors', ...where, detail });
    await notify(tx, { notice: 'factors-reset', ...where, at, random });
    return { id: account.id, factors, recoveryCodes, ...revoked };
  });
}
