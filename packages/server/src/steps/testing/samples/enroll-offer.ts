import { afterPassword, type StepSample } from '../step-sample.ts';

export const sample: StepSample = {
  reach: (world) => afterPassword(world, { without: 'totp' }),
  inputs: { accept: () => ({}) },
};
