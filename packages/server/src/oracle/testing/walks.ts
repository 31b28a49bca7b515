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
 * Threat: some order of calls, over several flows, tabs, users, organisations and two instances, with remembered devices,
 * mailed links, clocks that are set, processes that are killed and requests that wait while something else happens, ends
 * in a session that was not paid for. The ledger is the oracle: it knows what the users really have, and shares no code
 * with the server.
 *
 * TWEESTAP_ORACLE_STEPS: how many requests are sent on each database. TWEESTAP_ORACLE_SEED: where the walks begin.
 */

const STEPS = Number(process.env.TWEESTAP_ORACLE_STEPS ?? 5000);
const SEED = Number(process.env.TWEESTAP_ORACLE_SEED ?? 20_260);
/** One in so many walks is past HTTP, on the engine itself. */
const ON_ENGINE = 5;
/** ms in which a failing walk is made shorter. */
const SHRINK = 120_000;

/** A test's body: walks on its database, and says what they reached. */
export async function walkAll(fixture: Fixture, t: TestContext): Promise<void> {
  const statistics = new Statistics();
  await walkOn(fixture, statistics);
  t.diagnostic(`seed ${SEED}: ${statistics}`);
  // A smaller number of steps is set only to look for a fault.
  if (STEPS >= 5000) reaches(statistics);
}

/** Walks until so many requests were sent. A failure names its seed and the shortest walk that was found. */
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
      const place = round % ON_ENGINE === ON_ENGINE - 1 ? engine : http;
      const property = fc.asyncProperty(moves, async (list) => await walk(place, list));
      await fc.assert(property, { numRuns: 1, seed: SEED + round, interruptAfterTimeLimit: SHRINK });
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
    throw new Error(`${error instanceof Error ? error.message : error}\nThe way there:\n${last}`, { cause: error });
  }
}

/** Checks that the walks reached every route, verb and refusal: otherwise they decide nothing. */
function reaches(statistics: Statistics): void {
  const { steps, sessions } = statistics;
  assert.ok(steps >= STEPS, `${steps} requests were sent`);
  assert.ok(sessions > steps / 25, `${sessions} sessions of ${steps} requests`);
  statistics.needs('routes', Object.keys(routeMoves));
  statistics.needs('verbs', Object.keys(verbMoves));
  statistics.needs('shown', [
    'organisation',
    'username',
    'password',
    'totp',
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
  statistics.needs('used sessions', ['alive', 'dead']);
  statistics.needs('expired', ['flow', 'session', 'link', 'device', 'desk']);
  statistics.needs('kills', ['before the commit', 'after the commit']);
  statistics.needs('ready', readies.slice(1));
  statistics.needs('between', ['hash', 'write']);
  assert.ok(statistics.count('between') > steps / 200, `${statistics.count('between')} interleavings`);
}
