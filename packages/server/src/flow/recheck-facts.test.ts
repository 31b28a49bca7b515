import assert from 'node:assert/strict';
import { decodeSecret } from '../factors/totp/secret.ts';
import { setPasswordHash } from '../store/accounts/passwords.ts';
import { disableFactors } from '../store/factors/end-factors.ts';
import { type Fixture, withDatabases } from '../store/testing/databases.ts';
import { at } from './testing/links.ts';
import { type Browser, type TestUser, World } from './testing/world.ts';

/*
 * Threat: a proof of an earlier step becomes invalid by a change that does not end the flow, and a later step still accepts
 * the proof.
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

/** Starts an enrolment from the settings and confirms the password. The second factor is required next. */
async function enroll(browser: Browser, ada: TestUser): Promise<void> {
  await browser.start('enroll', [{ step: 'confirm-password', password: ada.password }]);
}

withDatabases('R92 a code creates no session if the password was changed after it was proven', async (fixture) => {
  const { world, ada } = await clinic(fixture);
  const browser = world.browser();
  await browser.password(ada);
  const hash = await world.hasher.hash('another password altogether');
  await fixture.database.write((tx) => setPasswordHash(tx, ada.id, hash, fixture.clock()));
  const refused = await browser.code(world.code(ada));
  assert.equal(refused.refusal?.code, 'out-of-order');
  at(refused, 'password');
  assert.equal(browser.session, undefined);
  // The refused submission did not spend the code.
  await browser.submit({ step: 'password', password: 'another password altogether' });
  assert.equal((await browser.code(world.code(ada))).flow.status, 'done');
});

withDatabases('R92 a proven password remains proven after it was hashed with new parameters', async (fixture) => {
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

withDatabases('R92 no authenticator is enrolled by a recovery code whose set was replaced', async (fixture) => {
  const { world, ada } = await clinic(fixture);
  const [code = ''] = await world.giveRecoveryCodes(ada);
  const browser = world.browser();
  await browser.login(ada);
  await enroll(browser, ada);
  await browser.submit({ step: 'totp', action: 'switch', method: 'recovery-code' }, { step: 'recovery-code', code });
  await world.giveRecoveryCodes(ada);
  const refused = await bind(browser, world);
  assert.equal(refused.refusal?.code, 'out-of-order');
  assert.ok(['totp', 'recovery-code'].includes(refused.flow.step.type), 'the factor is not required again');
});

withDatabases('R92 no authenticator is enrolled by a help-desk code that a newer one has replaced', async (fixture) => {
  const { world, ada } = await clinic(fixture);
  const code = await world.giveDeskCode(ada);
  const browser = world.browser();
  await browser.password(ada);
  await browser.submit({ step: 'totp', action: 'switch', method: 'recovery-code' }, { step: 'recovery-code', code });
  await world.giveDeskCode(ada);
  const refused = await bind(browser, world);
  assert.equal(refused.refusal?.code, 'out-of-order');
  assert.equal(browser.session, undefined);
  assert.ok(['totp', 'recovery-code'].includes(refused.flow.step.type), 'the factor is not required again');
});

withDatabases(
  'R92 no session is created with a new authenticator that was disabled before the end of the flow',
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
