import assert from 'node:assert/strict';
import { decodeSecret } from '../factors/totp/secret.ts';
import { at } from '../flow/testing/links.ts';
import { type Browser, type TestUser, World } from '../flow/testing/world.ts';
import { countUnspent } from '../store/recovery-codes.ts';
import { type Fixture, withDatabases } from '../store/testing/databases.ts';

/*
 * Threat: a user closes the page while the recovery codes are shown, is never warned that none are stored, and is locked
 * out when the phone is lost.
 */

async function clinic({ database, clock }: Pick<Fixture, 'database' | 'clock'>, policy: object = {}) {
  const world = new World(database, clock);
  await world.organisation({ policy });
  return { world, bob: await world.user({ username: 'bob', without: 'totp' }) };
}

/** Enrolls an app, and closes the page while the recovery codes are shown. */
async function abandonCodes(world: World, user: TestUser): Promise<TestUser> {
  const browser = world.browser();
  const { secret } = at(await browser.accept(user), 'enroll-totp');
  const bound = { ...user, secret: decodeSecret(secret) };
  at(await browser.submit({ step: 'enroll-totp', code: world.code(bound) }), 'recovery-codes');
  assert.equal(browser.session, undefined);
  world.clock.advance(30_000);
  return bound;
}

const atCodes = async (browser: Browser, user: TestUser, remember = false) =>
  at(await browser.login(user, remember), 'recovery-codes');

withDatabases(
  'R35 recovery codes that were never confirmed are offered again at the next login with a factor',
  async (fixture) => {
    const { world, bob } = await clinic(fixture);
    const bound = await abandonCodes(world, bob);
    const browser = world.browser();
    const step = await atCodes(browser, bound);
    assert.deepEqual([step.codes.length, step.actions], [6, ['submit', 'later', 'extend']]);
    assert.equal(browser.session, undefined, 'the login makes no session before the codes are confirmed');
    at(await browser.submit({ step: 'recovery-codes' }), 'done');
    assert.ok(await browser.sessionRow());
    assert.equal(await countUnspent(world.database.read, bound.id), 6);
    fixture.clock.advance(30_000);
    at(await world.browser().login(bound), 'done');
  },
);

withDatabases('R35 recovery codes can be deferred, and are offered again at the next login', async (fixture) => {
  const { world, bob } = await clinic(fixture);
  const bound = await abandonCodes(world, bob);
  for (let login = 0; login < 2; login += 1) {
    const browser = world.browser();
    await atCodes(browser, bound);
    at(await browser.submit({ step: 'recovery-codes', action: 'later' }), 'done');
    assert.equal((await browser.sessionRow())?.acr, 'aal2');
    fixture.clock.advance(30_000);
  }
  assert.equal(await countUnspent(world.database.read, bound.id), 0);
});

withDatabases('R35 a remembered login does not show the codes, and a reload shows the same codes', async (fixture) => {
  const { world, bob } = await clinic(fixture);
  const bound = await abandonCodes(world, bob);
  const browser = world.browser();
  const step = await atCodes(browser, bound, true);
  assert.deepEqual(at({ flow: { step: await browser.step() } } as never, 'recovery-codes').codes, step.codes);
  at(await browser.submit({ step: 'recovery-codes', action: 'later' }), 'done');
  at(await browser.password(bound), 'done');
});

withDatabases('R35 accounts that were never shown recovery codes are not offered any at a login', async (fixture) => {
  const { world } = await clinic(fixture);
  const ada = await world.user();
  at(await world.browser().login(ada), 'done');
  await world.organisation({ id: 'plain', policy: { recoveryCodes: false } });
  const eve = await world.user({ organisation: 'plain', username: 'eve', without: 'totp' });
  const browser = world.browser();
  const { secret } = at(await browser.accept(eve), 'enroll-totp');
  const bound = { ...eve, secret: decodeSecret(secret) };
  at(await browser.submit({ step: 'enroll-totp', code: world.code(bound) }), 'done');
  await world.organisation({ id: 'plain', policy: { recoveryCodes: true } });
  fixture.clock.advance(30_000);
  at(await world.browser().login(bound), 'done');
});

withDatabases(
  "R9 recovery codes that are due follow the factor, and can't be deferred right after an enrolment",
  async (fixture) => {
    const { world, bob } = await clinic(fixture);
    const bound = await abandonCodes(world, bob);
    const browser = world.browser();
    at(await browser.password(bound), 'totp');
    const early = await browser.submit({ step: 'recovery-codes' });
    assert.equal(early.refusal?.code, 'out-of-order');
    const first = world.browser();
    await atCodes(first, bound);
    // Right after an enrolment there is no 'not now'.
    const other = await world.user({ username: 'eve', without: 'totp' });
    const setUp = world.browser();
    const { secret } = at(await setUp.accept(other), 'enroll-totp');
    const shown = await setUp.submit({ step: 'enroll-totp', code: world.code({ secret: decodeSecret(secret) }) });
    assert.ok(!at(shown, 'recovery-codes').actions.includes('later'));
    const later = await setUp.submit({ step: 'recovery-codes', action: 'later' });
    assert.equal(later.refusal?.code, 'not-allowed');
  },
);
