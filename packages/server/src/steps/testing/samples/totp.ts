import { newBrowser, newUser, type StepSample } from '../step-sample.ts';

/** The sample of the step `totp`. */
export const sample: StepSample = {
  async reach(world) {
    const user = await newUser(world);
    await world.giveRecoveryCodes(user);
    const browser = newBrowser(world);
    await browser.password(user);
    return { browser, user };
  },
  inputs: { submit: ({ user, world }) => ({ code: user ? world.code(user) : '', remember: true }) },
  wrong: { input: ({ user, world }) => ({ code: user ? world.wrongCode(user) : '' }), code: 'wrong-code' },
};
