import { stepOf, totpCode } from '../../../factors/totp/code.ts';
import { decodeSecret } from '../../../factors/totp/secret.ts';
import { type AtStep, newBrowser, newUser, type StepSample } from '../step-sample.ts';

/** The code that a phone with the secret shows, with a clock that is `off` ms ahead. */
const codeOf = ({ step, world }: AtStep, off = 0): string =>
  totpCode(decodeSecret(String(step.secret)), stepOf(world.clock() + off));

/** The sample of the step `enroll-totp`. */
export const sample: StepSample = {
  async reach(world) {
    const user = await newUser(world, { without: 'totp' });
    const browser = newBrowser(world);
    await browser.accept(user);
    await browser.submit({ step: 'enroll-method', method: 'totp' });
    return { browser, user };
  },
  inputs: { submit: (at) => ({ code: codeOf(at), name: 'My phone' }) },
  wrong: { input: (at) => ({ code: codeOf(at, 90_000) }), code: 'clock-off' },
};
