import type { SetUpMethod } from '@tweestap/protocol';
import { beginEnrolment, enrolmentOptions, finishEnrolment, isEnrolmentOpen } from '../factors/passkey/enroll.ts';
import { hasActive } from '../flow/rules/factor.ts';
import { accepted, refused, type StepContext, type StepDefinition } from '../flow/rules/step-definition.ts';
import { textIn, timeLeft } from '../organisations/policy.ts';
import type { Policy } from '../organisations/schema.ts';

/** Offers the enrolment of a factor, with the deadline until which the user can defer it. */
export const enrollOffer: StepDefinition<'enroll-offer'> = {
  answers: ['accept', 'passkey'],
  offers: (action, { options }) => action !== 'passkey' || options !== undefined,
  auditedAs: ({ action }) => (action === 'passkey' ? 'enroll-passkey' : undefined),
  // A browser may create the offered passkey without asking, so its options are there from the start.
  isPrepared: async (context) => !(await isPasskeyOffered(context)) || isEnrolmentOpen(context),
  async prepare(context) {
    const isMissing = (await isPasskeyOffered(context)) && !isEnrolmentOpen(context);
    return accepted(isMissing ? await beginEnrolment(context) : context.facts);
  },
  async present(context) {
    const { kind, facts, now, language, organisation, order } = context;
    const { policy } = await organisation();
    if (await isPasskeyOffered(context)) {
      const options = await enrolmentOptions(context);
      return { type: 'enroll-offer', reason: 'passkey', options, mandatory: false, remembers: false };
    }
    const move = order.moveOf(context, policy);
    const method = order.offeredMethod(context, policy);
    if (move && method) return { ...moveView(policy, now, move), method: method as SetUpMethod };
    const mandatory = !order.mayDefer(kind, 'enroll-offer', facts, policy, now);
    const left = mandatory ? undefined : timeLeft(policy, now);
    const explanation = policy.setUp?.explanation;
    return {
      type: 'enroll-offer',
      reason: facts.has && hasActive(facts.has) ? 'new-phone' : 'set-up',
      mandatory,
      remembers: policy.remember.choices.some((choice) => choice !== 'never'),
      ...(left ? { ...left, deadline: new Date(left.deadline).toISOString() } : {}),
      ...(explanation ? { explanation: textIn(explanation, language) } : {}),
    };
  },
  async verify(answer, context) {
    if (answer.action === 'passkey') {
      if (!(await isPasskeyOffered(context))) return refused('not-allowed', false);
      return await finishEnrolment({ credential: answer.credential, isConditional: true }, context);
    }
    const { facts, now, organisation, order } = context;
    const { policy } = await organisation();
    const setUpMethod = order.offeredMethod(context, policy);
    const move = order.moveOf(context, policy) ? { move: true as const } : {};
    return accepted({ ...facts, offerAccepted: { at: now, ...move }, ...(setUpMethod ? { setUpMethod } : {}) });
  },
};

/** Whether the offer is a passkey for a user who has another factor. */
async function isPasskeyOffered(context: StepContext): Promise<boolean> {
  const { policy } = await context.organisation();
  const isMove = context.order.moveOf(context, policy) !== undefined;
  return !isMove && context.order.offeredMethod(context, policy) === 'passkey';
}

/** The offer to move from text messages to another method, with the last day on which it can be deferred (W1). */
function moveView(policy: Policy, now: number, due: 'offered' | 'mandatory') {
  const left = due === 'offered' ? timeLeft({ factor: 'optional', setUp: policy.moveFromSms }, now) : undefined;
  return {
    type: 'enroll-offer' as const,
    reason: 'move' as const,
    mandatory: due === 'mandatory',
    remembers: false,
    ...(left ? { ...left, deadline: new Date(left.deadline).toISOString() } : {}),
  };
}
