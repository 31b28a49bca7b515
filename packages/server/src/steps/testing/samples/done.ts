import { newBrowser, newUser, type StepSample } from '../step-sample.ts';

/** The sample of the step `done`. */
export const sample: StepSample = {
  async reach(world) {
    const user = await newUser(world);
    const browser = newBrowser(world);
    await browser.login(user);
    return { browser, user };
  },
  inputs: {},
};
