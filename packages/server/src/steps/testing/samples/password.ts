import { newBrowser, newUser, type StepSample } from '../step-sample.ts';

/** The sample of the step `password`. */
export const sample: StepSample = {
  async reach(world) {
    const user = await newUser(world);
    const browser = newBrowser(world);
    await browser.start('login', [
      { step: 'organisation', organisation: user.organisation },
      { step: 'username', username: user.username },
    ]);
    return { browser, user, secrets: [user.id] };
  },
  inputs: { submit: ({ user }) => ({ password: user?.password }) },
  wrong: { input: () => ({ password: 'not the password' }), code: 'wrong-credentials' },
};
