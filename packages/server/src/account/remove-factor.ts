import { revokeAccess } from '../access/revoke.ts';
import { setUpDue } from '../organisations/policy.ts';
import { isSteppedUp, STEP_UP_MAX_AGE } from '../sessions/sessions.ts';
import { endFactor } from '../store/factors/end-factors.ts';
import { activeFactors, isCompanion, renameFactor as setFactorName } from '../store/factors/factors.ts';
import { getOrganisation } from '../store/organisations.ts';
import { deleteRecoveryCodes } from '../store/recovery-codes.ts';
import { type AccountDeps, AccountError, type Caller, changeAccount, recordAndNotify } from './change-account.ts';

/**
 * Removes a factor and everything that depends on the previous set of factors: remembered devices (R39), other sessions
 * (R71) and open flows. The last factor can't be removed if the organisation requires one. When the last factor is
 * removed, the recovery codes are removed too.
 * @throws AccountError `no-session`, `insufficient-user-authentication`, `not-found` or `not-allowed`
 */
export async function removeFactor(deps: AccountDeps, caller: Caller, factorId: string): Promise<void> {
  const { clock } = deps;
  const { account_id: accountId, organisation_id: organisationId, id_hash: current } = caller.session;
  // R9: a password or a remembered device is not sufficient to remove a factor.
  const isProven = isSteppedUp(caller.session, clock(), STEP_UP_MAX_AGE);
  if (!isProven) throw new AccountError('insufficient-user-authentication');
  await changeAccount(deps, caller, async (tx) => {
    const organisation = await getOrganisation(tx, organisationId);
    // The last factor stays if the next login would require a new one. Disabling the second factor has the same rule.
    const mandatory = !organisation || setUpDue(organisation.policy, clock()) === 'mandatory';
    const factors = (await activeFactors(tx, accountId)).filter((row) => !isCompanion(row));
    const removed = factors.find(({ id }) => id === factorId);
    if (!removed) throw new AccountError('not-found');
    const isLast = factors.length === 1;
    if (isLast && mandatory) throw new AccountError('not-allowed');
    const now = clock();
    await revokeAccess(tx, accountId, { now, reason: 'proof-changed', exceptSession: current });
    if (!(await endFactor(tx, accountId, factorId, 'replaced', now))) throw new AccountError('not-found');
    if (isLast) await deleteRecoveryCodes(tx, accountId);
    await recordAndNotify(deps, tx, caller, 'factor-removed', {
      detail: { method: removed.method },
      data: { method: removed.method },
    });
  });
}

/** Renames a factor. @throws AccountError `no-session`, `bad-name` or `not-found` */
export async function renameFactor(deps: AccountDeps, caller: Caller, factorId: string, name: string): Promise<void> {
  const given = checkedName(name);
  if (given === undefined) throw new AccountError('bad-name');
  const { account_id: accountId } = caller.session;
  const isRenamed = await changeAccount(deps, caller, (tx) => setFactorName(tx, accountId, factorId, given));
  if (!isRenamed) throw new AccountError('not-found');
}

/** Control characters, surrogates, private use, line separators, invisible characters and bidirectional controls. */
const INVISIBLE = /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/u;
const MAX_NAME_LENGTH = 60;

/**
 * Normalises the name of an authenticator to NFC and single spaces. Returns undefined if the name is empty, too long or
 * contains characters that could hide or imitate another name (R78).
 */
export function checkedName(text: string): string | undefined {
  const name = text
    .normalize('NFC')
    .replace(/\p{Zs}+/gu, ' ')
    .trim();
  return name === '' || name.length > MAX_NAME_LENGTH || INVISIBLE.test(name) ? undefined : name;
}
