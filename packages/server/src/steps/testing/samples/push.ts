import { approve, givePhone } from '../../../push/testing/give-phone.ts';
import { newBrowser, newUser, type StepSample } from '../step-sample.ts';

/** The sample of the step `push`. */
export const sample: StepSample = {
  async reach(world) {
    const user = await newUser(world, { without: 'totp' });
    await world.giveRecoveryCodes(user);
    const { phone } = await givePhone(world, user);
    const browser = newBrowser(world);
    await browser.password(user);
    await approve(world, phone, user);
    return { browser, user };
  },
  inputs: { poll: () => ({ remember: true }), resend: () => ({}) },
};
