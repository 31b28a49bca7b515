import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { root } from './files.ts';
import { run } from './run.ts';
import { sum, type Tally } from './tally.ts';

export interface NodeTestOptions {
  readonly concurrency: number;
  readonly reporter: 'dot' | 'spec';
  /** Environment variables for the tests, such as the number of rounds. */
  readonly env?: Readonly<Record<string, string>>;
}

/** Runs test files with node:test. They share one PostgreSQL server; a file that is run alone starts its own server. */
export function nodeTests(found: readonly string[], { concurrency, reporter, env }: NodeTestOptions): Promise<Tally> {
  const setup = '--test-global-setup=packages/server/src/store/testing/global-setup.ts';
  const untracked = '--import=./scripts/lib/untracked-tests.mjs';
  const args = ['--conditions=tweestap-source', '--disable-warning=ExperimentalWarning', untracked, '--test', setup];
  const command = (tallyFile: string): readonly [string, ...string[]] => [
    process.execPath,
    ...args,
    `--test-concurrency=${concurrency}`,
    `--test-reporter=${reporter}`,
    '--test-reporter-destination=stdout',
    '--test-reporter=./scripts/reporters/node.ts',
    `--test-reporter-destination=${tallyFile}`,
    ...found,
  ];
  // Each test file runs in its own process. The cache avoids compiling the same modules again.
  return tallied(command, { NODE_COMPILE_CACHE: join(root, '.build/compile-cache'), ...env });
}

/**
 * Runs a test runner and returns the tally that its reporter writes to `tallyFile`, which is also in TWEESTAP_TALLY.
 * A run without tests, or with a non-zero exit code but no failed test, counts as one failure.
 */
export async function tallied(
  commandFor: (tallyFile: string) => readonly [string, ...string[]],
  env: Readonly<Record<string, string>> = {},
): Promise<Tally> {
  const folder = mkdtempSync(join(tmpdir(), 'tweestap-tally-'));
  try {
    const tallyFile = join(folder, 'tally.json');
    const [command, ...args] = commandFor(tallyFile);
    const code = await run(command, args, { env: { ...env, TWEESTAP_TALLY: tallyFile } });
    const tally = readTally(tallyFile);
    if (tally.passed + tally.failed === 0) console.error('No tests were run.');
    const hasFailed = tally.failed === 0 && (code !== 0 || tally.passed === 0);
    return hasFailed ? sum(tally, { passed: 0, failed: 1 }) : tally;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function readTally(file: string): Tally {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Tally;
  } catch {
    return { passed: 0, failed: 0 };
  }
}
