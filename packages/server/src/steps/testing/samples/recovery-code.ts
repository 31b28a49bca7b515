import { newBrowser, newUser, type StepSample } from '../step-sample.ts';

/** The sample of the step `recovery-code`. */
export const sample: StepSample = {
  async reach(world) {
    const user = await newUser(world);
    await world.giveRecoveryCodes(user);
    const browser = newBrowser(world);
    await browser.password(user);
    await browser.submit({ step: 'totp', action: 'switch', method: 'recovery-code' });
    return { browser, user };
  },
  inputs: { submit: ({ user }) => ({ code: user?.recoveryCodes[0] }) },
  wrong: { input: () => ({ code: 'AAAA-BBBB-CCCC' }), code: 'wrong-code' },
};
