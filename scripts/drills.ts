import { build } from './build.ts';
import { examplesDrill } from './drills/examples.ts';
import { healthDrill } from './drills/health.ts';
import { mutationDrill } from './drills/mutations.ts';
import { runStages, type Stage } from './lib/run-stages.ts';
import { nodeTests } from './lib/tallied.ts';
import type { Tally } from './lib/tally.ts';
import { endToEndTests, unitTests } from './stages.ts';

/*
 * Runs the checks that measure times or take too long for each change. `pnpm test:drills <stage> …` runs only the named
 * stages. A failed stage does not stop the run. The last line is `N passed, N failed`.
 */

/** The number of steps of the oracle's random walks on each database. */
const ORACLE_STEPS = process.env.TWEESTAP_ORACLE_STEPS ?? '100000';

/** The seed of random choices, printed at the start of a drill. Set TWEESTAP_DRILL_SEED to repeat a run. */
const seed = process.env.TWEESTAP_DRILL_SEED ?? String(Date.now() % 2 ** 31);

const server = 'packages/server/src';

/** Runs one or more drill files in parallel. */
function drill(files: string | readonly string[], env: Readonly<Record<string, string>> = {}): Promise<Tally> {
  console.log(`TWEESTAP_DRILL_SEED=${seed}`);
  const settings = { TWEESTAP_DRILL_SEED: seed, ...env };
  const paths = [files].flat().map((file) => `${server}/${file}`);
  return nodeTests(paths, { concurrency: paths.length, reporter: 'spec', env: settings });
}

/** The demo is that of the last build. */
async function endToEndOfBuild(): Promise<Tally> {
  await build();
  return endToEndTests({ TWEESTAP_E2E_TESTS: 'all' });
}

/** The packed packages are those of the last build. */
async function examplesOfBuild(): Promise<Tally> {
  await build();
  return examplesDrill();
}

const stages: readonly Stage[] = [
  {
    name: 'databases',
    about: 'every unit test on SQLite and on PostgreSQL',
    run: () => unitTests({ TWEESTAP_TEST_DATABASES: 'both' }),
  },
  { name: 'e2e', about: 'every end-to-end test, with those tagged @drill', run: endToEndOfBuild },
  { name: 'examples', about: 'each example, built against the packed packages, with a login', run: examplesOfBuild },
  { name: 'mutations', about: 'each guard is switched off, and its test must fail', run: () => mutationDrill() },
  {
    name: 'faults',
    about: 'a database that is full, locked, stopped or slow',
    run: () => drill('drills/faults.drill.ts'),
  },
  {
    name: 'instances',
    about: 'two servers, of which one is killed or paused, and then the database',
    run: () => drill('drills/instances.drill.ts'),
  },
  { name: 'crashes', about: '100 kills of the server on each database', run: () => drill('drills/crashes.drill.ts') },
  {
    name: 'load',
    about: 'many parallel requests, endless requests, full tables',
    run: () => drill('drills/load.drill.ts'),
  },
  {
    name: 'waiting',
    about: 'a thousand screens that wait for a phone',
    run: () => drill('drills/waiting.drill.ts'),
  },
  {
    name: 'languages',
    about: 'JWT libraries of other languages verify an assertion, by the samples of the guide',
    run: () => drill('drills/languages.drill.ts'),
  },
  { name: 'health', about: 'health responds within 100 ms during 500 parallel logins', run: healthDrill },
  {
    name: 'fuzz',
    about: 'random requests to every route of the OpenAPI document; TWEESTAP_FUZZ_REQUESTS=Infinity runs without end',
    run: () => drill('http/fuzz.test.ts', { TWEESTAP_FUZZ_REQUESTS: process.env.TWEESTAP_FUZZ_REQUESTS ?? '4000' }),
  },
  {
    name: 'properties',
    about: 'the order of the steps for 100,000 random cases of each rule',
    run: () => drill('flow/rules/next-step.test.ts', { TWEESTAP_PROPERTY_RUNS: '100000' }),
  },
  {
    name: 'oracle',
    about: '100,000 random requests, checked by a ledger that shares no code with the server',
    run: () =>
      drill(['oracle/walks-sqlite.test.ts', 'oracle/walks-postgres.test.ts'], {
        TWEESTAP_ORACLE_STEPS: ORACLE_STEPS,
        TWEESTAP_ORACLE_SEED: seed,
      }),
  },
];

await runStages(stages, { continueOnFailure: true });
