import assert from 'node:assert/strict';
import { test } from 'node:test';
import { HasherBusyError } from '../accounts/hash-queue.ts';
import { decodeSecret } from '../factors/totp/secret.ts';
import type { Outcome } from '../flow/context.ts';
import { countingHasher } from '../flow/testing/counting-hasher.ts';
import { at } from '../flow/testing/links.ts';
import { type Browser, cheapHasher, type TestUser, World } from '../flow/testing/world.ts';
import { parseOrganisation } from '../organisations/schema.ts';
import { getCounter, liftLock } from '../store/counters.ts';
import { type Fixture, withDatabases, withEachDatabase } from '../store/testing/databases.ts';
import {
  accountKeys,
  attemptUnder,
  codeKey,
  holds,
  knownDeviceKey,
  lockOn,
  newPasswordKey,
  passwordKey,
  passwordKeys,
  recoveryKey,
  withLock,
} from './locks.ts';

/*
 * Threat: an attacker guesses in parallel from many addresses, flows and instances; a stranger locks users out, or learns
 * from the answers which usernames exist.
 */

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

/** Adds a user of an organisation with a hard cap of ten failures and waits of one second. */
async function userWithLowCap(world: World): Promise<TestUser> {
  const locks = { soft: 3, hard: 10, firstWaitSeconds: 1, maxWaitSeconds: 1 };
  await world.organisation({ id: 'strict', policy: { locks } });
  return await world.user({ organisation: 'strict', username: 'bob' });
}

async function clinic({ database, clock }: Pick<Fixture, 'database' | 'clock'>) {
  const world = new World(database, clock);
  await world.organisation();
  return { world, ada: await world.user() };
}

async function guess(world: World, user: TestUser, times: number, browser?: () => Browser): Promise<Outcome[]> {
  const outcomes: Outcome[] = [];
  for (let count = 0; count < times; count += 1) {
    outcomes.push(await (browser?.() ?? world.browser()).password(user, `wrong ${count}`));
  }
  return outcomes;
}

const codesOf = (outcomes: readonly Outcome[]) => outcomes.map(({ refusal }) => refusal?.code);
const unknown = { id: 'none', organisation: 'clinic', username: 'nobody', password: 'x' } as TestUser;

withEachDatabase(
  'R42: wrong passwords of one name add up over flows and instances; the tenth sets a lock, and the wait grows',
  async (fixture) => {
    const { world, ada } = await clinic(fixture);
    const other = new World(await fixture.openAnother(), fixture.clock);
    const outcomes = [...(await guess(world, ada, 5)), ...(await guess(other, ada, 5))];
    assert.deepEqual(codesOf(outcomes), [...Array(9).fill('wrong-credentials'), 'locked']);
    const step = outcomes.at(-1)?.flow.step;
    assert.ok(step?.type === 'locked');
    assert.equal(step.until, new Date(fixture.clock() + MINUTE).toISOString());
    // During the lock, the correct password is not evaluated on either instance.
    assert.deepEqual(codesOf([await world.browser().password(ada), await other.browser().password(ada)]), [
      'locked',
      'locked',
    ]);
    fixture.clock.advance(MINUTE);
    const [again] = await guess(world, ada, 1);
    assert.ok(again?.flow.step.type === 'locked');
    assert.equal(again.flow.step.until, new Date(fixture.clock() + 2 * MINUTE).toISOString());
    fixture.clock.advance(2 * MINUTE);
    assert.equal((await world.browser().password(ada)).flow.step.type, 'totp');
  },
);

withDatabases(
  'R42 D12 wrong codes of an app and wrong recovery codes have separate counts, and a correct code resets only its own',
  async (fixture) => {
    const { world, ada } = await clinic(fixture);
    await world.giveRecoveryCodes(ada);
    const wrong = world.wrongCode(ada);
    const browser = world.browser();
    await browser.password(ada);
    assert.equal((await browser.code(wrong)).refusal?.attemptsLeft, 9);
    await browser.submit({ step: 'totp', action: 'switch', method: 'recovery-code' });
    const second = await browser.submit({ step: 'recovery-code', code: 'AAAA-BBBB-CCCC' });
    assert.deepEqual([second.refusal?.code, second.refusal?.attemptsLeft], ['wrong-code', 9]);
    await world.browser().login(ada);
    const fresh = world.browser();
    await fresh.password(ada);
    assert.equal((await fresh.code(wrong)).refusal?.attemptsLeft, 9);
    await fresh.submit({ step: 'totp', action: 'switch', method: 'recovery-code' });
    const third = await fresh.submit({ step: 'recovery-code', code: 'AAAA-BBBB-CCCC' });
    assert.equal(third.refusal?.attemptsLeft, 8);
    await fresh.submit({ step: 'recovery-code', code: ada.recoveryCodes[0] ?? '' });
    assert.equal((await getCounter(world.database.read, codeKey(ada.id)))?.hard, 1);
    assert.equal((await getCounter(world.database.read, recoveryKey(ada.id)))?.hard, 0);
  },
);

withDatabases(
  'R42: past the hard cap no code of an app is accepted, even after the lock is lifted, until a new authenticator is enrolled',
  async (fixture) => {
    const { world } = await clinic(fixture);
    const bob = await userWithLowCap(world);
    const browser = world.browser();
    await browser.password(bob);
    const wrong = world.wrongCode(bob);
    for (let count = 0; count < 10; count += 1) {
      fixture.clock.advance(1000);
      const { refusal } = await browser.code(wrong);
      assert.ok(refusal?.code === 'wrong-code' || refusal?.code === 'locked', refusal?.code);
    }
    const at = await browser.step();
    assert.ok(at.type === 'locked' && at.until === undefined, 'no wait ends the lock');
    // Lifting the lock does not reset the hard counter (D7).
    await world.database.write((tx) => liftLock(tx, codeKey(bob.id), fixture.clock()));
    fixture.clock.advance(60_000);
    const later = world.browser();
    assert.equal((await later.password(bob)).flow.step.type, 'locked');
    assert.equal((await later.submit({ step: 'locked', action: 'poll' })).flow.step.type, 'locked');
    assert.equal((await later.code(world.code(bob))).refusal?.code, 'out-of-order');
    // A help-desk code, the only way left, permits a new enrolment.
    const code = await world.giveDeskCode(bob);
    await later.submit({ step: 'locked', action: 'poll' });
    await later.submit({ step: 'locked', action: 'switch', method: 'recovery-code' });
    const shown = await later.submit({ step: 'recovery-code', code });
    assert.ok(shown.flow.step.type === 'enroll-totp');
    const secret = decodeSecret(shown.flow.step.secret);
    await later.submit({ step: 'enroll-totp', code: world.code({ secret }) }, { step: 'recovery-codes' });
    assert.ok(later.session);
    assert.equal((await getCounter(world.database.read, codeKey(bob.id)))?.hard, 0);
    fixture.clock.advance(30_000);
    const fresh = world.browser();
    await fresh.password(bob);
    assert.equal((await fresh.code(world.code(bob))).refusal?.code, 'wrong-code', 'the old app stays disabled');
    assert.equal((await fresh.code(world.code({ secret }))).flow.status, 'done');
  },
);

withDatabases(
  'R42: past the hard cap a password works only in a browser that is known to the account',
  async (fixture) => {
    const { world } = await clinic(fixture);
    const bob = await userWithLowCap(world);
    const own = world.browser();
    await own.login(bob);
    for (let count = 0; count < 10; count += 1) {
      fixture.clock.advance(1000);
      await world.browser().password(bob, 'wrong');
    }
    fixture.clock.advance(60_000);
    const locked = await world.browser().password(bob);
    assert.ok(locked.flow.step.type === 'locked' && locked.flow.step.until === undefined);
    assert.equal((await own.password(bob)).flow.step.type, 'totp');
  },
);

withEachDatabase('R43: ten of 200 parallel wrong passwords over two instances are evaluated', async (fixture) => {
  const { ada } = await clinic(fixture);
  let evaluated = 0;
  const hasher = cheapHasher();
  const counting = {
    ...hasher,
    stats: hasher.stats,
    verify: async (...args: Parameters<typeof hasher.verify>) => {
      evaluated += 1;
      return await hasher.verify(...args);
    },
  };
  const databases = [fixture.database, await fixture.openAnother()];
  const worlds = databases.map((database) => new World(database, fixture.clock, counting));
  const guesses = Array.from({ length: 200 }, (_, index) =>
    (worlds[index % 2] as World).browser().password(ada, `wrong ${index}`),
  );
  const codes = codesOf(await Promise.all(guesses));
  assert.equal(evaluated, 10);
  assert.equal(codes.filter((code) => code === 'wrong-credentials').length, 9);
  assert.equal(codes.filter((code) => code === 'locked').length, 191);
});

withEachDatabase('R43: ten of 200 parallel wrong codes over two instances are evaluated', async (fixture) => {
  const { world, ada } = await clinic(fixture);
  const other = new World(await fixture.openAnother(), fixture.clock);
  const browsers = await Promise.all(Array.from({ length: 20 }, (_, index) => (index % 2 ? world : other).browser()));
  for (const browser of browsers) await browser.password(ada);
  const wrong = world.wrongCode(ada);
  const guesses = Array.from({ length: 200 }, async (_, index) => {
    const browser = browsers[index % 20] as Browser;
    return await browser.engine.submit(browser.ref(), [{ step: 'totp', code: wrong }], await browser.context());
  });
  const codes = codesOf(await Promise.all(guesses));
  // Only counted attempts are evaluated.
  assert.equal((await getCounter(fixture.database.read, codeKey(ada.id)))?.hard, 10);
  assert.equal(codes.filter((code) => code === 'wrong-code').length, 9);
  assert.equal(codes.filter((code) => code === 'locked').length, 191);
  assert.equal((await world.browser().password(ada)).flow.step.type, 'locked');
});

withDatabases(
  'R43: an exception in the verifier refuses the attempt and returns it, together with a lock that it set',
  async (fixture) => {
    const { world, ada } = await clinic(fixture);
    await guess(world, ada, 9);
    const hasher = cheapHasher();
    const busy = { ...hasher, stats: hasher.stats, verify: () => Promise.reject(new HasherBusyError(1)) };
    const failing = new World(fixture.database, fixture.clock, busy);
    for (let count = 0; count < 5; count += 1) await assert.rejects(failing.browser().password(ada), HasherBusyError);
    assert.equal((await world.browser().password(ada)).flow.step.type, 'totp');
  },
);

withDatabases(
  "R44: a stranger's wrong passwords lock the name in unknown browsers, and the user can still log in on a known one",
  async (fixture) => {
    const { world, ada } = await clinic(fixture);
    const own = world.browser();
    await own.login(ada);
    // These exceed the soft limit, the hard cap and the 300 failures of an address. 100 of them are evaluated.
    const outcomes: Outcome[] = [];
    for (let hour = 0; hour < 100; hour += 1) {
      outcomes.push(...(await guess(world, ada, hour < 9 ? 1 : 3)));
      fixture.clock.advance(HOUR);
    }
    outcomes.push(...(await guess(world, ada, 40)));
    assert.ok(outcomes.length > 300, `${outcomes.length} wrong passwords, expected more than 300`);
    assert.equal((await getCounter(world.database.read, passwordKey('clinic', 'ada')))?.hard, 100);
    assert.equal(at(await world.browser().password(ada), 'locked').until, undefined, 'the hard cap');
    assert.equal((await own.login(ada)).flow.status, 'done');
    // The user's login does not shorten the stranger's wait, and guesses in the user's browser are counted there.
    assert.equal((await guess(world, ada, 1)).at(0)?.refusal?.code, 'locked');
    assert.equal((await world.browser().password(ada)).flow.step.type, 'locked');
    const here = await guess(world, ada, 10, () => own);
    assert.equal(here.at(-1)?.refusal?.code, 'locked');
  },
);

withDatabases('R44: a lock applies in a browser on which only another user is known', async (fixture) => {
  const { world, ada } = await clinic(fixture);
  const bob = await world.user({ username: 'bob' });
  const shared = world.browser();
  await shared.login(bob);
  await guess(world, ada, 10);
  assert.equal((await shared.password(ada)).flow.step.type, 'locked');
});

withDatabases('R47: all spellings of a name share one account and one counter', async (fixture) => {
  const { world, ada } = await clinic(fixture);
  const spellings = ['Ada', 'ADA', ' ada', 'ada ', 'aDa', 'A\u0064a', 'ada\u00a0', 'ADa', 'adA'];
  for (const username of spellings) {
    const { refusal } = await world.browser().password({ ...ada, username }, 'wrong');
    assert.equal(refusal?.code, 'wrong-credentials', JSON.stringify(username));
  }
  assert.equal((await world.browser().password(ada, 'wrong')).refusal?.code, 'locked');
});

withDatabases(
  'R48: a lock on the name applies in a new flow, after going back, and when the password is confirmed',
  async (fixture) => {
    const { world, ada } = await clinic(fixture);
    const own = world.browser();
    await own.login(ada);
    // Without its device cookie, the browser is unknown; the session continues.
    own.device = undefined;
    await own.start('enroll');
    const stranger = world.browser();
    await guess(world, ada, 10, () => stranger);
    await stranger.submit({ step: 'locked', action: 'back', to: 'username' });
    const back = await stranger.submit(
      { step: 'username', username: 'ADA' },
      { step: 'password', password: ada.password },
    );
    assert.deepEqual([back.refusal?.code, back.flow.step.type], ['locked', 'locked']);
    const confirm = await own.submit({ step: 'confirm-password', password: ada.password });
    assert.deepEqual([confirm.refusal?.code, confirm.flow.step.type], ['locked', 'locked']);
  },
);

withDatabases(
  'R48 D12 a lock on the codes applies in a new login, a step-up and an enrolment, but not to recovery codes',
  async (fixture) => {
    const { world, ada } = await clinic(fixture);
    const [recovery = ''] = await world.giveRecoveryCodes(ada);
    const own = world.browser();
    await own.login(ada);
    const [stepUp, enroll, pending] = [world.browser(), world.browser(), world.browser()];
    for (const each of [stepUp, enroll]) [each.session, each.device] = [own.session, own.device];
    await stepUp.start('step-up');
    await enroll.start('enroll', [{ step: 'confirm-password', password: ada.password }]);
    await pending.password(ada);
    await pending.submit({ step: 'totp', action: 'switch', method: 'recovery-code' });
    const guesser = world.browser();
    await guesser.password(ada);
    const wrong = world.wrongCode(ada);
    for (let count = 0; count < 10; count += 1) await guesser.code(wrong);
    fixture.clock.advance(30_000);
    const right = world.code(ada);
    assert.equal((await stepUp.code(right)).refusal?.code, 'locked');
    assert.equal((await enroll.code(right)).refusal?.code, 'locked');
    const elsewhere = await world.browser().password(ada);
    assert.ok(elsewhere.flow.step.type === 'locked');
    assert.deepEqual(elsewhere.flow.step.methods, [{ method: 'recovery-code' }]);
    assert.equal((await pending.submit({ step: 'recovery-code', code: recovery })).flow.status, 'done');
  },
);

withDatabases('R51: showing a step, extending it and going back count as no attempt', async (fixture) => {
  const { world, ada } = await clinic(fixture);
  const browser = world.browser();
  await browser.password(ada);
  for (let count = 0; count < 20; count += 1) await browser.step();
  await browser.submit({ step: 'totp', action: 'extend' });
  await browser.submit({ step: 'totp', action: 'back', to: 'choose-method' });
  await browser.submit({ step: 'choose-method', method: 'totp' });
  assert.equal((await browser.code(world.wrongCode(ada))).refusal?.attemptsLeft, 9);
});

withDatabases('R51: the help desk lifts a lock, and the locked flow continues', async (fixture) => {
  const { world, ada } = await clinic(fixture);
  const browser = world.browser();
  await guess(world, ada, 10, () => browser);
  assert.equal((await browser.submit({ step: 'locked', action: 'poll' })).flow.step.type, 'locked');
  await world.database.write((tx) => liftLock(tx, passwordKey('clinic', 'ada'), fixture.clock()));
  assert.equal((await browser.submit({ step: 'locked', action: 'poll' })).flow.step.type, 'password');
  assert.equal((await browser.submit({ step: 'password', password: ada.password })).flow.step.type, 'totp');
});

withDatabases('R52: the number of attempts left is reported only after a correct password', async (fixture) => {
  const { world, ada } = await clinic(fixture);
  const browser = world.browser();
  assert.deepEqual((await browser.password(ada, 'wrong')).refusal, { code: 'wrong-credentials', input: 2 });
  await browser.password(ada);
  assert.equal((await browser.code(world.wrongCode(ada))).refusal?.attemptsLeft, 9);
});

/** An outcome without its id. */
const shape = ({ flow, refusal, issued }: Outcome) => ({ ...flow, id: '', refusal, issued });

withDatabases(
  'R53: unknown, disabled, not activated and known names get the same answers, up to the tenth attempt and after it',
  async (fixture) => {
    const { world, ada } = await clinic(fixture);
    const disabled = await world.user({ username: 'zoe', state: 'disabled' });
    const dormant = await world.user({ username: 'kim' });
    await fixture.database.write((tx) =>
      tx.updateTable('accounts').set({ password_hash: null }).where('id', '=', dormant.id).execute(),
    );
    const series: string[] = [];
    for (const user of [ada, disabled, dormant, unknown]) {
      const outcomes = await guess(world, { ...user, username: user.username }, 12);
      const shapes = outcomes.map(shape);
      series.push(JSON.stringify(shapes).replaceAll(user.username, 'NAME'));
    }
    assert.equal(new Set(series).size, 1);
    assert.match(series[0] ?? '', /"ways":\["wait","helpdesk","reset"\]/);
  },
);

withDatabases('R53: the correct password of a disabled account is refused as wrong', async (fixture) => {
  const { world } = await clinic(fixture);
  const zoe = await world.user({ username: 'zoe', state: 'disabled' });
  assert.deepEqual(codesOf([await world.browser().password(zoe)]), ['wrong-credentials']);
  for (let count = 0; count < 9; count += 1) await world.browser().password(zoe);
  assert.deepEqual(codesOf([await world.browser().password(zoe)]), ['locked']);
});

withDatabases('R53: a password attempt runs one hash for every name, and none for a locked name', async (fixture) => {
  const { hasher, take } = countingHasher();
  const world = new World(fixture.database, fixture.clock, hasher);
  await world.organisation();
  const ada = await world.user();
  // This counts the hash functions themselves, with letters that have two spellings, because a call may hash more than once.
  for (const user of [ada, unknown]) {
    for (const [before, password] of ['mïst', 'mïst'.normalize('NFD')].entries()) {
      take();
      for (let count = 0; count < 5; count += 1) await world.browser().password(user, `${password} ${count}`);
      assert.deepEqual(take(), Array(5).fill('argon2.64.1.1'), `${user.username} after ${before * 5}`);
    }
    await guess(world, user, 5);
    assert.deepEqual(take(), []);
  }
});

withDatabases('R56: methods, names and credentials are shown only after a correct password', async (fixture) => {
  const { world, ada } = await clinic(fixture);
  await world.giveRecoveryCodes(ada);
  const browser = world.browser();
  const before = await browser.password(ada, 'wrong');
  assert.deepEqual(before.flow.step, {
    type: 'password',
    username: 'ada',
    actions: ['submit', 'back', 'extend'],
    back: 'username',
  });
  const after = await browser.submit({ step: 'password', password: ada.password });
  assert.ok(after.flow.step.type === 'totp');
  assert.deepEqual(after.flow.step.methods, [{ method: 'recovery-code' }]);
});

/* Threat: two credentials share a counter, or the table of counters shows a password that was typed as a username. */

const account = { id: 'account', organisation_id: 'clinic', username_key: 'ada' };
const devices = [{ id: 'tablet' }, { id: 'phone' }];

test('each credential, account, name and device has a separate counter', () => {
  const keys = [
    ...[codeKey('account'), codeKey('other'), recoveryKey('account'), newPasswordKey('account')],
    ...[passwordKey('clinic', 'ada'), passwordKey('clinic', 'bob'), passwordKey('school', 'ada')],
    ...[knownDeviceKey('account', 'phone'), knownDeviceKey('other', 'phone'), knownDeviceKey('account', 'tablet')],
    // The parts are split differently, but their concatenation is the same.
    passwordKey('clinica', 'da'),
  ];
  assert.equal(new Set(keys).size, keys.length);
});

test('a key does not reveal its parts', () => {
  assert.match(passwordKey('clinic', 'hunter2'), /^password\.[\w-]{43}$/);
});

test('the counters of an account have one order, independent of the order of its devices', () => {
  const keys = accountKeys(account, devices);
  assert.deepEqual(accountKeys(account, [...devices].reverse()), keys);
  assert.deepEqual(
    keys.map((key) => key.split('.')[0]),
    ['code', 'sms', 'email', 'recovery', 'device', 'device', 'password', 'new-password'],
  );
  assert.deepEqual(passwordKeys(account, devices), keys.slice(4, 7));
});

const KEY = 'code.account';
const numbers = { soft: 3, hard: 10, firstWaitSeconds: 60, maxWaitSeconds: 120 };
const { policy } = parseOrganisation({ id: 'clinic', name: 'Clinic', policy: { locks: numbers } });

withDatabases(
  'R42 attempts are counted up to the soft limit, then one after each wait, and none at the hard limit',
  async ({ database, clock }) => {
    const hardLimit = 5;
    const attempt = () =>
      database.write((tx) => attemptUnder(tx, { key: KEY, now: clock(), locks: policy.locks, hardLimit }));
    const lock = () => lockOn(database.read, { key: KEY, hardLimit, now: clock() });
    assert.equal(await lock(), undefined);
    for (let count = 1; count <= 3; count += 1) assert.equal((await attempt()).counted, true, `attempt ${count}`);
    const until = clock() + 60_000;
    assert.deepEqual(await attempt(), { counted: false, until });
    assert.deepEqual(await lock(), { until });
    clock.advance(60_000);
    assert.equal(await lock(), undefined, 'the wait is over');
    assert.equal((await attempt()).counted, true);
    assert.deepEqual(await attempt(), { counted: false, until: clock() + 120_000 }, 'the next wait is longer');
    clock.advance(120_000);
    assert.equal((await attempt()).counted, true);
    assert.deepEqual([await attempt(), await lock()], [{ counted: false }, {}], 'no wait ends the hard limit');
  },
);

test('a lock is in effect until its time or without an end, and withLock keeps the other locks', () => {
  const now = 1000;
  assert.deepEqual(
    [undefined, {}, { until: now + 1 }, { until: now }].map((lock) => holds(lock, now)),
    [false, true, true, false],
  );
  const before = { locks: { password: {} } };
  assert.deepEqual(withLock(before, 'code', { until: now }), { locks: { password: {}, code: { until: now } } });
  assert.deepEqual(before, { locks: { password: {} } });
});
