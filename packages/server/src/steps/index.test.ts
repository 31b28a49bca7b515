import { existsSync } from 'node:fs';
import { type StepType, steps as schemas } from '@tweestap/protocol';
import { builtIn } from '../flow/testing/world.ts';
import { steps } from './index.ts';
import { stepContract } from './testing/step-contract.ts';
import type { StepSample } from './testing/step-sample.ts';

/** Loads the sample of a step from the file with its name, so no list of samples is needed. */
async function sampleOf(type: StepType): Promise<StepSample | undefined> {
  const file = new URL(`./testing/samples/${type}.ts`, import.meta.url);
  return existsSync(file) ? ((await import(file.href)) as { sample: StepSample }).sample : undefined;
}

for (const type of Object.keys(steps) as StepType[]) {
  stepContract(type, { lists: builtIn, schemas, sample: await sampleOf(type) });
}
