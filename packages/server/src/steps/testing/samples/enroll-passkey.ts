import type { PasskeyCreationOptions } from '@tweestap/protocol';
import { Authenticator } from '../../../factors/passkey/testing/authenticator.ts';
import { newBrowser, newUser, type StepSample } from '../step-sample.ts';

/** The sample of the step `enroll-passkey`. */
export const sample: StepSample = {
  async reach(world) {
    const user = await newUser(world, { without: 'totp' });
    const browser = newBrowser(world);
    await browser.accept(user);
    await browser.submit({ step: 'enroll-method', method: 'passkey' });
    return { browser, user };
  },
  inputs: {
    submit: ({ step }) => ({
      credential: new Authenticator().create(step.options as PasskeyCreationOptions),
      name: 'My phone',
    }),
  },
  wrong: {
    input: ({ step }) => ({
      credential: new Authenticator().create(step.options as PasskeyCreationOptions, { challenge: 'b3RoZXI' }),
    }),
    code: 'wrong-passkey',
    renews: 'enrolment',
  },
};
