import { newBrowser, newUser, type StepSample } from '../step-sample.ts';

export const sample: StepSample = {
  async reach(world) {
    const user = await newUser(world);
    const { organisation, username } = user;
    const browser = newBrowser(world);
    await browser.start('recover', [
      { step: 'organisation', organisation },
      // The typed address is shown, and not the one that the account has.
      { step: 'identify', username, email: 'typed@mail.example' },
    ]);
    return { browser, user, secrets: [user.id, `${username}@mail.example`] };
  },
  inputs: {},
};
