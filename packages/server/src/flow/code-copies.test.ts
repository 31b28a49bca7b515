import assert from 'node:assert/strict';
import { codeKey, passwordKey } from '../locks/locks.ts';
import { getCounter } from '../store/counters.ts';
import { type Fixture, withDatabases, withEachDatabase } from '../store/testing/databases.ts';
import { type Browser, type TestUser, World } from './testing/world.ts';

/*
 * Threat: a double click, a network that repeats a request, or a script with fifty copies of the user's own correct code
 * locks the account for a minute.
 */

/** In ms: the middle of a time step. */
const MIDDLE = 15_000;

async function clinic({ database, clock }: Fixture) {
  const world = new World(database, clock);
  clock.advance(MIDDLE);
  await world.organisation();
  return { world, ada: await world.user() };
}

async function atCode(world: World, user: TestUser): Promise<Browser> {
  const browser = world.browser();
  await browser.password(user);
  return browser;
}

const counted = async ({ database }: World, key: string) => {
  const counter = await getCounter(database.read, key);
  return [counter?.soft ?? 0, counter?.hard ?? 0, counter?.locked_until ?? 0];
};

withDatabases('R42 R14 a used code is refused within its window and does not count as a failure', async (fixture) => {
  const { world, ada } = await clinic(fixture);
  const code = world.code(ada);
  await (await atCode(world, ada)).code(code);
  for (let copy = 0; copy < 50; copy += 1) {
    if (copy === 25) fixture.clock.advance(30_000);
    const { refusal } = await (await atCode(world, ada)).code(code);
    assert.deepEqual(refusal, { code: 'code-used', input: 0 });
  }
  assert.deepEqual(await counted(world, codeKey(ada.id)), [0, 0, 0]);
  fixture.clock.advance(30_000);
  assert.equal((await (await atCode(world, ada)).code(world.code(ada))).flow.status, 'done');
});

withDatabases('R42 R14 a code that is older than the last accepted one counts as a failure', async (fixture) => {
  const { world, ada } = await clinic(fixture);
  const [before, last] = [world.code(ada, -30_000), world.code(ada)];
  await (await atCode(world, ada)).code(last);
  assert.equal((await (await atCode(world, ada)).code(before)).refusal?.attemptsLeft, 9);
  // After its window the accepted code counts as an old code too.
  fixture.clock.advance(60_000);
  assert.equal((await (await atCode(world, ada)).code(last)).refusal?.attemptsLeft, 8);
});

withEachDatabase(
  'R42 fifty parallel copies of a correct code in fifty flows leave no count and no lock',
  async (fixture) => {
    const { world, ada } = await clinic(fixture);
    const other = new World(await fixture.openAnother(), fixture.clock);
    const browsers: Browser[] = [];
    for (let count = 0; count < 50; count += 1) browsers.push(await atCode(count % 2 ? world : other, ada));
    const code = world.code(ada);
    const outcomes = await Promise.all(browsers.map((browser) => browser.code(code)));
    assert.equal(outcomes.filter(({ issued }) => issued?.session).length, 1);
    assert.deepEqual(await counted(world, codeKey(ada.id)), [0, 0, 0]);
  },
);

withEachDatabase('R42 fifty parallel copies of a used code leave no count and no lock', async (fixture) => {
  const { world, ada } = await clinic(fixture);
  const code = world.code(ada);
  await (await atCode(world, ada)).code(code);
  const browsers: Browser[] = [];
  for (let count = 0; count < 50; count += 1) browsers.push(await atCode(world, ada));
  await Promise.all(browsers.map((browser) => browser.code(code)));
  assert.deepEqual(await counted(world, codeKey(ada.id)), [0, 0, 0]);
});

withEachDatabase('R42 fifty parallel copies of a correct password leave no count and no lock', async (fixture) => {
  const { world, ada } = await clinic(fixture);
  const browser = world.browser();
  await browser.start('login', [
    { step: 'organisation', organisation: 'clinic' },
    { step: 'username', username: 'ada' },
  ]);
  const context = await browser.context();
  const copies = Array.from({ length: 50 }, () =>
    world.engine.submit(browser.ref(), [{ step: 'password', password: ada.password }], context),
  );
  await Promise.all(copies);
  assert.deepEqual(await counted(world, passwordKey('clinic', 'ada')), [0, 0, 0]);
  assert.equal((await browser.step()).type, 'totp');
});

for (const kind of ['recovery', 'help-desk'] as const) {
  withEachDatabase(
    `R42 fifty parallel copies of a correct ${kind} code leave no count and no lock`,
    async (fixture) => {
      const { world, ada } = await clinic(fixture);
      const [own = ''] = await world.giveRecoveryCodes(ada);
      const code = kind === 'recovery' ? own : await world.giveDeskCode(ada);
      const browser = await atCode(world, ada);
      await browser.submit({ step: 'totp', action: 'switch', method: 'recovery-code' });
      const others: Browser[] = [];
      for (let count = 0; count < 24; count += 1) {
        const another = await atCode(world, ada);
        await another.submit({ step: 'totp', action: 'switch', method: 'recovery-code' });
        others.push(another);
      }
      const context = await browser.context();
      const copy = (from: Browser) => from.engine.submit(from.ref(), [{ step: 'recovery-code', code }], context);
      const copies = Array.from({ length: 26 }, () => copy(browser));
      const elsewhere = others.map(async (each) => each.submit({ step: 'recovery-code', code }));
      const outcomes = await Promise.allSettled([...copies, ...elsewhere]);
      const used = outcomes.filter((each) => each.status === 'fulfilled' && each.value.refusal === undefined);
      assert.equal(used.length, 1);
      const rows = await world.database.read.selectFrom('counters').select(['key', 'soft', 'hard']).execute();
      for (const row of rows) assert.deepEqual([row.soft, row.hard], [0, 0], row.key.split('.')[0]);
    },
  );
}
