/*
 * Threat: an instance or a database that is killed or stopped during logins causes two sessions for one code, or makes the
 * other instance fail too.
 */
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { keyring } from '../http/testing/organisations.ts';
import type { Database } from '../store/database.ts';
import { openDatabase } from '../store/open/open-database.ts';
import { startPostgres, type TestPostgres } from '../store/testing/postgres.ts';
import { addUserWithCodes, type TestUser } from '../testing/users.ts';
import { chance, until } from './support/chance.ts';
import { assertGoesOnOnce, finishAt, type PendingLogin, pendingLogin } from './support/pairs.ts';
import { type ServerProcess, startServer } from './support/servers.ts';
import { Visitor } from './support/visitor.ts';

const LOGINS = 20;
const ROUNDS = 5;
/** ms since the epoch: every clock of this drill is stopped there, so that a code stays valid. */
const FROZEN = Date.UTC(2026, 0, 1);
const clock = (): number => FROZEN;

interface Pair {
  postgres: TestPostgres;
  one: ServerProcess;
  other: ServerProcess;
  read: Database['read'];
  /** Begins logins of different accounts at the first instance, up to the code step. */
  logins(): Promise<PendingLogin[]>;
}

async function pairOf(t: TestContext): Promise<Pair> {
  const postgres = await startPostgres();
  t.after(() => postgres.stop());
  const one = await startServer({ database: postgres.url, frozenAt: FROZEN });
  t.after(() => one.kill());
  const other = await startServer({ database: postgres.url, frozenAt: FROZEN });
  t.after(() => other.kill());
  const database = await openDatabase(postgres.url, { clock });
  t.after(() => database.close());
  let made = 0;
  const user = (): Promise<TestUser> => {
    made += 1;
    return addUserWithCodes({ database, keyring, clock }, 'alpha', `user${made}`);
  };
  const pair: Pair = {
    ...{ postgres, one, other, read: database.read },
    async logins() {
      const all: PendingLogin[] = [];
      for (let n = 0; n < LOGINS; n += 1) all.push(await pendingLogin(pair.one.base, await user()));
      return all;
    },
  };
  return pair;
}

const ready = (base: string): Promise<void> =>
  until('it is ready', async () => (await new Visitor(base).get('/health/ready')).status === 200);

/** Sends all last inputs to both instances in parallel and causes a failure meanwhile. Waits for the expected answers. */
async function inTheMiddle(
  { one, other }: Pair,
  all: PendingLogin[],
  happens: () => Promise<void> | void,
  how: { oneAnswers: boolean } = { oneAnswers: true },
): Promise<void> {
  const atOne = all.map((each) => finishAt(one.base, each));
  const atOther = all.map((each) => finishAt(other.base, each));
  await wait(chance().below(40));
  await happens();
  await Promise.all(how.oneAnswers ? [...atOne, ...atOther] : atOther);
}

test('R85: after an instance is killed during logins, they continue on the other one, and no code is spent twice', async (t) => {
  const pair = await pairOf(t);
  for (let round = 0; round < ROUNDS; round += 1) {
    const all = await pair.logins();
    await inTheMiddle(pair, all, () => pair.one.kill());
    await assertGoesOnOnce(pair.other.base, pair, all);
    const again = await startServer({ database: pair.postgres.url, frozenAt: FROZEN });
    t.after(() => again.kill());
    pair.one = again;
  }
});

test('R85: an instance that is stopped during logins delays the other only briefly, and recovers automatically', async (t) => {
  const pair = await pairOf(t);
  for (let round = 0; round < 2; round += 1) {
    const all = await pair.logins();
    await inTheMiddle(pair, all, () => pair.one.signal('SIGSTOP'), { oneAnswers: false });
    await assertGoesOnOnce(pair.other.base, pair, all);
    pair.one.signal('SIGCONT');
    await ready(pair.one.base);
  }
});

for (const [name, begin, end] of [
  ['killed', (postgres: TestPostgres) => postgres.kill(), (postgres: TestPostgres) => postgres.startAgain()],
  ['stopped', (postgres: TestPostgres) => postgres.pause(), (postgres: TestPostgres) => postgres.resume()],
] as const) {
  test(`R85: when the database is ${name} during logins, they fail closed, and both instances recover`, async (t) => {
    const pair = await pairOf(t);
    const all = await pair.logins();
    await inTheMiddle(pair, all, () => begin(pair.postgres));
    for (const { base } of [pair.one, pair.other]) {
      const visitor = new Visitor(base);
      const { status } = await visitor.get('/health/ready');
      assert.equal(status, 503);
      assert.equal((await visitor.start('login')).reply.status, 503);
    }
    await end(pair.postgres);
    for (const { base } of [pair.one, pair.other]) await ready(base);
    await assertGoesOnOnce(pair.other.base, pair, all);
  });
}
