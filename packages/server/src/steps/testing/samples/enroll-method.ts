import { newBrowser, newUser, type StepSample } from '../step-sample.ts';

/** The sample of the step `enroll-method`. */
export const sample: StepSample = {
  async reach(world) {
    const user = await newUser(world, { without: 'totp' });
    const browser = newBrowser(world);
    await browser.accept(user);
    return { browser, user };
  },
  inputs: { submit: () => ({ method: 'totp' }) },
  // A method that exists, but that users can't enroll.
  wrong: { input: () => ({ method: 'recovery-code' }), code: 'not-allowed' },
};
