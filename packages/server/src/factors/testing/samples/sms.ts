import { addNumber, NUMBER, newestCode, otherCode, smsPolicy } from '../../../testing/sent-codes.ts';
import { type FactorSample, removeNewest } from '../factor-sample.ts';

/** The sample of the factor `sms`. */
export const sample: FactorSample = {
  data: { number: NUMBER },
  secrets: [NUMBER],
  possession: { active: { sms: 1 } },
  policy: { sms: smsPolicy.sms, offerPasskeys: false },
  wrongCode: 'wrong-code',
  async give(world, user) {
    await addNumber(world, user);
    return {
      right: async () => ({ step: 'sms', code: await newestCode(world, user) }),
      wrong: async () => ({ step: 'sms', code: otherCode(await newestCode(world, user)) }),
    };
  },
  async enroll({ type }, world, user) {
    if (type === 'enroll-sms-number') return { step: 'enroll-sms-number', phoneNumber: '06 1234 5678' };
    return { step: 'enroll-sms', code: await newestCode(world, user) };
  },
  remove: (world, user) => removeNewest(world, user, 'sms'),
};
