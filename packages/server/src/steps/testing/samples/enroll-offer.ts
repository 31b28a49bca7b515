import { afterPassword, type StepSample } from '../step-sample.ts';

/** The sample of the step `enroll-offer`. */
export const sample: StepSample = {
  reach: (world) => afterPassword(world, { without: 'totp' }),
  inputs: { accept: () => ({}) },
};
