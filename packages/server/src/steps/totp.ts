import { DEFAULT_DIGITS, normaliseCode, STEP_MS } from '../factors/totp/code.ts';
import { judgeCode, type TotpVerdictAmong } from '../factors/totp/factor.ts';
import { describeMethods } from '../flow/effects/describe-methods.ts';
import { factorCounted } from '../flow/effects/factor-counted.ts';
import { rememberFact, rememberOffer } from '../flow/effects/remember.ts';
import {
  accepted,
  type Effect,
  type Refused,
  refused,
  type StepContext,
  type StepDefinition,
} from '../flow/rules/step-definition.ts';
import { burnTotpStep, spendTotpStep } from '../store/factors/time-steps.ts';

/** How long a burnt time step is stored, in ms. It is longer than the largest clock offset that `clock-off` reports. */
const BURNT_STEP_KEPT_MS = 24 * 60 * 60_000;

/** Asks for a code of an authenticator app, and offers to remember the device. */
export const totp: StepDefinition<'totp'> = {
  answers: ['submit'],
  audited: 'totp',
  async present(context) {
    const { policy } = await context.organisation();
    return {
      type: 'totp',
      digits: DEFAULT_DIGITS,
      period: STEP_MS / 1000,
      ...rememberOffer(context),
      methods: await describeMethods(context, context.order.otherMethods(context, policy, 'totp')),
    };
  },
  counted: (context) => factorCounted(context, 'totp'),
  async verify(answer, context) {
    const code = normaliseCode(answer.code, DEFAULT_DIGITS);
    if (code === null) return refused('wrong-code');
    const verdict = await judgeCode(code, context);
    if (verdict.outcome === 'refused') return explainRefusal(verdict, context);
    const { factorId, step } = verdict;
    const { facts, now } = context;
    const spend: Effect = { lost: 'code-used', apply: (tx) => spendTotpStep(tx, { factorId, step, now }) };
    return accepted(
      {
        ...facts,
        factor: { method: 'totp', id: factorId, at: now },
        ...rememberFact(answer, context),
      },
      [spend],
    );
  },
};

/**
 * The refusal with details that help the user. The time step that `clock-off` reveals is burnt in the same transaction
 * (R18a).
 */
function explainRefusal(
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
    apply: (tx) => burnTotpStep(tx, { factorId, step: burn, until: now + BURNT_STEP_KEPT_MS }),
  };
  const refusal = { code, offBySeconds, ...(hours === undefined ? {} : { offByHours: hours }) };
  return { outcome: 'refused', refusal, counts, effects: [effect] };
}
