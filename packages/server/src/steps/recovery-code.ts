import { verifyRecoveryCode } from '../factors/recovery-codes/recovery-codes.ts';
import { codeCounted } from '../flow/code-counted.ts';
import { notify } from '../flow/journal.ts';
import { otherMethods } from '../flow/methods.ts';
import { revokeProofs } from '../flow/revoke.ts';
import {
  accepted,
  type Effect,
  effect,
  refused,
  type StepContext,
  type StepDefinition,
} from '../flow/step-definition.ts';
import { currentRecoveryCodes, spendRecoveryCode } from '../store/recovery-codes.ts';

export const recoveryCode: StepDefinition<'recovery-code'> = {
  answers: ['submit'],
  audited: 'recovery-code',
  async present(context) {
    const { policy } = await context.organisation();
    return { type: 'recovery-code', methods: otherMethods(context.facts, policy, 'recovery-code') };
  },
  counted: codeCounted,
  async verify(answer, context) {
    const { facts, now, read, hasher } = context;
    const { person, has } = facts;
    if (!person || !has) throw new Error('A recovery code is asked before the person is known.');
    const set = await currentRecoveryCodes(read, person.id);
    if (!set) return refused('wrong-code');
    const candidates = { accountId: person.id, salt: set.salt, candidates: set.codes };
    const verdict = await verifyRecoveryCode(answer.code, candidates, hasher);
    if (verdict.outcome !== 'matched') return refused(verdict.outcome === 'spent' ? 'code-used' : 'wrong-code');
    const left = has.recoveryCodes - 1;
    return accepted(
      {
        ...facts,
        factor: { method: 'recovery-code', id: verdict.id, at: now },
        has: { ...has, recoveryCodes: left },
      },
      [spend(verdict.id, context), ...revokeProofs(person.id, context), tell(person.id, left, context)],
    );
  },
};

function spend(id: string, { now }: StepContext): Effect {
  return { lost: 'code-used', apply: (tx) => spendRecoveryCode(tx, id, now) };
}

/** R35: the person is told, and how many are left. */
function tell(accountId: string, left: number, { facts, now, random }: StepContext): Effect {
  return effect(async (tx) => {
    const organisationId = facts.organisation ?? '';
    await notify(tx, { notice: 'recovery-code-used', organisationId, accountId, at: now, random, data: { left } });
  });
}
