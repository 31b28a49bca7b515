import assert from 'node:assert/strict';
import { decodeSecret } from '../factors/totp/secret.ts';
import { at, mails } from '../flow/testing/links.ts';
import { type Browser, type TestUser, World } from '../flow/testing/world.ts';
import { getCounter } from '../store/counters.ts';
import { allFactors } from '../store/factors/factors.ts';
import { countUnspent } from '../store/recovery-codes.ts';
import { type Fixture, withDatabases, withEachDatabase } from '../store/testing/databases.ts';
import { codeKey, recoveryKey } from './locks.ts';

/*
 * Threat: a stranger who knows the password enters wrong codes up to the cap, so that the user needs the help desk; or a
 * thief with a recovery code logs in past the disabled app without a new enrolment, of which the user would be notified.
 */

const LOCKS = { soft: 3, hard: 10, firstWaitSeconds: 1, maxWaitSeconds: 1 };
const WRONG = 'AAAA-BBBB-CCCC';

async function clinic({ database, clock }: Pick<Fixture, 'database' | 'clock'>, policy: object = {}) {
  const world = new World(database, clock);
  await world.organisation({ policy: { locks: LOCKS, ...policy } });
  const ada = await world.user();
  return { world, ada, codes: await world.giveRecoveryCodes(ada) };
}

const toRecovery = (browser: Browser, from: 'totp' | 'locked') =>
  browser.submit({ step: from, action: 'switch', method: 'recovery-code' });
const use = (browser: Browser, code = '') => browser.submit({ step: 'recovery-code', code });

async function codesAtCap(world: World, user: TestUser): Promise<Browser> {
  const browser = world.browser();
  await browser.password(user);
  const wrong = world.wrongCode(user);
  for (let count = 0; count < 10; count += 1) {
    world.clock.advance(1000);
    await browser.code(wrong);
  }
  return browser;
}

async function recoveryAtCap(world: World, user: TestUser): Promise<Browser> {
  const browser = world.browser();
  await browser.password(user);
  await toRecovery(browser, 'totp');
  for (let count = 0; count < 10; count += 1) {
    world.clock.advance(1000);
    await use(browser, WRONG);
  }
  return browser;
}

withDatabases('R42 D12 at the cap of codes, a recovery code requires the enrolment of a new app', async (fixture) => {
  const { world, ada, codes } = await clinic(fixture);
  const guesser = await codesAtCap(world, ada);
  const locked = at({ flow: { step: await guesser.step() } } as never, 'locked');
  assert.deepEqual(
    [locked.until, locked.ways, locked.methods],
    [undefined, ['helpdesk'], [{ method: 'recovery-code' }]],
  );
  assert.ok(locked.actions.includes('switch'));
  const owner = world.browser();
  at(await owner.password(ada), 'locked');
  at(await toRecovery(owner, 'locked'), 'recovery-code');
  const shown = await use(owner, codes[0]);
  assert.equal(shown.issued?.session, undefined, 'a recovery code alone gives no session');
  const enrolment = at(shown, 'enroll-totp');
  assert.ok(!enrolment.actions.includes('later'));
  const later = await owner.submit({ step: 'enroll-totp', action: 'later' });
  assert.equal(later.refusal?.code, 'not-allowed');
  const secret = decodeSecret(enrolment.secret);
  at(await owner.submit({ step: 'enroll-totp', code: world.code({ secret }) }), 'done');
  assert.ok(await owner.sessionRow());
  const states = (await allFactors(world.database.read, ada.id)).map(({ state }) => state).sort();
  assert.deepEqual(states, ['active', 'replaced']);
  assert.equal((await getCounter(world.database.read, codeKey(ada.id)))?.hard, 0);
  assert.equal(await countUnspent(world.database.read, ada.id), 5);
  fixture.clock.advance(30_000);
  at(await world.browser().login({ ...ada, secret }), 'done');
});

withDatabases(
  'R42 D12 after an abandoned enrolment the app stays disabled, and a recovery code is required again',
  async (fixture) => {
    const { world, ada, codes } = await clinic(fixture);
    await codesAtCap(world, ada);
    for (const code of codes.slice(0, 2)) {
      const owner = world.browser();
      at(await owner.password(ada), 'locked');
      await toRecovery(owner, 'locked');
      at(await use(owner, code), 'enroll-totp');
      assert.equal(owner.session, undefined);
    }
  },
);

withDatabases(
  'R42 a recovery code that is entered while the cap is reached requires a new app too',
  async (fixture) => {
    const { world, ada, codes } = await clinic(fixture);
    const owner = world.browser();
    await owner.password(ada);
    await toRecovery(owner, 'totp');
    await codesAtCap(world, ada);
    // The factors have changed since the flow read them, so the code is not spent, and is required again.
    assert.equal((await use(owner, codes[0])).refusal?.code, 'out-of-order');
    at(await use(owner, codes[0]), 'enroll-totp');
  },
);

withDatabases('R42 D12 at the cap of recovery codes they are deleted, and the app still works', async (fixture) => {
  const { world, ada, codes } = await clinic(fixture);
  const guesser = await recoveryAtCap(world, ada);
  const locked = at({ flow: { step: await guesser.step() } } as never, 'locked');
  assert.deepEqual([locked.until, locked.ways, locked.methods], [undefined, ['helpdesk'], [{ method: 'totp' }]]);
  assert.equal(await countUnspent(world.database.read, ada.id), 0);
  const notices = (await mails(world, ada.id)).map(({ template }) => template);
  assert.deepEqual(notices, ['recovery-codes-ended'], 'the user gets one notice');
  assert.equal((await use(guesser, codes[0])).refusal?.code, 'out-of-order');
  at(await guesser.submit({ step: 'locked', action: 'switch', method: 'totp' }), 'totp');
  at(await guesser.code(world.code(ada)), 'done');
  const next = world.browser();
  assert.deepEqual(at(await next.password(ada), 'totp').methods, []);
});

withDatabases(
  'R91 D12 at both caps, a help-desk code still permits a new app and new recovery codes',
  async (fixture) => {
    const { world, ada } = await clinic(fixture);
    await recoveryAtCap(world, ada);
    await codesAtCap(world, ada);
    const owner = world.browser();
    const locked = at(await owner.password(ada), 'locked');
    assert.deepEqual([locked.ways, locked.methods], [['helpdesk'], undefined]);
    const code = await world.giveDeskCode(ada);
    const open = at(await owner.submit({ step: 'locked', action: 'poll' }), 'locked');
    assert.deepEqual(open.methods, [{ method: 'recovery-code' }]);
    await toRecovery(owner, 'locked');
    // The cap of the deleted recovery codes does not block the help-desk code; the waits still apply.
    assert.ok(at(await use(owner, WRONG), 'locked').until);
    fixture.clock.advance(1000);
    const shown = at(await use(owner, code), 'enroll-totp');
    const secret = decodeSecret(shown.secret);
    at(await owner.submit({ step: 'enroll-totp', code: world.code({ secret }) }), 'recovery-codes');
    at(await owner.submit({ step: 'recovery-codes' }), 'done');
    assert.equal((await getCounter(world.database.read, recoveryKey(ada.id)))?.hard, 0);
  },
);

withDatabases('R44 D12 a help-desk code does not reset the count of recovery codes', async (fixture) => {
  const { world, ada } = await clinic(fixture);
  const code = await world.giveDeskCode(ada);
  const owner = world.browser();
  await owner.password(ada);
  await toRecovery(owner, 'totp');
  await use(owner, WRONG);
  at(await use(owner, code), 'enroll-totp');
  const counter = await getCounter(world.database.read, recoveryKey(ada.id));
  assert.deepEqual([counter?.soft, counter?.hard], [1, 1]);
});

withEachDatabase(
  'R42 ten of 200 parallel wrong recovery codes are evaluated, and the app is not locked',
  async (fixture) => {
    const { world, ada } = await clinic(fixture, { locks: {} });
    const other = new World(await fixture.openAnother(), fixture.clock);
    const browsers: Browser[] = [];
    for (let count = 0; count < 10; count += 1) {
      const browser = (count % 2 ? world : other).browser();
      await browser.password(ada);
      await toRecovery(browser, 'totp');
      browsers.push(browser);
    }
    const guesses = Array.from({ length: 200 }, async (_, index) => {
      const browser = browsers[index % 10] as Browser;
      return await browser.engine.submit(
        browser.ref(),
        [{ step: 'recovery-code', code: WRONG }],
        await browser.context(),
      );
    });
    const codes = (await Promise.all(guesses)).map(({ refusal }) => refusal?.code);
    assert.equal(codes.filter((code) => code === 'wrong-code').length, 9);
    assert.equal((await getCounter(world.database.read, recoveryKey(ada.id)))?.hard, 10);
    at(await world.browser().login(ada), 'done');
  },
);

withDatabases(
  'R42 new recovery codes that are confirmed while the cap of the old ones is reached stay valid',
  async (fixture) => {
    const { world, ada } = await clinic(fixture);
    const owner = world.browser();
    await owner.login(ada);
    fixture.clock.advance(30_000);
    await owner.start('recovery-codes');
    const fresh = at(await owner.code(world.code(ada)), 'recovery-codes').codes;
    const guesser = world.browser();
    await guesser.password(ada);
    await toRecovery(guesser, 'totp');
    for (let count = 0; count < 9; count += 1) {
      fixture.clock.advance(1000);
      await use(guesser, WRONG);
    }
    fixture.clock.advance(1000);
    await Promise.all([use(guesser, WRONG), owner.submit({ step: 'recovery-codes' })]);
    const left = await countUnspent(world.database.read, ada.id);
    assert.equal(left, 6, 'the order of the two submissions does not matter');
    const next = world.browser();
    await next.password(ada);
    await toRecovery(next, 'totp');
    at(await use(next, fresh[0]), 'done');
  },
);

withDatabases(
  'R42 D12 when the cap is lowered below the count, a recovery code requires a new app too',
  async (fixture) => {
    const { world, ada, codes } = await clinic(fixture, { locks: { ...LOCKS, hard: 100 } });
    await codesAtCap(world, ada);
    await world.organisation({ policy: { locks: LOCKS } });
    fixture.clock.advance(2000);
    const owner = world.browser();
    const locked = at(await owner.password(ada), 'locked');
    assert.deepEqual([locked.until, locked.methods], [undefined, [{ method: 'recovery-code' }]]);
    await toRecovery(owner, 'locked');
    const { secret } = at(await use(owner, codes[0]), 'enroll-totp');
    at(await owner.submit({ step: 'enroll-totp', code: world.code({ secret: decodeSecret(secret) }) }), 'done');
    at(await world.browser().password(ada), 'totp');
  },
);

withDatabases('R44 D12 a lock on codes does not stop a login on a remembered device', async (fixture) => {
  const { world, ada } = await clinic(fixture, { locks: { ...LOCKS, firstWaitSeconds: 3600, maxWaitSeconds: 3600 } });
  const own = world.browser();
  await own.login(ada, true);
  const guesser = world.browser();
  await guesser.password(ada);
  for (let count = 0; count < 3; count += 1) await guesser.code(world.wrongCode(ada));
  at(await world.browser().password(ada), 'locked');
  at(await own.password(ada), 'done');
  await own.start('step-up');
  assert.equal((await own.step()).type, 'totp', 'the step shows no lock before an attempt');
  assert.equal((await own.code(world.code(ada))).refusal?.code, 'locked');
});
