import assert from 'node:assert/strict';
import { hashToken } from '../crypto/tokens.ts';
import { type Browser, World } from '../flow/testing/world.ts';
import { setRememberFor } from '../store/accounts/accounts.ts';
import { forgetDevice, forgetDevicesOfAccount } from '../store/devices.ts';
import { type Fixture, withDatabases, withEachDatabase } from '../store/testing/databases.ts';

/* Threat: a copied, borrowed or shared device cookie replaces the second factor of another user. */

const HOUR = 3_600_000;

async function clinic({ database, clock }: Fixture) {
  const world = new World(database, clock);
  await world.organisation();
  return { world, ada: await world.user() };
}

const row = async ({ world, device = '' }: Browser) =>
  await world.database.read
    .selectFrom('browsers')
    .selectAll()
    .where('token_hash', '=', hashToken(device))
    .executeTakeFirst();

withDatabases('R36 the token has 256 bits, is stored hashed, and is unknown after a change', async (fixture) => {
  const { world, ada } = await clinic(fixture);
  const browser = world.browser();
  await browser.login(ada, true);
  const token = browser.device ?? '';
  assert.equal(Buffer.from(token.split('.')[1] ?? '', 'base64url').byteLength, 32);
  assert.ok(await row(browser));
  const dump = JSON.stringify(await fixture.database.read.selectFrom('browsers').selectAll().execute());
  assert.ok(!dump.includes(token.split('.')[1] ?? token));
  browser.device = `${token.slice(0, -1)}${token.endsWith('A') ? 'B' : 'A'}`;
  assert.equal((await browser.password(ada)).flow.step.type, 'totp');
});

withDatabases(
  'R36 remembering one user of a browser neither helps another user nor ends with their login',
  async (fixture) => {
    const { world, ada } = await clinic(fixture);
    const bob = await world.user({ username: 'bob' });
    await world.organisation({ id: 'school', name: 'School' });
    const namesake = await world.user({ organisation: 'school' });
    const browser = world.browser();
    await browser.login(ada, true);
    assert.equal((await browser.password(bob)).flow.step.type, 'totp');
    assert.equal((await browser.password(namesake)).flow.step.type, 'totp');
    await browser.login(bob, true);
    assert.equal((await browser.password(ada)).flow.status, 'done');
    assert.equal((await browser.password(bob)).flow.status, 'done');
    await fixture.database.write((tx) => forgetDevicesOfAccount(tx, bob.id));
    assert.equal((await browser.password(bob)).flow.step.type, 'totp');
    assert.equal((await browser.password(ada)).flow.status, 'done');
  },
);

for (const [choice, hours] of [
  ['12h', 12],
  ['1d', 24],
  ['3d', 72],
  ['1w', 168],
] as const) {
  withDatabases(
    `R37 ${choice} is ${hours} hours by the server's clock, to the millisecond, and use does not extend it`,
    async (fixture) => {
      const { world, ada } = await clinic(fixture);
      await fixture.database.write((tx) => setRememberFor(tx, ada.id, choice));
      const browser = world.browser();
      const asked = await browser.password(ada);
      assert.ok(asked.flow.step.type === 'totp');
      assert.deepEqual(asked.flow.step.remember, { for: choice });
      await browser.code(world.code(ada), true);
      fixture.clock.advance((hours * HOUR) / 2);
      assert.equal((await browser.password(ada)).flow.status, 'done');
      fixture.clock.advance((hours * HOUR) / 2 - 1);
      assert.equal((await browser.password(ada)).flow.status, 'done');
      fixture.clock.advance(1);
      assert.equal((await browser.password(ada)).flow.step.type, 'totp');
    },
  );
}

withDatabases(
  'R37 a duration outside the policy is not offered, and one that the policy dropped no longer counts',
  async (fixture) => {
    const { world, ada } = await clinic(fixture);
    await fixture.database.write((tx) => setRememberFor(tx, ada.id, '1w'));
    const browser = world.browser();
    await browser.login(ada, true);
    fixture.clock.advance(13 * HOUR);
    await world.organisation({ policy: { remember: { choices: ['never', '12h'], default: '12h' } } });
    const asked = await browser.password(ada);
    assert.ok(asked.flow.step.type === 'totp');
    assert.deepEqual(asked.flow.step.remember, { for: '12h' });
    await world.organisation({ policy: { remember: { choices: ['never'], default: 'never' } } });
    fixture.clock.advance(2000);
    const never = await browser.password(ada);
    assert.ok(never.flow.step.type === 'totp');
    assert.equal(never.flow.step.remember, undefined);
    // A choice that was not offered remembers nothing.
    await browser.code(world.code(ada), true);
    fixture.clock.advance(30_000);
    assert.equal((await browser.password(ada)).flow.step.type, 'totp');
  },
);

withDatabases(
  'R38 a remembered device replaces only the second factor, never the password or the factor of a step-up or enrolment',
  async (fixture) => {
    const { world, ada } = await clinic(fixture);
    const browser = world.browser();
    await browser.login(ada, true);
    const factorTime = fixture.clock();
    assert.equal((await browser.password(ada, 'wrong')).refusal?.code, 'wrong-credentials');
    fixture.clock.advance(HOUR);
    await browser.password(ada);
    const session = await browser.sessionRow();
    assert.deepEqual([session?.acr, session?.amr, session?.factor_time], ['aal1', '["pwd"]', factorTime]);
    assert.equal((await browser.start('step-up')).flow.step.type, 'totp');
    const enroll = await browser.start('enroll', [{ step: 'confirm-password', password: ada.password }]);
    assert.equal(enroll.flow.step.type, 'totp');
  },
);

withDatabases('R39 a forgotten device has to prove the factor at the next login', async (fixture) => {
  const { world, ada } = await clinic(fixture);
  const browser = world.browser();
  await browser.login(ada, true);
  const device = await fixture.database.read.selectFrom('devices').select('id').executeTakeFirstOrThrow();
  await fixture.database.write((tx) => forgetDevice(tx, ada.id, device.id));
  assert.equal((await browser.password(ada)).flow.step.type, 'totp');
});

withDatabases(
  'R40 the token rotates at each use, and the previous one stays valid until the new one is used',
  async (fixture) => {
    const { world, ada } = await clinic(fixture);
    const browser = world.browser();
    await browser.login(ada, true);
    const first = browser.device;
    await browser.password(ada);
    const second = browser.device;
    assert.notEqual(second, first);
    // The response with the second token was lost, so the browser still has the first one.
    browser.device = first;
    assert.equal((await browser.password(ada)).flow.status, 'done');
    assert.equal(browser.device, first, 'within a minute after the rotation the token stays the same');
    fixture.clock.advance(61_000);
    assert.equal((await browser.password(ada)).flow.status, 'done');
    assert.notEqual(browser.device, first);
  },
);

withEachDatabase(
  'R40 two tabs that log in at the same moment leave a valid token, whichever response is last',
  async (fixture) => {
    const { world, ada } = await clinic(fixture);
    const browser = world.browser();
    await browser.login(ada, true);
    const before = browser.device;
    const tabs = [world.browser(), world.browser()];
    for (const tab of tabs) tab.device = before;
    await Promise.all(tabs.map((tab) => tab.password(ada)));
    for (const tab of tabs) {
      const late = world.browser();
      late.device = tab.device;
      if (tab.device !== before) assert.equal((await late.password(ada)).flow.status, 'done');
    }
    assert.equal(tabs.filter((tab) => tab.device !== before).length, 1);
  },
);

withDatabases('R40 a replayed device token revokes the device and notifies its user', async (fixture) => {
  const { world, ada } = await clinic(fixture);
  const browser = world.browser();
  await browser.login(ada, true);
  const stolen = browser.device;
  await browser.password(ada);
  await browser.password(ada);
  const thief = world.browser();
  thief.device = stolen;
  assert.equal((await thief.password(ada)).flow.step.type, 'totp');
  assert.equal((await browser.password(ada)).flow.step.type, 'totp', 'the user has to prove the factor again');
  const notices = await fixture.database.read.selectFrom('outbox').select(['template', 'account_id']).execute();
  assert.deepEqual(
    notices.map((each) => ({ ...each })),
    [{ template: 'device-replayed', account_id: ada.id }],
  );
});

withDatabases('R41 remembering is offered only in a login that verifies a factor', async (fixture) => {
  const { world, ada } = await clinic(fixture);
  await world.giveRecoveryCodes(ada);
  const browser = world.browser();
  await browser.password(ada);
  const recovery = await browser.submit({ step: 'totp', action: 'switch', method: 'recovery-code' });
  assert.ok(!('remember' in recovery.flow.step));
  await browser.submit({ step: 'recovery-code', action: 'switch', method: 'totp' });
  await browser.code(world.code(ada));
  fixture.clock.advance(30_000);
  assert.equal((await browser.password(ada)).flow.step.type, 'totp', 'nothing is remembered unless the user chose it');
  const stepUp = await browser.start('step-up');
  assert.ok(stepUp.flow.step.type === 'totp' && stepUp.flow.step.remember === undefined);
  await browser.code(world.code(ada), true);
  assert.equal((await browser.password(ada)).flow.step.type, 'totp');
});
