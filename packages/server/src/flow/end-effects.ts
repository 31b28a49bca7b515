import { passwordKey } from '../locks/locks.ts';
import { notify } from '../notices/notify.ts';
import { setCodesDue } from '../store/accounts.ts';
import { resetHard } from '../store/counters.ts';
import { endAllFactors } from '../store/factors.ts';
import { deleteRecoveryCodes } from '../store/recovery-codes.ts';
import { endsBeforeLogin } from './complete.ts';
import { revokeProofs } from './effects/set-password.ts';
import { mayBegin, possessionOf } from './rules/possession.ts';
import { type Effect, effect, type StepContext } from './rules/step-definition.ts';

/** What a flow does at its end, in the transaction of the last proof. */
export async function endEffects(context: StepContext): Promise<Effect[]> {
  const off = context.kind === 'disable' ? await turnOff(context) : [];
  return [...off, ...(await endHardCount(context))];
}

/**
 * D12, SP 800-63B-4 §3.2.2: failures count until the password is used with success, which is the end of a login and not the
 * right password alone. The soft count and a wait of strangers go on where they are not those of this browser.
 */
async function endHardCount(context: StepContext): Promise<Effect[]> {
  const { facts, kind, now } = context;
  if (endsBeforeLogin(kind) || (facts.password ?? facts.confirmed) === undefined) return [];
  const key = facts.account?.key ?? (await context.account())?.username_key;
  if (key === undefined || facts.organisation === undefined) return [];
  const counter = passwordKey(facts.organisation, key);
  return [effect((tx) => resetHard(tx, counter, now))];
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
      await setCodesDue(tx, accountId, false);
      await notify(tx, { notice: 'factors-off', organisationId, accountId, at: now, random });
    }),
  ];
}
