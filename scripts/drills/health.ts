import type { Tally } from '../lib/tally.ts';
import { healthUnderLoad } from './health-under-load.ts';

/** ms that `health` may take at any sample (R87). */
const LIMIT = 100;

/** 500 logins at the same moment on each database: `health` answers in time at every sample, and all logins end well. */
export async function healthDrill(): Promise<Tally> {
  let passed = 0;
  for (const database of ['sqlite', 'postgres'] as const) {
    const { samples, done, busiest } = await healthUnderLoad({ database });
    const slowest = Math.max(...samples.map(({ ms }) => ms));
    const isGood = slowest < LIMIT && done === 500 && samples.every(({ status }) => status === 200);
    const seen = `health ${Math.round(slowest)} ms at most of ${samples.length} samples, ${done} logins`;
    console.log(
      `  ${isGood ? 'passed' : 'FAILED'}: ${database}: ${seen}, main thread ${Math.round(busiest)} ms at most`,
    );
    if (isGood) passed += 1;
  }
  return { passed, failed: 2 - passed };
}
