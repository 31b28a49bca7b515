import { existsSync } from 'node:fs';
import { setUpMethods } from '@tweestap/protocol';
import { builtIn } from '../flow/testing/world.ts';
import { factors } from './index.ts';
import { factorContract } from './testing/factor-contract.ts';
import type { FactorSample } from './testing/factor-sample.ts';

/** Loads the sample of a factor from the file with the name of its method, so no list of samples is needed. */
async function sampleOf(method: string): Promise<FactorSample | undefined> {
  const file = new URL(`./testing/samples/${method}.ts`, import.meta.url);
  return existsSync(file) ? ((await import(file.href)) as { sample: FactorSample }).sample : undefined;
}

for (const factor of factors) {
  factorContract(factor, { lists: builtIn, sample: await sampleOf(factor.method), setUpMethods });
}
