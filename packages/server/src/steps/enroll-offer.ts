import { hasActive } from '../flow/rules/factor.ts';
import { accepted, type StepDefinition } from '../flow/rules/step-definition.ts';
import { textIn, timeLeft } from '../organisations/policy.ts';

/** Offers the enrolment of a factor, with the deadline until which the user can defer it. */
export const enrollOffer: StepDefinition<'enroll-offer'> = {
  answers: ['accept'],
  async present({ kind, facts, now, language, organisation, order }) {
    const { policy } = await organisation();
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
  async verify(_answer, { facts, now }) {
    return accepted({ ...facts, offerAccepted: { at: now } });
  },
};
