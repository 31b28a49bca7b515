import type { TestContext } from 'node:test';
import fc from 'fast-check';
import type { Fixture } from '../../store/testing/databases.ts';
import { assertActive, assertCoverage, assertSeldomBusy, assertSmallCoverage } from './coverage.ts';
import { engineDoor } from './instances/engine-door.ts';
import { Instance } from './instances/instance.ts';
import { type Move, moves, movesInTable } from './moves/moves.ts';
import { play } from './moves/play.ts';
import type { Place } from './place.ts';
import { UserTable } from './settle/user-table.ts';
import { Statistics } from './statistics.ts';
import { Walk } from './walk.ts';

/*
 * Threat: some sequence of calls gives a session without the proofs that it requires. The calls use several flows, tabs,
 * users, organisations and two instances, with remembered devices, mailed links, changed clocks, killed processes and
 * requests that are held while another one runs. The ledger is the oracle: it knows the credentials that the users really
 * have, and shares no code with the server.
 *
 * By default, fewer requests are sent on PostgreSQL. A request costs about four times as much processor time there as on SQLite,
 * and the two differ only in the store, whose contract tests run on both. `pnpm test:drills` sends 100,000 requests on each.
 *
 * TWEESTAP_ORACLE_STEPS: the number of requests sent on each database. TWEESTAP_ORACLE_SEED: the seed of the first walk.
 */

const SEED = Number(process.env.TWEESTAP_ORACLE_SEED ?? 20_260);
/** The number of requests on each database. */
const STEPS = { sqlite: 2000, postgres: 700 };
/** From this number of requests on, the walks must reach every outcome. Fewer reach a rare one by chance only. */
const COVERING_STEPS = 20_000;
/** Every fifth walk bypasses HTTP and calls the engine directly. */
const ENGINE_INTERVAL = 5;
/** Every seventh walk has its users in the table of a portal, which the server asks for their passwords. */
const TABLE_INTERVAL = 7;
/** ms: the time limit for shrinking a failing walk. */
const SHRINK_LIMIT_MS = 120_000;

/** The body of a test: runs walks on the test's database, and prints what they reached. */
export async function walkAll(fixture: Fixture, t: TestContext): Promise<void> {
  const statistics = new Statistics();
  const usual = STEPS[fixture.database.dialect];
  const steps = Number(process.env.TWEESTAP_ORACLE_STEPS ?? usual);
  await walkOn(fixture, statistics, steps);
  t.diagnostic(`seed ${SEED}: ${statistics}`);
  assertSeldomBusy(statistics);
  // A smaller number of steps is used only to search for a fault.
  if (steps < usual) return;
  assertActive(statistics);
  if (steps >= STEPS.sqlite) assertSmallCoverage(statistics);
  if (steps >= COVERING_STEPS) assertCoverage(statistics);
}

/** Runs walks until so many requests were sent. A failure names its seed and the shortest failing walk that was found. */
async function walkOn(fixture: Fixture, statistics: Statistics, steps: number): Promise<void> {
  const { database, clock } = fixture;
  const time = { set: 0 };
  const times = { clock, monotonic: () => clock() - time.set };
  const one = await Instance.start({ database, ...times });
  const another = await fixture.openAnother();
  const two = await Instance.start({ database: another, ...times });
  const table = new UserTable();
  const three = await Instance.start({ database, ...times, directory: table });
  const four = await Instance.start({ database: another, ...times, directory: table });
  const rest = { database, clock, time, instances: [one, two], statistics } as const;
  const http: Place = { ...rest, doors: [one.door, two.door], keyed: true };
  const engine: Place = {
    ...rest,
    doors: [engineDoor(one, database, clock), engineDoor(two, database, clock)],
    keyed: false,
  };
  const inTable: Place = { ...http, instances: [three, four], doors: [three.door, four.door], table };
  try {
    for (let round = 0; statistics.steps < steps; round += 1) {
      const hasTable = round % TABLE_INTERVAL === TABLE_INTERVAL - 1;
      const direct = round % ENGINE_INTERVAL === ENGINE_INTERVAL - 1 ? engine : http;
      const place = hasTable ? inTable : direct;
      const property = fc.asyncProperty(hasTable ? movesInTable : moves, async (list) => await walk(place, list));
      await fc.assert(property, {
        numRuns: 1,
        seed: SEED + round,
        interruptAfterTimeLimit: SHRINK_LIMIT_MS,
      });
    }
  } finally {
    for (const instance of [one, two, three, four]) instance.stop();
  }
}

async function walk(place: Place, list: readonly Move[]): Promise<void> {
  const walking = await Walk.begin(place);
  try {
    for (const move of list) await play(walking, move);
  } catch (error) {
    const last = walking.trace.slice(-40).join('\n');
    throw new Error(`${error instanceof Error ? error.message : error}\nThe last calls:\n${last}`, { cause: error });
  }
}
