/*
 * Threat: a stranger fills the audit by repeating a refused request (R93), or hides an attack among refusals that are not
 * recorded (R81).
 */
import assert from 'node:assert/strict';
import { systemRandom } from '../crypto/tokens.ts';
import { serve, start } from '../http/testing/server.ts';
import type { Database } from '../store/database.ts';
import { withDatabases, withEachDatabase } from '../store/testing/databases.ts';
import { sealAudit } from './chain.ts';
import { closeRefusals, recordRefusal } from './record.ts';
import { verifyAudit } from './verify.ts';

const HOUR = 3_600_000;
const entry = { event: 'password', result: 'locked', organisationId: 'clinic', address: '192.0.2.1' };

const refuse = (database: Database, at: number, given: object = {}): Promise<void> =>
  database.write((tx) => recordRefusal(tx, { at, ...entry, ...given }, systemRandom));

const close = (database: Database, now: number, holder = 'one'): Promise<number> =>
  closeRefusals(database, now, { holder, random: systemRandom });

const events = (database: Database) => database.read.selectFrom('audit').selectAll().orderBy('seq').execute();
const detailOf = ({ detail }: { detail: string | null }) => JSON.parse(detail ?? '{}');

withEachDatabase(
  'R93 a hundred refusals at two instances are recorded as one event when the window starts and one with their number when it ends',
  async ({ database, openAnother, clock }) => {
    const instances = [database, await openAnother()] as const;
    await Promise.all(Array.from({ length: 100 }, (_, n) => refuse(instances[n % 2] as Database, clock())));
    assert.equal((await events(database)).length, 1);
    assert.equal(await close(database, clock() + HOUR - 1), 0, 'not before the window ends');
    const end = clock() + HOUR;
    const closed = await Promise.all([close(database, end, 'one'), close(instances[1], end, 'two')]);
    assert.deepEqual(closed.sort(), [0, 1], 'only one of them closes the window');
    const [begun, closing, ...others] = await events(database);
    assert.deepEqual(others, []);
    assert.deepEqual([begun?.at, begun?.detail], [clock(), null]);
    assert.deepEqual([closing?.event, closing?.result, closing?.at], ['password', 'locked', end]);
    assert.deepEqual(detailOf(closing as never), { repeated: 99, since: new Date(clock()).toISOString() });
    await sealAudit(database, end, { holder: 'test' });
    assert.equal((await verifyAudit(database)).ok, true, 'R81: no row changed');
  },
);

withDatabases('R93 a single refusal leaves one event, and the end of its window leaves none', async (fixture) => {
  const { database, clock } = fixture;
  await refuse(database, clock());
  assert.equal(await close(database, clock() + HOUR), 1);
  assert.equal((await events(database)).length, 1);
  assert.deepEqual(await database.read.selectFrom('refusals').selectAll().execute(), []);
});

withDatabases(
  'R81 refusals that differ in event, result, organisation, account or address are recorded separately',
  async (it) => {
    const { database, clock } = it;
    const others = [
      { event: 'totp' },
      { result: 'throttled' },
      { organisationId: 'school' },
      { accountId: 'ada' },
      { accountId: 'bob' },
      { address: '198.51.100.1' },
    ];
    for (const other of [{}, ...others])
      for (let times = 0; times < 3; times += 1) await refuse(database, clock(), other);
    assert.equal((await events(database)).length, 7);
    await refuse(database, clock() + HOUR);
    assert.equal((await events(database)).length, 8, 'a new window starts with an event');
    assert.equal(await close(database, clock() + HOUR), 7);
    assert.equal((await events(database)).length, 15);
  },
);

withDatabases('R66 a closing event creates no new pseudonym for a deleted account', async (fixture) => {
  const { database, clock } = fixture;
  for (let times = 0; times < 2; times += 1) await refuse(database, clock(), { accountId: 'ada' });
  const [{ pseudonym } = { pseudonym: null }] = await events(database);
  await database.write((tx) => tx.deleteFrom('pseudonyms').execute());
  await close(database, clock() + HOUR);
  assert.equal((await events(database)).at(-1)?.pseudonym, pseudonym);
  assert.deepEqual(await database.read.selectFrom('pseudonyms').selectAll().execute(), []);
});

withDatabases(
  'R81 the closing events that are due are written when the server stops, the others after a later start',
  async (it) => {
    const user = { organisation: 'alpha', username: 'unknown', password: 'Spring2026' };
    const inputs = [
      { step: 'organisation', organisation: user.organisation },
      { step: 'username', username: user.username },
      { step: 'password', password: user.password },
    ];
    const one = await serve(it);
    for (let times = 0; times < 13; times += 1) await start(one.browser(), 'login', inputs);
    await one.stop();
    const locked = async () =>
      (await events(it.database)).filter(({ flow_id: flow, result }) => result === 'locked' && !flow);
    assert.equal((await locked()).length, 0, 'the window has not ended');
    it.clock.advance(HOUR);
    await (await serve(it)).stop();
    const [closing, ...more] = await locked();
    assert.deepEqual([detailOf(closing as never).repeated, more.length], [2, 0]);
  },
);
