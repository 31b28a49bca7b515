import { existsSync } from 'node:fs';
import { setUpMethods } from '@tweestap/protocol';
import { builtIn } from '../flow/testing/world.ts';
import { factors } from './index.ts';
import { factorContract } from './testing/factor-contract.ts';
import type { FactorSample } from './testing/factor-sample.ts';

/** The sample of a factor is a file with the name of its method, so that no list of samples can be out of date. */
async function sampleOf(method: string): Promise<FactorSample | undefined> {
  const file = new URL(`./testing/samples/${method}.ts`, import.meta.url);
  return existsSync(file) ? ((await import(file.href)) as { sample: FactorSample }).sample : undefined;
}

for (const factor of factors) {
  factorContract(factor, { lists: builtIn, sample: await sampleOf(factor.method), setUpMethods });
}
