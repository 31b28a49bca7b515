import { smsPolicy } from '../../../testing/sent-codes.ts';
import { newBrowser, newUser, type StepSample, withPolicy } from '../step-sample.ts';

/** The sample of the step `enroll-sms-number`. */
export const sample: StepSample = {
  async reach(world) {
    await withPolicy(world, smsPolicy);
    const user = await newUser(world, { without: 'totp' });
    const browser = newBrowser(world);
    await browser.accept(user);
    await browser.submit({ step: 'enroll-method', method: 'sms' });
    return { browser, user };
  },
  inputs: { submit: () => ({ phoneNumber: '06 1234 5678' }) },
  wrong: { input: () => ({ phoneNumber: '020 123 4567' }), code: 'bad-phone-number' },
};
