import assert from 'node:assert/strict';
import { at, linkFor, mails, tokenIn } from '../flow/testing/links.ts';
import { type Browser, type TestUser, World } from '../flow/testing/world.ts';
import { passwordKey } from '../locks/locks.ts';
import { getCounter } from '../store/counters.ts';
import { type Fixture, withDatabases } from '../store/testing/databases.ts';

/* Threat: an attacker who locks a username, or reads a mailbox, gets more guesses than the hard cap allows, or a session. */

async function clinic({ database, clock }: Pick<Fixture, 'database' | 'clock'>) {
  const world = new World(database, clock);
  await world.organisation({ policy: { locks: { ways: ['wait', 'helpdesk', 'mail'] } } });
  const ada = await world.user({ email: 'ada@mail.example' });
  return { world, ada };
}

async function lockedOut(world: World, user: TestUser): Promise<Browser> {
  const browser = world.browser();
  await browser.password(user, 'wrong');
  for (let attempt = 1; attempt < 10; attempt += 1) await browser.submit({ step: 'password', password: 'wrong' });
  return browser;
}

const askMail = (browser: Browser) => browser.submit({ step: 'locked', action: 'unlock', way: 'mail' });

withDatabases('R50 an unlock link lifts the temporary password lock, and nothing else', async (fixture) => {
  const { world, ada } = await clinic(fixture);
  const browser = await lockedOut(world, ada);
  const sent = at(await askMail(browser), 'locked');
  assert.equal(sent.mailed, true);
  const linked = world.browser();
  const confirm = at(await linked.start('unlock', [], await tokenIn(world, 'unlock')), 'locked');
  assert.deepEqual(confirm.ways, ['mail']);
  const end = await askMail(linked);
  assert.deepEqual(
    [at(end, 'done'), end.issued],
    [{ type: 'done', actions: [], next: 'login', organisation: 'clinic', username: 'ada' }, undefined],
  );
  const counter = await getCounter(world.database.read, passwordKey('clinic', 'ada'));
  assert.deepEqual([counter?.soft, counter?.locked_until, counter?.hard], [0, 0, 10], 'D7: the hard count stays');
  assert.ok((await mails(world, ada.id)).some(({ template }) => template === 'unlocked'));
  assert.ok('user' in at(await world.browser().login(ada), 'done'));
});

withDatabases('R31 using an unlock link voids the other unlock links of the account', async (fixture) => {
  const { world, ada } = await clinic(fixture);
  const older = await linkFor(world, ada, 'unlock');
  const newer = await linkFor(world, ada, 'unlock');
  // Both links are valid for a while if a new one was mailed because the older one was about to expire.
  await fixture.database.write((tx) => tx.updateTable('links').set({ voided_at: null }).execute());
  const linked = world.browser();
  await linked.start('unlock', [], newer);
  at(await askMail(linked), 'done');
  await assert.rejects(world.browser().start('unlock', [], older), { code: 'link-expired' });
});

withDatabases('R55 a username without an account gets the same offers and responses', async (fixture) => {
  const { world, ada } = await clinic(fixture);
  const shown: unknown[] = [];
  for (const user of [ada, { ...ada, username: 'nobody' }]) {
    const { flow, refusal } = await askMail(await lockedOut(world, user));
    shown.push({ step: flow.step, refusal });
  }
  assert.deepEqual(shown[1], shown[0]);
  assert.equal((await mails(world)).length, 1);
});

withDatabases(
  'R50 an unlock link is mailed at most three times a day, and never if only the codes are locked',
  async (fixture) => {
    const { world, ada } = await clinic(fixture);
    const browser = await lockedOut(world, ada);
    for (let times = 0; times < 3; times += 1) assert.equal((await askMail(browser)).refusal, undefined);
    assert.equal((await askMail(browser)).refusal?.code, 'throttled');
    const eve = await world.user({ username: 'eve', email: 'eve@mail.example' });
    const codes = world.browser();
    await codes.password(eve);
    for (let attempt = 0; attempt < 10; attempt += 1) await codes.code(world.wrongCode(eve));
    const step = await codes.step();
    assert.ok(step.type === 'locked');
    assert.deepEqual([step.ways, step.actions.includes('unlock')], [['wait', 'helpdesk'], false]);
    assert.equal((await askMail(codes)).refusal?.code, 'not-allowed');
  },
);
