import { newBrowser, newUser, type StepSample } from '../step-sample.ts';

/** The sample of the step `locked`. */
export const sample: StepSample = {
  async reach(world) {
    const user = await newUser(world);
    const browser = newBrowser(world);
    await browser.password(user, 'not the password');
    for (let attempt = 1; attempt < 10; attempt += 1) {
      await browser.submit({ step: 'password', password: 'not the password' });
    }
    return { browser, user, secrets: [user.id] };
  },
  inputs: { poll: () => ({}), unlock: () => ({ way: 'mail' }) },
};
