import { styleText } from 'node:util';
import { none, sum, type Tally } from './tally.ts';

export interface Stage {
  readonly name: string;
  readonly about: string;
  readonly run: () => Promise<Tally>;
  /** The name of a later stage with which it runs at the same time, because both leave a part of the processor idle. */
  readonly beside?: string;
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
  const wanted = stages.filter(({ name }) => chosen.length === 0 || chosen.includes(name));
  const isBeside = ({ beside }: Stage, name?: string): boolean =>
    name === undefined ? wanted.some((stage) => stage.name === beside) : beside === name;
  let total = none;
  for (const stage of wanted.filter((each) => !isBeside(each))) {
    const together = [stage, ...wanted.filter((each) => isBeside(each, stage.name))];
    for (const tally of await Promise.all(together.map(runStage))) total = sum(total, tally);
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
