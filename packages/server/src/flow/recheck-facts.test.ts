import assert from 'node:assert/strict';
import { decodeSecret } from '../factors/totp/secret.ts';
import { setPasswordHash } from '../store/accounts.ts';
import { disableFactors } from '../store/factors.ts';
import { type Fixture, withDatabases } from '../store/testing/databases.ts';
import { at } from './testing/links.ts';
import { type Browser, type TestUser, World } from './testing/world.ts';

/*
 * Threat: what an earlier step of a flow has proven is void by the time of a later step, by a change that ends no flow, and
 * the later step still counts it.
 */

async function clinic({ database, clock }: Fixture, without?: 'totp') {
  const world = new World(database, clock);
  await world.organisation();
  return { world, ada: await world.user(without ? { without } : {}) };
}

const bind = async (browser: Browser, world: World) => {
  const { secret } = at(browser.last ?? assert.fail(), 'enroll-totp');
  return await browser.submit({ step: 'enroll-totp', code: world.code({ secret: decodeSecret(secret) }) });
};

/** A flow of the settings up to the second factor. */
async function enroll(browser: Browser, ada: TestUser): Promise<void> {
  await browser.start('enroll', [{ step: 'confirm-password', password: ada.password }]);
}

withDatabases('R92 a code makes no session beside a password that was changed after it was proven', async (fixture) => {
  const { world, ada } = await clinic(fixture);
  const browser = world.browser();
  await browser.password(ada);
  const hash = await world.hasher.hash('another password altogether');
  await fixture.database.write((tx) => setPasswordHash(tx, ada.id, hash, fixture.clock()));
  const refused = await browser.code(world.code(ada));
  assert.equal(refused.refusal?.code, 'out-of-order');
  at(refused, 'password');
  assert.equal(browser.session, undefined);
  // The code was not spent by that.
  await browser.submit({ step: 'password', password: 'another password altogether' });
  assert.equal((await browser.code(world.code(ada))).flow.status, 'done');
});

withDatabases('R92 the same password under new hash parameters is still proven', async (fixture) => {
  const { world, ada } = await clinic(fixture);
  const browser = world.browser();
  await browser.password(ada);
  const { password_hash: stored } = await fixture.database.read
    .selectFrom('accounts')
    .select('password_hash')
    .executeTakeFirstOrThrow();
  const hash = await world.hasher.hash(ada.password);
  await fixture.database.write((tx) => setPasswordHash(tx, ada.id, hash, fixture.clock(), stored ?? ''));
  assert.equal((await browser.code(world.code(ada))).flow.status, 'done');
});

withDatabases('R92 no authenticator is bound by a recovery code of a set that was replaced', async (fixture) => {
  const { world, ada } = await clinic(fixture);
  const [code = ''] = await world.giveRecoveryCodes(ada);
  const browser = world.browser();
  await browser.login(ada);
  await enroll(browser, ada);
  await browser.submit({ step: 'totp', action: 'switch', method: 'recovery-code' }, { step: 'recovery-code', code });
  await world.giveRecoveryCodes(ada);
  const refused = await bind(browser, world);
  assert.equal(refused.refusal?.code, 'out-of-order');
  assert.ok(['totp', 'recovery-code'].includes(refused.flow.step.type), 'the factor is asked again');
});

withDatabases('R92 no authenticator is bound by a help-desk code that another one has replaced', async (fixture) => {
  const { world, ada } = await clinic(fixture);
  const code = await world.giveDeskCode(ada);
  const browser = world.browser();
  await browser.password(ada);
  await browser.submit({ step: 'totp', action: 'switch', method: 'recovery-code' }, { step: 'recovery-code', code });
  await world.giveDeskCode(ada);
  const refused = await bind(browser, world);
  assert.equal(refused.refusal?.code, 'out-of-order');
  assert.equal(browser.session, undefined);
  assert.ok(['totp', 'recovery-code'].includes(refused.flow.step.type), 'the factor is asked again');
});

withDatabases(
  'R92 no session rests on a new authenticator that was disabled before the flow ended',
  async (fixture) => {
    const { world, ada } = await clinic(fixture, 'totp');
    const browser = world.browser();
    await browser.accept(ada);
    at(await bind(browser, world), 'recovery-codes');
    await fixture.database.write((tx) => disableFactors(tx, ada.id, 'totp', fixture.clock()));
    const refused = await browser.submit({ step: 'recovery-codes' });
    assert.equal(refused.refusal?.code, 'out-of-order');
    at(refused, 'locked');
    assert.equal(browser.session, undefined);
  },
);
