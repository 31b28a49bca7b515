import { endAllFactors } from '../store/factors.ts';
import { deleteRecoveryCodes } from '../store/recovery-codes.ts';
import { notify } from './journal.ts';
import { mayBegin } from './own-flows.ts';
import { possessionOf } from './possession.ts';
import { revokeProofs } from './revoke.ts';
import { type Effect, effect, type StepContext } from './step-definition.ts';

/** What a flow of some kinds does by being done: it stands or falls with the last proof. */
export async function endEffects(context: StepContext): Promise<Effect[]> {
  return context.kind === 'disable' ? await turnOff(context) : [];
}

/**
 * P9: the second factor is off. Authenticators and recovery codes verify nothing any more, and what rested on them ends:
 * remembered devices, open flows (R39) and all sessions but this one (R71). The secrets tell an old code apart for a
 * while (R16), as with an authenticator that was removed.
 */
async function turnOff(context: StepContext): Promise<Effect[]> {
  const { facts, now, random } = context;
  const { policy, id: organisationId } = await context.organisation();
  const accountId = facts.person?.id ?? '';
  return [
    ...revokeProofs(accountId, context),
    {
      // The policy, or the account, may be another than it was when the flow began.
      lost: 'not-allowed',
      apply: async (tx) => mayBegin('disable', await possessionOf(tx, accountId), policy, now),
    },
    effect(async (tx) => {
      await endAllFactors(tx, accountId, 'replaced', now);
      await deleteRecoveryCodes(tx, accountId);
      await notify(tx, { notice: 'factors-off', organisationId, accountId, at: now, random });
    }),
  ];
}
