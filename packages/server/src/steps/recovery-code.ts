import { expireHelpDeskCode, judgeHelpDeskCode, spendHelpDeskCode } from '../factors/recovery-codes/desk-code.ts';
import { type RecoveryVerdict, verifyRecoveryCode } from '../factors/recovery-codes/recovery-codes.ts';
import { describeMethods } from '../flow/effects/describe-methods.ts';
import { countedUnder } from '../flow/effects/factor-counted.ts';
import { revokeProofs } from '../flow/effects/set-password.ts';
import type { Possession } from '../flow/rules/facts.ts';
import { possessionOf, withoutDeskCode } from '../flow/rules/possession.ts';
import {
  type Accepted,
  accepted,
  type Effect,
  effect,
  refused,
  type StepContext,
  type StepDefinition,
} from '../flow/rules/step-definition.ts';
import { notify } from '../notices/notify.ts';
import { countUnspent, currentRecoveryCodes, deleteRecoveryCodes, spendRecoveryCode } from '../store/recovery-codes.ts';

/** Asks for one of the account's recovery codes, or for a code that the help desk issued. */
export const recoveryCode: StepDefinition<'recovery-code'> = {
  answers: ['submit'],
  audited: 'recovery-code',
  async present(context) {
    const { policy } = await context.organisation();
    return {
      type: 'recovery-code',
      methods: await describeMethods(context, context.order.otherMethods(context, policy, 'recovery-code')),
    };
  },
  /**
   * Recovery codes have a counter of their own, so wrong codes of an app never lock them, nor the reverse (D12). At the
   * cap the recovery codes are deleted, and the app still works.
   */
  async counted(context) {
    const unspent = await countUnspent(context.read, context.facts.person?.id ?? '');
    return await countedUnder(context, 'recovery-code', {
      notice: 'recovery-codes-ended',
      end: deleteRecoveryCodes,
      left: () => ({ recoveryCodes: 0 }),
      has: { recoveryCodes: unspent },
    });
  },
  /** Accepts one of the user's own codes or the help desk's code. Both have the same form, so one field takes either. */
  async verify(answer, context) {
    const { facts, now } = context;
    const { person } = facts;
    if (!person) throw new Error('The step recovery-code requires the fact person, which is missing.');
    const own = await judgeOwnCode(answer.code, person.id, context);
    const desk = own.outcome === 'matched' ? undefined : await judgeHelpDeskCode(answer.code, context);
    // An expired or used code was correct once, so it is not counted as a guess.
    if (desk?.outcome === 'expired') {
      return { ...refused('code-expired', false), effects: [expireHelpDeskCode(desk.id, context)] };
    }
    if (own.outcome === 'spent' || desk?.outcome === 'spent') return refused('code-used', false);
    // Read again: if the authenticator was disabled since the flow began, the user has to enroll a new one.
    const has = withoutDeskCode(context.kind, await possessionOf(context.read, person.id));
    if (desk?.outcome === 'matched')
      return acceptHelpDeskCode(desk.id, person.id, { ...has, recoveryCodes: 0 }, context);
    if (own.outcome !== 'matched') return refused('wrong-code');
    const left = has.recoveryCodes - 1;
    return accepted(
      { ...facts, factor: { method: 'recovery-code', id: own.id, at: now }, has: { ...has, recoveryCodes: left } },
      [spend(own.id, context), ...revokeProofs(person.id, context), notifyUse(person.id, left, context)],
    );
  },
};

async function judgeOwnCode(code: string, accountId: string, context: StepContext): Promise<RecoveryVerdict> {
  const { policy } = await context.organisation();
  const set = policy.recoveryCodes ? await currentRecoveryCodes(context.read, accountId) : undefined;
  const own = set && { accountId, salt: set.salt, candidates: set.codes };
  return await verifyRecoveryCode(code, own, context.hasher);
}

/** M8: allows one login that enrolls a new authenticator. The user's earlier factors stay until then (R11). */
function acceptHelpDeskCode(id: string, accountId: string, has: Possession, context: StepContext): Accepted {
  const { facts, now, random } = context;
  const { deskCode: _, ...rest } = has;
  const organisationId = facts.organisation ?? '';
  const notice = effect((tx) => notify(tx, { notice: 'desk-code-used', organisationId, accountId, at: now, random }));
  const factor = { method: 'recovery-code', id, at: now, desk: true } as const;
  const effects = [spendHelpDeskCode(id, context), ...revokeProofs(accountId, context), notice];
  return { ...accepted({ ...facts, factor, has: rest }, effects), otherwise: true };
}

function spend(id: string, { now }: StepContext): Effect {
  return { lost: 'code-used', apply: (tx) => spendRecoveryCode(tx, id, now) };
}

/** R35: notifies the user of the use and of how many codes are left. */
function notifyUse(accountId: string, left: number, { facts, now, random }: StepContext): Effect {
  return effect(async (tx) => {
    const organisationId = facts.organisation ?? '';
    await notify(tx, { notice: 'recovery-code-used', organisationId, accountId, at: now, random, data: { left } });
  });
}
