import assert from 'node:assert/strict';
import { at, linkFor, mails, tokenIn } from '../flow/testing/links.ts';
import { type Browser, type TestUser, World } from '../flow/testing/world.ts';
import { passwordKey } from '../locks/locks.ts';
import { getCounter } from '../store/counters.ts';
import { type Fixture, withDatabases } from '../store/testing/databases.ts';

/* Threat: whoever locks a name, or reads a mailbox, gains more guesses than the hard cap gives, or a session. */

async function clinic({ database, clock }: Pick<Fixture, 'database' | 'clock'>) {
  const world = new World(database, clock);
  await world.organisation({ policy: { locks: { ways: ['wait', 'helpdesk', 'mail'] } } });
  const ada = await world.user({ email: 'ada@mail.example' });
  return { world, ada };
}

async function lockedOut(world: World, person: TestUser): Promise<Browser> {
  const browser = world.browser();
  await browser.password(person, 'wrong');
  for (let tries = 1; tries < 10; tries += 1) await browser.submit({ step: 'password', password: 'wrong' });
  return browser;
}

const askMail = (browser: Browser) => browser.submit({ step: 'locked', action: 'unlock', way: 'mail' });

withDatabases('R50: a mailed link lifts the lock of the password, and nothing else', async (fixture) => {
  const { world, ada } = await clinic(fixture);
  const browser = await lockedOut(world, ada);
  const sent = at(await askMail(browser), 'locked');
  assert.equal(sent.mailed, true);
  const owner = world.browser();
  const confirm = at(await owner.start('unlock', [], await tokenIn(world, 'unlock')), 'locked');
  assert.deepEqual(confirm.ways, ['mail']);
  const end = await askMail(owner);
  assert.deepEqual(
    [at(end, 'done'), end.issued],
    [{ type: 'done', actions: [], next: 'login', organisation: 'clinic', username: 'ada' }, undefined],
  );
  const counter = await getCounter(world.database.read, passwordKey('clinic', 'ada'));
  assert.deepEqual([counter?.soft, counter?.locked_until, counter?.hard], [0, 0, 10], 'D7: the hard count stays');
  assert.ok((await mails(world, ada.id)).some(({ template }) => template === 'unlocked'));
  assert.ok('user' in at(await world.browser().login(ada), 'done'));
});

withDatabases('R31: the use of an unlock link voids the others of the account', async (fixture) => {
  const { world, ada } = await clinic(fixture);
  const older = await linkFor(world, ada, 'unlock');
  const newer = await linkFor(world, ada, 'unlock');
  // Both are good for a while, where a new link was mailed because the older one was nearly over.
  await fixture.database.write((tx) => tx.updateTable('links').set({ voided_at: null }).execute());
  const owner = world.browser();
  await owner.start('unlock', [], newer);
  at(await askMail(owner), 'done');
  await assert.rejects(world.browser().start('unlock', [], older), { code: 'link-expired' });
});

withDatabases('R55: a name without an account is offered and told the same', async (fixture) => {
  const { world, ada } = await clinic(fixture);
  const shown: unknown[] = [];
  for (const person of [ada, { ...ada, username: 'nobody' }]) {
    const { flow, refusal } = await askMail(await lockedOut(world, person));
    shown.push({ step: flow.step, refusal });
  }
  assert.deepEqual(shown[1], shown[0]);
  assert.equal((await mails(world)).length, 1);
});

withDatabases('R50: three such mails a day, and none where only the codes are locked', async (fixture) => {
  const { world, ada } = await clinic(fixture);
  const browser = await lockedOut(world, ada);
  for (let times = 0; times < 3; times += 1) assert.equal((await askMail(browser)).refusal, undefined);
  assert.equal((await askMail(browser)).refusal?.code, 'throttled');
  const eve = await world.user({ username: 'eve', email: 'eve@mail.example' });
  const codes = world.browser();
  await codes.password(eve);
  for (let tries = 0; tries < 10; tries += 1) await codes.code(world.wrongCode(eve));
  const step = await codes.step();
  assert.ok(step.type === 'locked');
  assert.deepEqual([step.ways, step.actions.includes('unlock')], [['wait', 'helpdesk'], false]);
  assert.equal((await askMail(codes)).refusal?.code, 'not-allowed');
});
