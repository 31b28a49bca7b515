import { DEFAULT_DIGITS, normaliseCode, STEP_MS } from '../factors/totp/code.ts';
import { judgeCode, type TotpVerdictAmong } from '../factors/totp/factor.ts';
import { factorCounted } from '../flow/effects/factor-counted.ts';
import {
  accepted,
  type Effect,
  type Refused,
  refused,
  type StepContext,
  type StepDefinition,
} from '../flow/rules/step-definition.ts';
import { burnTotpStep, spendTotpStep } from '../store/factors.ts';

/** ms a burnt step is kept: longer than any clock that `clock-off` explains can bring it round again. */
const BURNT_FOR = 24 * 60 * 60_000;

export const totp: StepDefinition<'totp'> = {
  answers: ['submit'],
  audited: 'totp',
  async present(context) {
    const { facts, kind } = context;
    const { policy } = await context.organisation();
    const duration = facts.rememberFor;
    // R41: offered where a factor is verified in this very flow, and only by a login.
    const offered = kind === 'login' && duration !== undefined && duration !== 'never';
    return {
      type: 'totp',
      digits: DEFAULT_DIGITS,
      period: STEP_MS / 1000,
      ...(offered ? { remember: { for: duration } } : {}),
      methods: context.order.otherMethods(context, policy, 'totp'),
    };
  },
  counted: (context) => factorCounted(context, 'totp'),
  async verify(answer, context) {
    const code = normaliseCode(answer.code, DEFAULT_DIGITS);
    if (code === null) return refused('wrong-code');
    const verdict = await judgeCode(code, context);
    if (verdict.outcome === 'refused') return explained(verdict, context);
    const { factorId, step } = verdict;
    const { facts, now, kind } = context;
    const ticked = answer.remember === true && kind === 'login' && facts.rememberFor !== undefined;
    const spend: Effect = { lost: 'code-used', apply: (tx) => spendTotpStep(tx, { factorId, step, now }) };
    return accepted(
      {
        ...facts,
        factor: { method: 'totp', id: factorId, at: now },
        ...(ticked && facts.rememberFor ? { remember: facts.rememberFor } : {}),
      },
      [spend],
    );
  },
};

/** The refusal with what helps the person; a step that was told is burnt in the same transaction (R18a). */
function explained(
  verdict: Extract<TotpVerdictAmong, { outcome: 'refused' }>,
  { now }: Pick<StepContext, 'now'>,
): Refused {
  const { code, counts, factorId } = verdict;
  if (code === 'code-early') {
    return { outcome: 'refused', refusal: { code, retryAt: verdict.retryAt }, counts };
  }
  if (code !== 'clock-off' || factorId === undefined) return { outcome: 'refused', refusal: { code }, counts };
  const { burn, offBySeconds, hours } = verdict;
  const effect: Effect = {
    lost: 'code-used',
    apply: (tx) => burnTotpStep(tx, { factorId, step: burn, until: now + BURNT_FOR }),
  };
  const refusal = { code, offBySeconds, ...(hours === undefined ? {} : { offByHours: hours }) };
  return { outcome: 'refused', refusal, counts, effects: [effect] };
}
