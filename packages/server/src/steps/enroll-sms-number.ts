import { newRowId } from '../crypto/tokens.ts';
import { sealNewNumber } from '../factors/sms/channel.ts';
import { accepted, refused, type StepContext, type StepDefinition } from '../flow/rules/step-definition.ts';
import { parseAllowedNumber } from '../sms/phone-number.ts';

/** Shown if the organisation ended text messages while the flow is open. Every number is then refused. */
const FALLBACK_COUNTRY = 'NL';

/** Asks for the phone number that codes are sent to. */
export const enrollSmsNumber: StepDefinition<'enroll-sms-number'> = {
  answers: ['submit'],
  audited: 'enroll-sms-number',
  async present(context) {
    const { policy } = await context.organisation();
    const stronger = await strongerMethod(context);
    return {
      type: 'enroll-sms-number',
      country: policy.sms?.country ?? FALLBACK_COUNTRY,
      ...(stronger ? { stronger } : {}),
    };
  },
  /** A number is no credential, so an attempt is not counted. The sending limits apply to its code (R24). */
  async verify({ phoneNumber }, context) {
    const { facts, now, random } = context;
    const { policy } = await context.organisation();
    const number = policy.sms && parseAllowedNumber(phoneNumber, policy.sms);
    if (!number) return refused('bad-phone-number', false);
    const factorId = newRowId(random, now);
    const secret = sealNewNumber(context, factorId, number.e164);
    return accepted({ ...facts, enrolment: { method: 'sms', factorId, secret, at: now } });
  },
};

/** The first other method of the policy. Each one protects better than a text message (SP 800-63B-4 §3.1.3.3). */
async function strongerMethod({ organisation, registry }: StepContext) {
  const { policy } = await organisation();
  return policy.methods.find(({ method }) => method !== 'sms' && registry.methods.includes(method))?.method;
}
