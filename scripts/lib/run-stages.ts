import { styleText } from 'node:util';
import { none, sum, type Tally } from './tally.ts';

export interface Stage {
  readonly name: string;
  readonly about: string;
  readonly run: () => Promise<Tally>;
}

/**
 * Runs the stages named in the arguments, or all stages, in the order of the list. The last line is `N passed, N failed`.
 * Stops at the first failed stage unless `continueOnFailure` is set. Sets the exit code.
 */
export async function runStages(
  stages: readonly Stage[],
  options: { continueOnFailure?: boolean } = {},
): Promise<void> {
  try {
    const { passed, failed } = await runChosen(stages, process.argv.slice(2), options.continueOnFailure ?? false);
    console.log(`\n${passed} passed, ${failed} failed`);
    process.exitCode = failed > 0 || passed === 0 ? 1 : 0;
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    console.log('\n0 passed, 1 failed');
    process.exitCode = 1;
  }
}

async function runChosen(
  stages: readonly Stage[],
  chosen: readonly string[],
  continueOnFailure: boolean,
): Promise<Tally> {
  const unknown = chosen.find((name) => !stages.some((stage) => stage.name === name));
  if (unknown !== undefined) {
    const known = stages.map(({ name }) => name).join(', ');
    throw new Error(`Unknown stage '${unknown}', expected one of: ${known}.`);
  }
  let total = none;
  for (const stage of stages) {
    if (chosen.length > 0 && !chosen.includes(stage.name)) continue;
    total = sum(total, await runStage(stage));
    if (total.failed > 0 && !continueOnFailure) break;
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
