import { healthDrill } from './drills/health.ts';
import { mutationDrill } from './drills/mutations.ts';
import { runStages, type Stage } from './lib/run-stages.ts';
import { nodeTests } from './lib/tallied.ts';
import type { Tally } from './lib/tally.ts';

/*
 * The long checks: what takes too long for each change, or measures times. `pnpm test:drills <stage> …` runs the named
 * stages only. Goes on after a red stage, and closes with `N passed, N failed`.
 */

/** Steps of the oracle's walks on each database. */
const ORACLE_STEPS = process.env.TWEESTAP_ORACLE_STEPS ?? '100000';

/** Printed when a drill begins; TWEESTAP_DRILL_SEED repeats it. */
const seed = process.env.TWEESTAP_DRILL_SEED ?? String(Date.now() % 2 ** 31);

const server = 'packages/server/src';

/** Several files run side by side. */
function drill(files: string | readonly string[], env: Readonly<Record<string, string>> = {}): Promise<Tally> {
  console.log(`TWEESTAP_DRILL_SEED=${seed}`);
  const settings = { TWEESTAP_DRILL_SEED: seed, ...env };
  const paths = [files].flat().map((file) => `${server}/${file}`);
  return nodeTests(paths, { concurrency: paths.length, reporter: 'spec', env: settings });
}

const stages: readonly Stage[] = [
  { name: 'mutations', about: 'each guard is switched off, and its test notices', run: () => mutationDrill() },
  { name: 'faults', about: 'a database that is full, held, stopped, slow', run: () => drill('drills/faults.drill.ts') },
  {
    name: 'instances',
    about: 'two servers: one dies or stands still, then the database',
    run: () => drill('drills/instances.drill.ts'),
  },
  { name: 'crashes', about: 'a hundred kills on each database', run: () => drill('drills/crashes.drill.ts') },
  { name: 'load', about: 'crowds, endless requests, full tables', run: () => drill('drills/load.drill.ts') },
  { name: 'health', about: '500 logins at the same moment, health within 100 ms', run: healthDrill },
  {
    name: 'fuzz',
    about: 'every route from the OpenAPI document; TWEESTAP_FUZZ_REQUESTS=Infinity never ends',
    run: () => drill('http/fuzz.test.ts', { TWEESTAP_FUZZ_REQUESTS: process.env.TWEESTAP_FUZZ_REQUESTS ?? '4000' }),
  },
  {
    name: 'oracle',
    about: 'a hundred thousand random requests, judged by a ledger that shares no code with the server',
    run: () =>
      drill(['oracle/walks-sqlite.test.ts', 'oracle/walks-postgres.test.ts'], {
        TWEESTAP_ORACLE_STEPS: ORACLE_STEPS,
        TWEESTAP_ORACLE_SEED: seed,
      }),
  },
];

await runStages(stages, { goOn: true });
