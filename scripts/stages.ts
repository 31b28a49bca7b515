import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { findBrowser } from './browser.ts';
import { batches } from './lib/batches.ts';
import { files, root } from './lib/files.ts';
import { run } from './lib/run.ts';
import type { Stage } from './lib/run-stages.ts';
import { nodeTests, tallied } from './lib/tallied.ts';
import type { Tally } from './lib/tally.ts';

/** The stages of the test command, in their order. */
export const stages: readonly Stage[] = [
  {
    name: 'types',
    about: 'every package as it is built, then all sources and tests together',
    run: () => checks(['tsc', '-b'], ['tsc', '-p', 'tsconfig.test.json']),
  },
  { name: 'lint', about: 'format and lint', run: () => checks(['biome', 'check', '.']) },
  { name: 'imports', about: 'the import rule, and no cycles', run: () => script('check-imports.ts') },
  { name: 'dead', about: 'exports, files and dependencies that nobody uses', run: () => checks(['knip']) },
  {
    name: 'requirements',
    about: 'what is built has a test, and the reverse',
    run: () => script('check-requirements.ts'),
  },
  { name: 'unit', about: 'node:test, stores on SQLite and PostgreSQL', run: unitTests },
  { name: 'elements', about: 'element tests in a browser', run: elementTests },
  { name: 'build', about: 'packages and demo, for production', run: () => script('build.ts') },
  { name: 'packages', about: 'what would be published can be imported', run: () => script('check-packages.ts') },
  { name: 'e2e', about: 'end to end, on the demo built for production', run: endToEndTests },
  { name: 'size', about: 'what a browser loads until the first field', run: () => script('check-size.ts') },
  { name: 'samples', about: "the docs' code samples compile", run: () => script('check-samples.ts') },
];

/** Each command is one check: passed when it exits with 0. */
async function checks(...commands: readonly (readonly [string, ...string[]])[]): Promise<Tally> {
  let passed = 0;
  for (const [command, ...args] of commands) {
    if ((await run(command, args)) !== 0) return { passed, failed: 1 };
    passed += 1;
  }
  return { passed, failed: 0 };
}

const script = (name: string): Promise<Tally> => checks([process.execPath, join(root, 'scripts', name)]);

function unitTests(): Promise<Tally> {
  const isUnit = (file: string): boolean => !file.startsWith('packages/elements/') || file.endsWith('.node.test.ts');
  const found = files(
    root,
    'packages/*/src/**/*.test.ts',
    'demo-server/**/*.test.ts',
    'e2e/**/*.test.ts',
    'scripts/**/*.test.ts',
    'bench/**/*.test.ts',
  );
  return nodeTests(batches(found.filter(isUnit)), { concurrency: availableParallelism() + 1, reporter: 'dot' });
}

async function elementTests(): Promise<Tally> {
  await findBrowser();
  return tallied(() => ['wtr']);
}

async function endToEndTests(): Promise<Tally> {
  await findBrowser();
  return tallied(() => ['playwright', 'test']);
}
