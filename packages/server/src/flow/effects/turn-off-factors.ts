import { notify } from '../../notices/notify.ts';
import { setCodesDue } from '../../store/accounts/accounts.ts';
import { endAllFactors } from '../../store/factors/end-factors.ts';
import { deleteRecoveryCodes } from '../../store/recovery-codes.ts';
import { mayBegin, possessionOf } from '../rules/possession.ts';
import { type Effect, effect, type StepContext } from '../rules/step-definition.ts';
import { revokeProofs } from './set-password.ts';

/**
 * P9: turns the second factor off. Authenticators and recovery codes no longer verify anything. Remembered devices, open flows
 * (R39) and all other sessions (R71) end. As with a removed authenticator, the secrets are kept for a while to recognise an
 * old code (R16).
 */
export async function turnOffFactors(context: StepContext): Promise<Effect[]> {
  const { facts, now, random } = context;
  const { policy, id: organisationId } = await context.organisation();
  const accountId = facts.person?.id ?? '';
  return [
    ...revokeProofs(accountId, context),
    {
      // The policy or the account may have changed since the flow began.
      lost: 'not-allowed',
      apply: async (tx) => mayBegin('disable', await possessionOf(tx, accountId), policy, now),
    },
    effect(async (tx) => {
      await endAllFactors(tx, accountId, 'replaced', now);
      await deleteRecoveryCodes(tx, accountId);
      await setCodesDue(tx, accountId, false);
      await notify(tx, { notice: 'factors-off', organisationId, accountId, at: now, random });
    }),
  ];
}
