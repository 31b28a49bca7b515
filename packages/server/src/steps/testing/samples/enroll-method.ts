import { newBrowser, newUser, type StepSample } from '../step-sample.ts';

export const sample: StepSample = {
  async reach(world) {
    const user = await newUser(world, { without: 'totp' });
    const browser = newBrowser(world);
    await browser.accept(user);
    return { browser, user };
  },
  inputs: { submit: () => ({ method: 'totp' }) },
  // Of a method, but of none that users set up.
  wrong: { input: () => ({ method: 'recovery-code' }), code: 'not-allowed' },
};
