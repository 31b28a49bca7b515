import { NUMBER, newestCode, otherCode, smsPolicy } from '../../../testing/sent-codes.ts';
import { newBrowser, newUser, type StepSample, withPolicy } from '../step-sample.ts';

const codes = new WeakMap<object, string>();
let numbers = 0;

/** The sample of the step `enroll-sms`. */
export const sample: StepSample = {
  async reach(world) {
    await withPolicy(world, smsPolicy);
    const user = await newUser(world, { without: 'totp' });
    const browser = newBrowser(world);
    await browser.accept(user);
    await browser.submit({ step: 'enroll-method', method: 'sms' });
    // A number of its own, because the messages to one number are limited.
    numbers += 1;
    const phoneNumber = `+316100${String(numbers).padStart(5, '0')}`;
    await browser.submit({ step: 'enroll-sms-number', phoneNumber });
    codes.set(browser, await newestCode(world, user));
    return { browser, user, secrets: [NUMBER, phoneNumber, codes.get(browser) ?? ''] };
  },
  inputs: {
    submit: ({ browser }) => ({ code: codes.get(browser) }),
    resend: ({ world }) => {
      world.clock.advance(30_000);
      return {};
    },
    'change-number': () => ({}),
  },
  wrong: { input: ({ browser }) => ({ code: otherCode(codes.get(browser) ?? '') }), code: 'wrong-code' },
};
