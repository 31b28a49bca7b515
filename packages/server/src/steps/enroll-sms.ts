import {
  describeCode,
  isCodePrepared,
  judgeSentCode,
  prepareCode,
  resendCode,
} from '../factors/sent-code/challenge.ts';
import { SENT_DIGITS } from '../factors/sent-code/code.ts';
import { newNumberOf, toNewNumber } from '../factors/sms/channel.ts';
import { normaliseCode } from '../factors/totp/code.ts';
import { bindFactor, type NewFactor, withEnrolled } from '../flow/effects/bind-factor.ts';
import { factorCounted } from '../flow/effects/factor-counted.ts';
import { accepted, refused, type StepDefinition, without } from '../flow/rules/step-definition.ts';
import { maskNumber } from '../sms/phone-number.ts';

/** Enrolls a phone number: asks for the code that was sent to it. */
export const enrollSms: StepDefinition<'enroll-sms'> = {
  answers: ['submit', 'resend', 'change-number'],
  audited: 'enroll-sms',
  isPrepared: ({ facts }) => isCodePrepared(facts, toNewNumber),
  prepare: (context) => prepareCode(context, toNewNumber),
  async present(context) {
    return { type: 'enroll-sms', ...(await describeCode(context, toNewNumber)) };
  },
  /** Without a counter, another user's number could be enrolled by guessing its code. */
  async counted(context, { action = 'submit' }) {
    return action === 'submit' ? await factorCounted(context, 'sms') : undefined;
  },
  async verify(answer, context) {
    const { facts, now } = context;
    if (answer.action === 'resend') return await resendCode(context, toNewNumber);
    if (answer.action === 'change-number') return accepted(without(facts, 'enrolment', 'challenge'));
    const enrolment = newNumberOf(context);
    const code = normaliseCode(answer.code, SENT_DIGITS);
    if (code === null || !enrolment) return refused('wrong-code');
    const verdict = await judgeSentCode(code, context, toNewNumber);
    if (verdict.outcome === 'refused') return verdict;
    const { policy } = await context.organisation();
    const { factorId, number } = enrolment;
    const factor: NewFactor = { method: 'sms', factorId, data: { number }, to: maskNumber(number) };
    const rest = without(facts, 'enrolment', 'challenge');
    return accepted(withEnrolled(rest, factor, now), [verdict.spend, ...bindFactor(context, policy, factor)]);
  },
};
