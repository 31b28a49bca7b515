import { newBrowser, type StepSample } from '../step-sample.ts';

/** The sample of the step `organisation`. */
export const sample: StepSample = {
  async reach(world) {
    const browser = newBrowser(world);
    await browser.start('login');
    return { browser };
  },
  inputs: { submit: () => ({ organisation: 'clinic' }) },
  wrong: { input: () => ({ organisation: 'nowhere' }), code: 'unknown-organisation' },
};
