import type { Tally } from '../lib/tally.ts';
import { healthUnderLoad } from './health-under-load.ts';

/** The maximum response time of `health` in ms (R87). */
const MAX_RESPONSE_MS = 100;

/** Checks that `health` responds in time at every sample during 500 parallel logins on each database, and that all logins succeed. */
export async function healthDrill(): Promise<Tally> {
  let passed = 0;
  for (const database of ['sqlite', 'postgres'] as const) {
    const { samples, done, busiest } = await healthUnderLoad({ database });
    const slowest = Math.max(...samples.map(({ ms }) => ms));
    const isGood = slowest < MAX_RESPONSE_MS && done === 500 && samples.every(({ status }) => status === 200);
    const seen = `slowest of ${samples.length} health samples ${Math.round(slowest)} ms, ${done} logins`;
    console.log(
      `  ${isGood ? 'passed' : 'FAILED'}: ${database}: ${seen}, main thread blocked for at most ${Math.round(busiest)} ms`,
    );
    if (isGood) passed += 1;
  }
  return { passed, failed: 2 - passed };
}
