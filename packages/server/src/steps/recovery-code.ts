import { endDesk, judgeDeskCode, spendDesk } from '../factors/recovery-codes/desk-code.ts';
import { type RecoveryVerdict, verifyRecoveryCode } from '../factors/recovery-codes/recovery-codes.ts';
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

export const recoveryCode: StepDefinition<'recovery-code'> = {
  answers: ['submit'],
  audited: 'recovery-code',
  async present(context) {
    const { policy } = await context.organisation();
    return { type: 'recovery-code', methods: context.order.otherMethods(context, policy, 'recovery-code') };
  },
  /**
   * Apart from the codes of an app, so that guessing at those never takes this way out, and the reverse (D12). At the cap
   * the recovery codes are gone, and the app still works.
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
  /** One of the user's own codes, or the one that the help desk gave: both look the same, so one field takes either. */
  async verify(answer, context) {
    const { facts, now } = context;
    const { person } = facts;
    if (!person) throw new Error('A recovery code was asked for before the user was known.');
    const own = await judgeOwn(answer.code, person.id, context);
    const desk = own.outcome === 'matched' ? undefined : await judgeDeskCode(answer.code, context);
    // It was right once: a copy of what was accepted, or a code that was crossed out on paper, is no guess.
    if (desk?.outcome === 'expired') {
      return { ...refused('code-expired', false), effects: [endDesk(desk.id, context)] };
    }
    if (own.outcome === 'spent' || desk?.outcome === 'spent') return refused('code-used', false);
    // The authenticator may have been disabled since the flow began, and then a new one has to be bound.
    const has = withoutDeskCode(context.kind, await possessionOf(context.read, person.id));
    if (desk?.outcome === 'matched') return byDesk(desk.id, person.id, { ...has, recoveryCodes: 0 }, context);
    if (own.outcome !== 'matched') return refused('wrong-code');
    const left = has.recoveryCodes - 1;
    return accepted(
      { ...facts, factor: { method: 'recovery-code', id: own.id, at: now }, has: { ...has, recoveryCodes: left } },
      [spend(own.id, context), ...revokeProofs(person.id, context), tell(person.id, left, context)],
    );
  },
};

async function judgeOwn(code: string, accountId: string, context: StepContext): Promise<RecoveryVerdict> {
  const { policy } = await context.organisation();
  const set = policy.recoveryCodes ? await currentRecoveryCodes(context.read, accountId) : undefined;
  const own = set && { accountId, salt: set.salt, candidates: set.codes };
  return await verifyRecoveryCode(code, own, context.hasher);
}

/** M8: it lets in once, for a new authenticator. What the person had before stays as it is until that one is bound (R11). */
function byDesk(id: string, accountId: string, has: Possession, context: StepContext): Accepted {
  const { facts, now, random } = context;
  const { deskCode: _, ...rest } = has;
  const organisationId = facts.organisation ?? '';
  const told = effect((tx) => notify(tx, { notice: 'desk-code-used', organisationId, accountId, at: now, random }));
  const factor = { method: 'recovery-code', id, at: now, desk: true } as const;
  const effects = [spendDesk(id, context), ...revokeProofs(accountId, context), told];
  return { ...accepted({ ...facts, factor, has: rest }, effects), otherwise: true };
}

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
