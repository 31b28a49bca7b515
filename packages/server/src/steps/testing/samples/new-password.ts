import { linkFor } from '../../../flow/testing/links.ts';
import { newBrowser, newUser, type StepSample } from '../step-sample.ts';

/** The sample of the step `new-password`. */
export const sample: StepSample = {
  async reach(world) {
    const user = await newUser(world);
    const browser = newBrowser(world);
    const link = await linkFor(world, user, 'reset');
    await browser.start('reset', [], link);
    return { browser, user, secrets: [user.id, link] };
  },
  inputs: { submit: () => ({ password: 'a lamp beside the canal' }) },
  // The previous password: a guess at it is refused and counted.
  wrong: { input: ({ user }) => ({ password: user?.password }), code: 'weak-password' },
};
