import { loggedIn, type StepSample } from '../step-sample.ts';

/** The sample of the step `confirm-password`. */
export const sample: StepSample = {
  async reach(world) {
    const { browser, user } = await loggedIn(world);
    await browser.start('enroll');
    return { browser, user };
  },
  inputs: { submit: ({ user }) => ({ password: user?.password }) },
  wrong: { input: () => ({ password: 'not the password' }), code: 'wrong-credentials' },
};
