import { afterPassword, type StepSample } from '../step-sample.ts';

/** The sample of the step `choose-method`. */
export const sample: StepSample = {
  async reach(world) {
    const { browser, user } = await afterPassword(world);
    await browser.submit({ step: 'totp', action: 'back', to: 'choose-method' });
    return { browser, user };
  },
  inputs: { submit: () => ({ method: 'totp' }) },
  // The user has no recovery codes.
  wrong: { input: () => ({ method: 'recovery-code' }), code: 'not-allowed' },
};
