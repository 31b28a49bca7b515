import { addNumber, NUMBER, newestCode, otherCode, smsPolicy } from '../../../testing/sent-codes.ts';
import { newBrowser, newUser, type StepSample, withPolicy } from '../step-sample.ts';

const codes = new WeakMap<object, string>();

/** The sample of the step `sms`. */
export const sample: StepSample = {
  async reach(world) {
    await withPolicy(world, smsPolicy);
    const user = await newUser(world, { without: 'totp' });
    await addNumber(world, user);
    await world.giveRecoveryCodes(user);
    const browser = newBrowser(world);
    await browser.password(user);
    codes.set(browser, await newestCode(world, user));
    return { browser, user, secrets: [NUMBER, codes.get(browser) ?? ''] };
  },
  inputs: {
    submit: ({ browser }) => ({ code: codes.get(browser), remember: true }),
    resend: ({ world }) => {
      world.clock.advance(30_000);
      return {};
    },
  },
  wrong: { input: ({ browser }) => ({ code: otherCode(codes.get(browser) ?? '') }), code: 'wrong-code' },
};
