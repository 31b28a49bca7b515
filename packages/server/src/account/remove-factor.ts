import { revokeAccess } from '../access/revoke.ts';
import { setUpDue } from '../organisations/policy.ts';
import { isSteppedUp, STEP_UP_MAX_AGE } from '../sessions/sessions.ts';
import { activeFactors, endFactor, renameFactor as setFactorName } from '../store/factors.ts';
import { getOrganisation } from '../store/organisations.ts';
import { deleteRecoveryCodes } from '../store/recovery-codes.ts';
import { type AccountDeps, AccountError, type Caller, changeAccount, recordAndNotify } from './change-account.ts';

/**
 * Removes a factor, and with it everything that rested on the factors as they were: remembered devices (R39), other
 * sessions (R71) and open flows. The last one stays where the organisation asks for a second factor; where it is removed,
 * the recovery codes are removed too.
 * @throws AccountError `no-session` · `insufficient-user-authentication` · `not-found` · `not-allowed`
 */
export async function removeFactor(deps: AccountDeps, caller: Caller, factorId: string): Promise<void> {
  const { clock } = deps;
  const { account_id: accountId, organisation_id: organisationId, id_hash: current } = caller.session;
  // R9: the password, or a device that was remembered, is not enough to remove a factor.
  const isProven = isSteppedUp(caller.session, clock(), STEP_UP_MAX_AGE);
  if (!isProven) throw new AccountError('insufficient-user-authentication');
  await changeAccount(deps, caller, async (tx) => {
    const organisation = await getOrganisation(tx, organisationId);
    // The same rule as for turning it off: it must not be asked for again at the next login.
    const mandatory = !organisation || setUpDue(organisation.policy, clock()) === 'mandatory';
    const factors = await activeFactors(tx, accountId);
    if (!factors.some(({ id }) => id === factorId)) throw new AccountError('not-found');
    const isLast = factors.length === 1;
    if (isLast && mandatory) throw new AccountError('not-allowed');
    const now = clock();
    await revokeAccess(tx, accountId, { now, reason: 'proof-changed', exceptSession: current });
    if (!(await endFactor(tx, accountId, factorId, 'replaced', now))) throw new AccountError('not-found');
    if (isLast) await deleteRecoveryCodes(tx, accountId);
    await recordAndNotify(deps, tx, caller, 'factor-removed');
  });
}

/** Gives a factor another name. @throws AccountError `no-session` · `bad-name` · `not-found` */
export async function renameFactor(deps: AccountDeps, caller: Caller, factorId: string, name: string): Promise<void> {
  const given = givenName(name);
  if (given === undefined) throw new AccountError('bad-name');
  const { account_id: accountId } = caller.session;
  const isRenamed = await changeAccount(deps, caller, (tx) => setFactorName(tx, accountId, factorId, given));
  if (!isRenamed) throw new AccountError('not-found');
}

/** Controls, surrogates, private use, line separators, and all that shows as nothing or turns the text around. */
const INVISIBLE = /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/u;
const LONGEST = 60;

/**
 * The name that a person gives to an authenticator, in NFC and with single spaces. Undefined where it can't be shown as
 * it is: such a name would hide or imitate another (R78).
 */
export function givenName(text: string): string | undefined {
  const name = text
    .normalize('NFC')
    .replace(/\p{Zs}+/gu, ' ')
    .trim();
  return name === '' || name.length > LONGEST || INVISIBLE.test(name) ? undefined : name;
}
