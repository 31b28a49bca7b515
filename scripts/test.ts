import { styleText } from 'node:util';
import { none, sum, type Tally } from './lib/tally.ts';
import { type Stage, stages } from './stages.ts';

/**
 * Runs every check and every test, in an order that finds what is cheap to find first, and stops at the first red one.
 * `pnpm test <stage> …` runs the named stages only. Closes with `N passed, N failed`.
 */
async function main(chosen: readonly string[]): Promise<Tally> {
  const unknown = chosen.find((name) => !stages.some((stage) => stage.name === name));
  if (unknown !== undefined) {
    const known = stages.map(({ name }) => name).join(', ');
    throw new Error(`There is no stage '${unknown}'. There are: ${known}.`);
  }
  let total = none;
  for (const stage of stages) {
    if (chosen.length > 0 && !chosen.includes(stage.name)) continue;
    total = sum(total, await runStage(stage));
    if (total.failed > 0) break;
  }
  return total;
}

async function runStage({ name, about, run }: Stage): Promise<Tally> {
  console.log(styleText('bold', `\n— ${name}: ${about}`));
  const start = performance.now();
  const tally = await run();
  const seconds = ((performance.now() - start) / 1000).toFixed(1);
  console.log(`${name}: ${tally.passed} passed, ${tally.failed} failed, ${seconds} s`);
  return tally;
}

try {
  const { passed, failed } = await main(process.argv.slice(2));
  console.log(`\n${passed} passed, ${failed} failed`);
  process.exitCode = failed > 0 || passed === 0 ? 1 : 0;
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  console.log('\n0 passed, 1 failed');
  process.exitCode = 1;
}
