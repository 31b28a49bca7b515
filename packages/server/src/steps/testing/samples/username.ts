import { newBrowser, newUser, type StepSample } from '../step-sample.ts';

/** The sample of the step `username`. */
export const sample: StepSample = {
  async reach(world) {
    const user = await newUser(world);
    const browser = newBrowser(world);
    await browser.start('login', [{ step: 'organisation', organisation: user.organisation }]);
    // The step may show nothing of an account before its username is typed.
    return { browser, user, secrets: [user.id, user.username] };
  },
  inputs: { submit: ({ user }) => ({ username: user?.username }) },
  wrong: { input: () => ({ username: 'a\u0000b' }), code: 'bad-username' },
};
