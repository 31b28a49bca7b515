import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import fc from 'fast-check';
import type { Fixture } from '../../store/testing/databases.ts';
import { engineDoor } from './engine-door.ts';
import { Instance } from './instance.ts';
import { type Move, moves, readies } from './moves.ts';
import { play } from './play.ts';
import { routeMoves } from './routes.ts';
import { Statistics } from './statistics.ts';
import { verbMoves } from './verbs.ts';
import { type Place, Walk, wire } from './walk.ts';

/*
 * Threat: some sequence of calls gives a session without the proofs that it requires. The calls use several flows, tabs,
 * users, organisations and two instances, with remembered devices, mailed links, changed clocks, killed processes and
 * requests that are held while another one runs. The ledger is the oracle: it knows the credentials that the users really
 * have, and shares no code with the server.
 *
 * TWEESTAP_ORACLE_STEPS: the number of requests sent on each database. TWEESTAP_ORACLE_SEED: the seed of the first walk.
 */

const STEPS = Number(process.env.TWEESTAP_ORACLE_STEPS ?? 5000);
const SEED = Number(process.env.TWEESTAP_ORACLE_SEED ?? 20_260);
/** Every fifth walk bypasses HTTP and calls the engine directly. */
const ENGINE_INTERVAL = 5;
/** ms: the time limit for shrinking a failing walk. */
const SHRINK_LIMIT_MS = 120_000;
/** The number and the share of session uses that may be answered 503 while no fault is injected. */
const MAX_BUSY_USES = { number: 20, share: 0.01 };

/** The body of a test: runs walks on the test's database, and prints what they reached. */
export async function walkAll(fixture: Fixture, t: TestContext): Promise<void> {
  const statistics = new Statistics();
  await walkOn(fixture, statistics);
  t.diagnostic(`seed ${SEED}: ${statistics}`);
  assertSeldomBusy(statistics);
  // A smaller number of steps is used only to search for a fault.
  if (STEPS >= 5000) assertCoverage(statistics);
}

/** Runs walks until STEPS requests were sent. A failure names its seed and the shortest failing walk that was found. */
async function walkOn(fixture: Fixture, statistics: Statistics): Promise<void> {
  const { database, clock } = fixture;
  const time = { set: 0 };
  const times = { clock, monotonic: () => clock() - time.set };
  const one = await Instance.start({ database, ...times });
  const two = await Instance.start({ database: await fixture.openAnother(), ...times });
  const rest = { database, clock, time, instances: [one, two], statistics } as const;
  const http: Place = { ...rest, doors: [one.door, two.door], keyed: true };
  const engine: Place = {
    ...rest,
    doors: [engineDoor(one, database, clock), engineDoor(two, database, clock)],
    keyed: false,
  };
  try {
    for (let round = 0; statistics.steps < STEPS; round += 1) {
      const place = round % ENGINE_INTERVAL === ENGINE_INTERVAL - 1 ? engine : http;
      const property = fc.asyncProperty(moves, async (list) => await walk(place, list));
      await fc.assert(property, { numRuns: 1, seed: SEED + round, interruptAfterTimeLimit: SHRINK_LIMIT_MS });
    }
  } finally {
    one.stop();
    two.stop();
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

/** Checks that few uses of a session were answered 503 without an injected fault. */
function assertSeldomBusy(statistics: Statistics): void {
  const busy = statistics.count('used sessions', 'busy');
  const uses = statistics.count('used sessions');
  assert.ok(
    busy <= MAX_BUSY_USES.number || busy <= uses * MAX_BUSY_USES.share,
    `${busy} of ${uses} uses of a session were answered 503 without an injected fault, expected at most 1 %`,
  );
}

/** Checks that the walks reached every route, verb and refusal: a walk that misses them proves nothing about them. */
function assertCoverage(statistics: Statistics): void {
  const { steps, sessions } = statistics;
  assert.ok(steps >= STEPS, `${steps} requests were sent, expected at least ${STEPS}`);
  assert.ok(sessions > steps / 25, `${sessions} sessions in ${steps} requests, expected more than 1 in 25`);
  statistics.needs('routes', Object.keys(routeMoves));
  statistics.needs('verbs', Object.keys(verbMoves));
  statistics.needs('shown', [
    'organisation',
    'username',
    'password',
    'totp',
    'passkey',
    'push',
    'recovery-code',
    'new-password',
    'locked',
  ]);
  statistics.needs(
    'ended',
    [...wire.kinds].filter((kind) => kind !== 'recover'),
  );
  const refusals = [
    'wrong-credentials',
    'wrong-code',
    'code-used',
    'locked',
    'out-of-order',
    'not-allowed',
    'no-session',
  ];
  statistics.needs('refusals', [...refusals, 'link-expired', 'no-such-link', 'flow-expired', 'no-such-flow', 'busy']);
  statistics.needs('accepted', ['username/passkey', 'passkey/submit', 'enroll-passkey/submit', 'push/poll']);
  statistics.needs('used sessions', ['alive', 'dead']);
  statistics.needs('expired', ['flow', 'session', 'link', 'device', 'desk']);
  statistics.needs('kills', ['before the commit', 'after the commit']);
  statistics.needs('ready', readies.slice(1));
  statistics.needs('between', ['hash', 'write']);
  assert.ok(
    statistics.count('between') > steps / 200,
    `${statistics.count('between')} interleavings in ${steps} requests, expected more than 1 in 200`,
  );
}
