import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { findBrowser } from './browser.ts';
import { examplesDrill, testedExamples } from './drills/examples.ts';
import { batches, fileUrl } from './lib/batches.ts';
import { files, root } from './lib/files.ts';
import { run } from './lib/run.ts';
import type { Stage } from './lib/run-stages.ts';
import { nodeTests, tallied } from './lib/tallied.ts';
import type { Tally } from './lib/tally.ts';
import { tsc } from './lib/tsc.ts';

/** The stages of the test command, in the order in which they run. */
export const stages: readonly Stage[] = [
  {
    name: 'types',
    about: 'type check of each package, then of all sources and tests together',
    run: () => checks(tsc('-b'), tsc('-p', 'tsconfig.test.json')),
  },
  {
    name: 'lint',
    about: 'format, lint and spelling',
    beside: 'types',
    run: () =>
      checks(
        ['biome', 'check', '.'],
        ['cspell', 'lint', '--no-default-configuration', '--no-progress', '--no-summary'],
      ),
  },
  { name: 'imports', about: 'import rules and import cycles', run: () => script('check-imports.ts'), beside: 'types' },
  { name: 'dead', about: 'unused exports, files and dependencies', run: () => checks(['knip']), beside: 'types' },
  {
    name: 'requirements',
    about: 'every built requirement has a test, and every tested requirement is built; docs/reference matches the code',
    run: () =>
      checks(
        [process.execPath, join(root, 'scripts/check-requirements.ts')],
        [process.execPath, '--conditions=tweestap-source', join(root, 'scripts/docs/reference.ts'), '--check'],
      ),
    beside: 'types',
  },
  { name: 'unit', about: 'unit tests, with the stores on SQLite and PostgreSQL', run: () => unitTests() },
  {
    name: 'browser',
    about: 'a browser for the tests, installed if there is none',
    run: findTestBrowser,
    beside: 'unit',
  },
  { name: 'elements', about: 'element tests in a browser', run: elementTests, beside: 'e2e' },
  { name: 'build', about: 'production build of the packages and the demo', run: () => script('build.ts') },
  // These read the build and change nothing in it. They fill the time in which end-to-end tests wait for a code.
  {
    name: 'packages',
    about: 'the packages as they would be published',
    run: () => script('check-packages.ts'),
    beside: 'e2e',
  },
  {
    name: 'examples',
    about: 'the examples, built against the packed packages, with a login in each',
    run: () => examplesDrill(testedExamples),
    beside: 'e2e',
  },
  {
    name: 'size',
    about: 'the size of what a browser loads before the first field is shown',
    run: () => script('check-size.ts'),
    beside: 'e2e',
  },
  {
    name: 'samples',
    about: 'type check of the code samples in the documentation',
    run: () => script('check-samples.ts'),
    beside: 'e2e',
  },
  { name: 'e2e', about: 'end-to-end tests on the production build of the demo', run: () => endToEndTests() },
];

/** Runs commands in sequence. Each one is a check that passes if it exits with 0. */
async function checks(...commands: readonly (readonly [string, ...string[]])[]): Promise<Tally> {
  let passed = 0;
  for (const [command, ...args] of commands) {
    if ((await run(command, args)) !== 0) return { passed, failed: 1 };
    passed += 1;
  }
  return { passed, failed: 0 };
}

const script = (name: string): Promise<Tally> => checks([process.execPath, join(root, 'scripts', name)]);

/** Runs the unit tests. Variables of the environment change their extent. */
export function unitTests(env: Readonly<Record<string, string>> = {}): Promise<Tally> {
  const isUnit = (file: string): boolean =>
    !/^packages\/(elements|react)\//.test(file) || file.endsWith('.node.test.ts');
  const found = files(
    root,
    'packages/*/src/**/*.test.ts',
    'demo-server/**/*.test.ts',
    'e2e/**/*.test.ts',
    'scripts/**/*.test.ts',
    'bench/**/*.test.ts',
  );
  // One process more than cores, because a test waits now and then.
  const concurrency = availableParallelism() + 1;
  const paths = batches(found.filter(isUnit), { count: concurrency, folder: 'unit-batches', specifier: fileUrl });
  return nodeTests(paths, {
    concurrency,
    reporter: 'dot',
    // The drill `databases` runs every test on both kinds.
    env: { TWEESTAP_TEST_DATABASES: 'one', ...env },
  });
}

async function findTestBrowser(): Promise<Tally> {
  await findBrowser();
  return { passed: 1, failed: 0 };
}

async function elementTests(): Promise<Tally> {
  await findBrowser();
  return tallied(() => ['wtr']);
}

/** Runs the end-to-end tests on the last build. Variables of the environment change their extent. */
export async function endToEndTests(env: Readonly<Record<string, string>> = {}): Promise<Tally> {
  await findBrowser();
  return tallied(() => ['playwright', 'test'], env);
}
