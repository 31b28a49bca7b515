import { loggedIn, type StepSample } from '../step-sample.ts';

/** The sample of the step `recovery-codes`. */
export const sample: StepSample = {
  async reach(world) {
    const { browser, user } = await loggedIn(world);
    await world.giveRecoveryCodes(user);
    await browser.start('recovery-codes');
    await browser.code(world.code(user));
    return { browser, user };
  },
  inputs: { submit: () => ({}) },
};
