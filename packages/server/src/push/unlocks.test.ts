/* Threat: a phone in the wrong hands lifts limits without end, or an unlocked password becomes a way in. */
import assert from 'node:assert/strict';
import { World } from '../flow/testing/world.ts';
import { passwordKey } from '../locks/locks.ts';
import { getCounter } from '../store/counters.ts';
import { type Fixture, withDatabases } from '../store/testing/databases.ts';
import { ownerOf } from './push-context.ts';
import { givePhone, pushDepsOf } from './testing/give-phone.ts';
import { unlockByPush, unlocksLeft } from './unlocks.ts';

const caller = { address: '198.51.100.7', correlationId: 'test' };

async function locked({ database, clock }: Fixture) {
  const world = new World(database, clock);
  await world.organisation({ policy: { locks: { soft: 3, ways: ['wait', 'push'] } } });
  const ada = await world.user({ password_changed_at: clock() });
  await givePhone(world, ada);
  const key = passwordKey('clinic', ada.username);
  const guess = async () => {
    const browser = world.browser();
    for (let attempt = 0; attempt < 3; attempt += 1) await browser.password(ada, 'a wrong password');
    return browser;
  };
  const unlock = async () =>
    await unlockByPush(
      pushDepsOf(world),
      await ownerOf(database.read, { account_id: ada.id, organisation_id: 'clinic' }),
      caller,
    );
  return { world, ada, key, guess, unlock };
}

withDatabases(
  'R50 a phone lifts the lock of the password; the hard count stays, and there is no session',
  async (fixture) => {
    const { world, ada, key, guess, unlock } = await locked(fixture);
    const browser = await guess();
    const { flow } = await browser.submit({ step: 'locked', action: 'poll' });
    assert.ok(flow.step.type === 'locked');
    assert.deepEqual(flow.step.ways.slice(0, 2), ['wait', 'push']);
    const before = await getCounter(fixture.database.read, key);
    await unlock();
    const after = await getCounter(fixture.database.read, key);
    assert.deepEqual([after?.soft, after?.locked_until, after?.hard], [0, 0, before?.hard]);
    assert.deepEqual(await fixture.database.read.selectFrom('sessions').selectAll().execute(), []);
    const mails = await fixture.database.read.selectFrom('outbox').select('template').execute();
    assert.deepEqual(
      mails.map(({ template }) => template),
      ['unlocked'],
    );
    const next = await browser.submit({ step: 'locked', action: 'poll' });
    assert.equal(next.flow.step.type, 'password');
    const opened = await browser.submit({ step: 'password', password: ada.password });
    assert.notEqual(opened.flow.step.type, 'password', 'the same password works');
    assert.equal(opened.issued, undefined);
    assert.equal(world.clock(), fixture.clock());
  },
);

withDatabases('R50 a phone unlocks three times a day, and an unlock without a lock costs none', async (fixture) => {
  const { ada, guess, unlock } = await locked(fixture);
  const left = () => unlocksLeft(fixture.database.read, ada.id, fixture.clock());
  await unlock();
  assert.equal(await left(), 3);
  for (let time = 1; time <= 3; time += 1) {
    await guess();
    await unlock();
    assert.equal(await left(), 3 - time);
  }
  await guess();
  await assert.rejects(unlock(), (error: { code?: string; retryAfter?: number }) => {
    assert.ok(error.code === 'throttled' && (error.retryAfter ?? 0) > 0);
    return true;
  });
  fixture.clock.advance(24 * 3_600_000);
  assert.equal(await left(), 3);
});

withDatabases('R50 an unlock does not lift the hard cap', async (fixture) => {
  const { key, guess, unlock } = await locked(fixture);
  await guess();
  await fixture.database.write((tx) => tx.updateTable('counters').set({ hard: 100 }).where('key', '=', key).execute());
  await unlock();
  assert.equal((await getCounter(fixture.database.read, key))?.hard, 100);
});

withDatabases('R48 while the password is locked, the right one asks no phone', async (fixture) => {
  const { world, ada, guess } = await locked(fixture);
  await guess();
  const outcome = await world.browser().password(ada);
  assert.deepEqual([outcome.refusal?.code, outcome.flow.step.type], ['locked', 'locked']);
  assert.deepEqual(await fixture.database.read.selectFrom('push_requests').selectAll().execute(), []);
});

withDatabases('R53 the way "push" is the same for users without a phone and without an account', async (fixture) => {
  const { world } = await locked(fixture);
  const bob = await world.user({ username: 'bob', without: 'totp' });
  const ways = [];
  for (const username of [bob.username, 'nobody', 'ada']) {
    const browser = world.browser();
    const user = { ...bob, username };
    for (let attempt = 0; attempt < 3; attempt += 1) await browser.password(user, 'a wrong password');
    const step = await browser.step();
    assert.ok(step.type === 'locked', username);
    ways.push(step.ways);
  }
  assert.deepEqual(ways, Array(3).fill(ways[0]));
});
