import assert from 'node:assert/strict';
import { systemRandom } from '../crypto/tokens.ts';
import { World } from '../flow/testing/world.ts';
import { setAccountState } from '../store/accounts/accounts.ts';
import { type Fixture, withDatabases } from '../store/testing/databases.ts';
import { assuranceOfSession, endSession, readSession, recordSessionUse, renewSession } from './sessions.ts';

/* Threat: an attacker uses a session id that was fixed, copied or left behind on a shared computer. */

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

async function loggedIn({ database, clock }: Fixture) {
  const world = new World(database, clock);
  await world.organisation();
  const ada = await world.user();
  const browser = world.browser();
  await browser.login(ada);
  return { world, ada, browser };
}

withDatabases('R67 a login gives a new id of 256 bits and ends the session that the browser had', async (fixture) => {
  const { world, ada, browser } = await loggedIn(fixture);
  const old = browser.session ?? '';
  assert.equal(Buffer.from(old, 'base64url').byteLength, 32);
  fixture.clock.advance(30_000);
  await browser.login(ada);
  assert.notEqual(browser.session, old);
  assert.equal(await readSession(world.database.read, old, fixture.clock()), undefined);
  assert.ok(await browser.sessionRow());
});

withDatabases('R67 a step-up gives a new id, ends the old one, and does not extend the session', async (fixture) => {
  const { world, ada, browser } = await loggedIn(fixture);
  const old = browser.session ?? '';
  const before = await browser.sessionRow();
  fixture.clock.advance(30 * MINUTE);
  await browser.start('step-up');
  const end = await browser.code(world.code(ada));
  assert.equal(end.flow.status, 'done');
  assert.equal(await readSession(world.database.read, old, fixture.clock()), undefined);
  const after = await browser.sessionRow();
  assert.deepEqual([after?.factor_time, after?.auth_time, after?.acr], [fixture.clock(), fixture.clock(), 'aal2']);
  assert.equal(after?.expires_at, before?.expires_at);
});

withDatabases('R67 a step-up does not revive a session that ended during the flow', async (fixture) => {
  const { world, ada, browser } = await loggedIn(fixture);
  fixture.clock.advance(MINUTE);
  await browser.start('step-up');
  const context = await browser.context();
  await endSession(world.database, context.session as NonNullable<typeof context.session>);
  const code = world.code(ada);
  const late = await browser.engine.submit(browser.ref(), [{ step: 'totp', code }], context);
  assert.equal(late.refusal?.code, 'no-session');
  assert.equal(late.issued, undefined);
  await assert.rejects(browser.code(code), { code: 'no-session' });
});

withDatabases('R67 a session that has ended is not renewed', async (fixture) => {
  const { world, browser } = await loggedIn(fixture);
  const { session } = await browser.context();
  assert.ok(session);
  await endSession(world.database, session);
  const renewal = { session, assurance: assuranceOfSession(session), now: fixture.clock(), random: systemRandom };
  assert.equal(await world.database.write((tx) => renewSession(tx, renewal)), undefined);
  assert.deepEqual(await world.database.read.selectFrom('sessions').selectAll().execute(), []);
});

withDatabases('R71 a session ends after an hour without use, and use extends it', async (fixture) => {
  const { world, browser } = await loggedIn(fixture);
  fixture.clock.advance(HOUR - 1);
  const session = await browser.sessionRow();
  assert.ok(session);
  await recordSessionUse(world.database, session, fixture.clock());
  fixture.clock.advance(HOUR - 1);
  assert.ok(await browser.sessionRow());
  fixture.clock.advance(1);
  assert.equal(await browser.sessionRow(), undefined);
});

withDatabases('R71 a session ends after 24 hours, even if it is used', async (fixture) => {
  const { world, browser } = await loggedIn(fixture);
  for (let use = 0; use < 47; use += 1) {
    fixture.clock.advance(HOUR / 2);
    const session = await browser.sessionRow();
    assert.ok(session);
    await recordSessionUse(world.database, session, fixture.clock());
  }
  fixture.clock.advance(HOUR / 2 - 1);
  assert.ok(await browser.sessionRow());
  fixture.clock.advance(1);
  assert.equal(await browser.sessionRow(), undefined);
});

withDatabases(
  'R71 logging out and disabling an account end its session on another instance immediately',
  async (fixture) => {
    const { world, ada, browser } = await loggedIn(fixture);
    const elsewhere = await fixture.openAnother();
    const read = async () => await readSession(elsewhere.read, browser.session ?? '', fixture.clock());
    assert.ok(await read());
    await world.database.write((tx) => setAccountState(tx, ada.id, 'disabled'));
    assert.equal(await read(), undefined);
    await world.database.write((tx) => setAccountState(tx, ada.id, 'active'));
    const session = await read();
    assert.ok(session);
    assert.equal(await endSession(world.database, session), true);
    assert.equal(await read(), undefined);
  },
);

withDatabases('a clock that was set back ends a session instead of extending it', async (fixture) => {
  const { browser } = await loggedIn(fixture);
  fixture.clock.advance(-10 * MINUTE);
  assert.equal(await browser.sessionRow(), undefined);
});
