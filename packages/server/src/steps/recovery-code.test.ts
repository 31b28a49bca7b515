import assert from 'node:assert/strict';
import type { Outcome } from '../flow/context.ts';
import { type Browser, type TestUser, World } from '../flow/testing/world.ts';
import { countUnspent } from '../store/recovery-codes.ts';
import { type Fixture, withDatabases, withEachDatabase } from '../store/testing/databases.ts';

/* Threats: a recovery code works twice, or a thief's session or device remains valid after the user's recovery. */

async function clinic({ database, clock }: Pick<Fixture, 'database' | 'clock'>) {
  const world = new World(database, clock);
  await world.organisation();
  const ada = await world.user();
  return { world, ada, codes: await world.giveRecoveryCodes(ada) };
}

async function atRecovery(world: World, user: TestUser): Promise<Browser> {
  const browser = world.browser();
  await browser.password(user);
  await browser.submit({ step: 'totp', action: 'switch', method: 'recovery-code' });
  return browser;
}

const use = (browser: Browser, code = ''): Promise<Outcome> => browser.submit({ step: 'recovery-code', code });

withDatabases('R30 a recovery code logs in once, and the other five still work', async (fixture) => {
  const { world, ada, codes } = await clinic(fixture);
  const end = await use(await atRecovery(world, ada), codes[0]?.toLowerCase().replaceAll('-', ' '));
  assert.ok(end.flow.step.type === 'done' && 'amr' in end.flow.step);
  assert.equal(end.flow.step.recoveryCodesLeft, 5);
  assert.equal((await use(await atRecovery(world, ada), codes[0])).refusal?.code, 'code-used');
  for (const code of codes.slice(1)) assert.equal((await use(await atRecovery(world, ada), code)).flow.status, 'done');
});

withEachDatabase(
  'R30 50 parallel uses of one recovery code give one session, and the other five stay unused',
  async (fixture) => {
    const { world, ada, codes } = await clinic(fixture);
    const other = new World(await fixture.openAnother(), fixture.clock);
    const browsers: Browser[] = [];
    for (let count = 0; count < 50; count += 1) browsers.push(await atRecovery(count % 2 ? world : other, ada));
    const outcomes = await Promise.allSettled(browsers.map((browser) => use(browser, codes[2])));
    const sessions = outcomes.filter((each) => each.status === 'fulfilled' && each.value.issued?.session);
    assert.equal(sessions.length, 1);
    assert.equal(await countUnspent(fixture.database.read, ada.id), 5);
    fixture.clock.advance(120_000);
    assert.equal((await use(await atRecovery(world, ada), codes[3])).flow.status, 'done');
  },
);

withDatabases("R30 a user's recovery code is wrong for another user", async (fixture) => {
  const { world, codes } = await clinic(fixture);
  const bob = await world.user({ username: 'bob' });
  await world.giveRecoveryCodes(bob);
  assert.equal((await use(await atRecovery(world, bob), codes[0])).refusal?.code, 'wrong-code');
});

withDatabases(
  'R34 R39 using a recovery code ends all sessions, remembered devices and open flows of the account',
  async (fixture) => {
    const { world, ada, codes } = await clinic(fixture);
    const thief = world.browser();
    await thief.login(ada, true);
    const pending = world.browser();
    await pending.password(ada);
    const bob = await world.user({ username: 'bob' });
    const bystander = world.browser();
    await bystander.login(bob, true);
    const recovered = await atRecovery(world, ada);
    await use(recovered, codes[0]);
    assert.ok(await recovered.sessionRow());
    assert.equal(await thief.sessionRow(), undefined);
    assert.equal((await thief.password(ada)).flow.step.type, 'totp', 'the device is no longer remembered');
    fixture.clock.advance(30_000);
    await assert.rejects(pending.code(world.code(ada)), { code: 'flow-expired' });
    assert.ok(await bystander.sessionRow());
    assert.equal((await bystander.password(bob)).flow.status, 'done', 'devices of other users stay remembered');
  },
);

withDatabases('R35 using a recovery code notifies the user and states how many are left', async (fixture) => {
  const { world, ada, codes } = await clinic(fixture);
  await use(await atRecovery(world, ada), codes[0]);
  const messages = await fixture.database.read.selectFrom('outbox').selectAll().execute();
  assert.deepEqual(
    messages.map(({ account_id, template, data }) => [account_id, template, JSON.parse(data).left]),
    [[ada.id, 'recovery-code-used', 5]],
  );
});
