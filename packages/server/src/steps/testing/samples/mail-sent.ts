import { newBrowser, newUser, type StepSample } from '../step-sample.ts';

/** The sample of the step `mail-sent`. */
export const sample: StepSample = {
  async reach(world) {
    const user = await newUser(world);
    const { organisation, username } = user;
    const browser = newBrowser(world);
    await browser.start('recover', [
      { step: 'organisation', organisation },
      // The step shows the typed address, not the stored address of the account.
      { step: 'identify', username, email: 'typed@mail.example' },
    ]);
    return { browser, user, secrets: [user.id, `${username}@mail.example`] };
  },
  inputs: {},
};
