import assert from 'node:assert/strict';
import { decodeSecret } from '../factors/totp/secret.ts';
import { findAccount } from '../store/accounts/accounts.ts';
import { devicesOfAccount } from '../store/devices.ts';
import { type Fixture, withDatabases, withEachDatabase } from '../store/testing/databases.ts';
import type { Outcome } from './context.ts';
import { possessionOf } from './rules/possession.ts';
import { at, linkFor, mails } from './testing/links.ts';
import { type Browser, cheapHasher, type TestUser, World } from './testing/world.ts';

/*
 * Threats: a mailed reset bypasses the second factor (D6), leaves the session of a thief active (R34), or allows guesses of the
 * old password.
 */

const NEW = 'a lamp beside the canal';

async function clinic({ database, clock }: Pick<Fixture, 'database' | 'clock'>, policy = {}) {
  const world = new World(database, clock);
  await world.organisation({ policy });
  const ada = await world.user({ email: 'ada@mail.example' });
  return { world, ada };
}

const choose = (browser: Browser, password = NEW) => browser.submit({ step: 'new-password', password });
const newPhone = (browser: Browser) => browser.submit({ step: 'enroll-offer', action: 'accept' });
const samePhone = (browser: Browser) => browser.submit({ step: 'enroll-offer', action: 'later' });

async function reset(world: World, user: TestUser): Promise<Browser> {
  const browser = world.browser();
  await browser.start('reset', [], await linkFor(world, user, 'reset'));
  return browser;
}

/** Enrolls the authenticator that the step shows, and confirms that new recovery codes are kept. */
async function bind(world: World, browser: Browser, shown: Outcome, user: TestUser): Promise<TestUser> {
  const { secret } = at(shown, 'enroll-totp');
  const bound = { ...user, password: NEW, secret: decodeSecret(secret) };
  const next = await browser.submit({ step: 'enroll-totp', code: world.code(bound) });
  const end = next.flow.step.type === 'recovery-codes' ? await browser.submit({ step: 'recovery-codes' }) : next;
  assert.ok('next' in at(end, 'done'));
  world.clock.advance(30_000);
  return bound;
}

const hasLoggedIn = (outcome: Outcome) => 'user' in at(outcome, 'done');

withDatabases(
  'R29 a new phone after a reset requires the old factor or a recovery code first (D6)',
  async (fixture) => {
    const { world, ada } = await clinic(fixture);
    const [code = ''] = await world.giveRecoveryCodes(ada);
    const browser = await reset(world, ada);
    assert.equal(at(await choose(browser), 'enroll-offer').reason, 'new-phone');
    const before = at(await newPhone(browser), 'totp');
    assert.deepEqual(before.methods, [{ method: 'recovery-code' }]);
    const early = await browser.submit({ step: 'enroll-totp', code: '123456' });
    assert.equal(early.refusal?.code, 'out-of-order');
    assert.equal((await browser.code(world.wrongCode(ada))).refusal?.code, 'wrong-code');
    await browser.submit({ step: 'totp', action: 'switch', method: 'recovery-code' });
    const shown = await browser.submit({ step: 'recovery-code', code });
    const bound = await bind(world, browser, shown, ada);
    assert.ok(hasLoggedIn(await world.browser().login(bound)));
  },
);

withDatabases('R29 with the policy `mail` the mailed link is sufficient for a new phone', async (fixture) => {
  const { world, ada } = await clinic(fixture, { resetBy: 'mail', authenticators: 'one' });
  const browser = await reset(world, ada);
  await choose(browser);
  const bound = await bind(world, browser, await newPhone(browser), ada);
  assert.ok(hasLoggedIn(await world.browser().login(bound)));
  const old = world.browser();
  await old.password({ ...ada, password: NEW });
  world.clock.advance(30_000);
  assert.equal((await old.code(world.code(ada))).refusal?.code, 'old-authenticator');
  const audit = await world.database.read.selectFrom('audit').select(['event', 'detail']).execute();
  const bindings = audit.filter(({ event }) => event === 'enroll-totp');
  assert.ok(bindings.length > 0 && bindings.every(({ detail }) => detail?.includes('"boundByMail":true')));
});

withDatabases('D6 with the same phone a reset requires nothing more, and the old app logs in', async (fixture) => {
  const { world, ada } = await clinic(fixture);
  const browser = await reset(world, ada);
  await choose(browser);
  await newPhone(browser);
  at(await browser.submit({ step: 'totp', action: 'back', to: 'enroll-offer' }), 'enroll-offer');
  const end = await samePhone(browser);
  assert.ok('next' in at(end, 'done'));
  assert.equal(end.issued?.session, undefined);
  assert.ok(hasLoggedIn(await world.browser().login({ ...ada, password: NEW })));
  assert.equal((await world.browser().password(ada)).refusal?.code, 'wrong-credentials');
});

withDatabases('D6 without a factor a reset ends with the new password and changes no factor', async (fixture) => {
  const { world } = await clinic(fixture);
  const bob = await world.user({ username: 'bob', without: 'totp' });
  const end = await choose(await reset(world, bob));
  assert.ok('next' in at(end, 'done'));
  assert.deepEqual(await possessionOf(world.database.read, bob.id), {
    active: {},
    disabled: false,
    recoveryCodes: 0,
  });
});

withDatabases('R34 a reset ends all sessions, remembered devices and open flows', async (fixture) => {
  const { world, ada } = await clinic(fixture);
  const thief = world.browser();
  await thief.login(ada, true);
  world.clock.advance(30_000);
  const other = world.browser();
  await other.password(ada);
  const browser = await reset(world, ada);
  assert.ok(await thief.sessionRow());
  assert.equal((await devicesOfAccount(world.database.read, ada.id, world.clock())).length, 1);
  await choose(browser);
  assert.equal(await thief.sessionRow(), undefined);
  assert.deepEqual(await devicesOfAccount(world.database.read, ada.id, world.clock()), []);
  await assert.rejects(other.code(world.code(ada)), { code: 'flow-expired' });
  assert.deepEqual(
    (await mails(world, ada.id)).map(({ template }) => template),
    ['reset', 'password-changed'],
    'the user is not notified',
  );
});

withDatabases('D10 a weak password is refused with its fault, and the link stays valid', async (fixture) => {
  const { world, ada } = await clinic(fixture);
  const browser = await reset(world, ada);
  const reasons: unknown[] = [];
  const tries = ['short', 'x'.repeat(257), 'passwordpassword', 'ada lovelace is here', 'the clinic of the north'];
  const long = await world.user({ username: 'lovelace' });
  for (const password of tries.slice(0, 3)) reasons.push((await choose(browser, password)).refusal);
  const other = await reset(world, long);
  for (const password of tries.slice(3)) reasons.push((await choose(other, password)).refusal);
  assert.deepEqual(
    reasons.map((refusal) => (refusal as Outcome['refusal'])?.code),
    Array(5).fill('weak-password'),
  );
  assert.deepEqual(
    reasons.map((refusal) => (refusal as Outcome['refusal'])?.reason),
    ['too-short', 'too-long', 'common', 'contains-username', 'contains-organisation'],
  );
  at(await choose(browser), 'enroll-offer');
});

withDatabases(
  'the old password is accepted only where the policy allows it, and refused at most ten times before a lock',
  async (fixture) => {
    const { world, ada } = await clinic(fixture);
    const browser = await reset(world, ada);
    assert.equal(at({ flow: { step: await browser.step() } } as Outcome, 'new-password').mayReuse, false);
    const first = await choose(browser, ada.password);
    assert.deepEqual([first.refusal?.code, first.refusal?.reason], ['weak-password', 'reused']);
    for (let tries = 1; tries < 9; tries += 1) await choose(browser, ada.password);
    assert.equal((await choose(browser, ada.password)).refusal?.code, 'locked');
    const again = await reset(world, ada);
    assert.equal((await choose(again, ada.password)).refusal?.code, 'locked', 'another link gives more attempts');
    world.clock.advance(60_000);
    at(await again.submit({ step: 'new-password', password: NEW }), 'enroll-offer');
    await world.organisation({ policy: { mayReusePassword: true } });
    world.clock.advance(2000);
    const kept = await reset(world, { ...ada, password: NEW });
    assert.equal(at({ flow: { step: await kept.step() } } as Outcome, 'new-password').mayReuse, true);
    at(await choose(kept, NEW), 'enroll-offer');
  },
);

withDatabases('R8 a failure of the hasher changes neither password nor link nor sessions', async (fixture) => {
  const { world, ada } = await clinic(fixture);
  const thief = world.browser();
  await thief.login(ada);
  const link = await linkFor(world, ada, 'reset');
  const broken = { ...cheapHasher(), hash: () => Promise.reject(new Error('out of memory')) };
  const failing = new World(fixture.database, fixture.clock, broken).browser();
  await failing.start('reset', [], link);
  await assert.rejects(choose(failing), /out of memory/);
  assert.ok(await thief.sessionRow());
  assert.equal((await findAccount(fixture.database.read, 'clinic', 'ada'))?.state, 'active');
  const browser = world.browser();
  await browser.start('reset', [], link);
  at(await choose(browser), 'enroll-offer');
});

withEachDatabase('R63 of parallel last requests with one link only one sets the password', async (fixture) => {
  const { world, ada } = await clinic(fixture);
  const link = await linkFor(world, ada, 'reset');
  const browsers = await Promise.all(
    Array.from({ length: 8 }, async () => {
      const browser = world.browser();
      await browser.start('reset', [], link);
      return browser;
    }),
  );
  const ends = await Promise.allSettled(browsers.map((browser, index) => choose(browser, `${NEW} ${index}`)));
  const won = ends.filter((end) => end.status === 'fulfilled' && end.value.refusal === undefined);
  assert.equal(won.length, 1);
});
