import assert from 'node:assert/strict';
import { createAdmin } from '../admin/admin.ts';
import { systemRandom } from '../crypto/tokens.ts';
import { FlowError } from '../flow/rules/step-definition.ts';
import { at, linkFor } from '../flow/testing/links.ts';
import { type Browser, builtIn, type TestUser, World } from '../flow/testing/world.ts';
import { getCounter } from '../store/counters.ts';
import { devicesOfAccount, knownDevices } from '../store/devices.ts';
import { type Fixture, withDatabases, withEachDatabase } from '../store/testing/databases.ts';
import { codeKey, passwordKey } from './locks.ts';

/*
 * Threat: a stranger who knows a username enters wrong passwords for weeks, until the hard cap locks the user out on every
 * new device; and repeats this a minute after the user has regained access.
 */

const NEW = 'a lamp beside the canal';
const LOCKS = { soft: 3, hard: 10, firstWaitSeconds: 1, maxWaitSeconds: 1 };

async function clinic({ database, clock }: Pick<Fixture, 'database' | 'clock'>, locks = {}) {
  const world = new World(database, clock);
  await world.organisation({ policy: { locks: { ...LOCKS, ...locks } } });
  return { world, ada: await world.user({ email: 'ada@mail.example' }) };
}

/** Enters wrong passwords in unknown browsers, each of which is evaluated. */
async function enterWrongPasswords(world: World, user: TestUser, times: number): Promise<void> {
  for (let count = 0; count < times; count += 1) {
    world.clock.advance(1000);
    await world.browser().password(user, 'wrong');
  }
  world.clock.advance(1000);
}

const nameCounter = async ({ database }: World) => await getCounter(database.read, passwordKey('clinic', 'ada'));

withDatabases('R44 D12 a completed login on a known device resets the hard count of the username', async (fixture) => {
  const { world, ada } = await clinic(fixture);
  const own = world.browser();
  await own.login(ada);
  for (let round = 0; round < 3; round += 1) {
    await enterWrongPasswords(world, ada, 9);
    fixture.clock.advance(30_000);
    assert.equal((await own.login(ada)).flow.status, 'done');
  }
  assert.equal((await nameCounter(world))?.hard, 0);
  assert.equal((await world.browser().password(ada)).flow.step.type, 'totp', 'a new device is not locked');
});

withDatabases(
  'R44 D12 at the hard cap, a login on a known device unlocks new devices and does not shorten the wait of a stranger',
  async (fixture) => {
    const { world, ada } = await clinic(fixture, { firstWaitSeconds: 60, maxWaitSeconds: 3600 });
    const own = world.browser();
    await own.login(ada);
    for (let count = 0; count < 10; count += 1) {
      fixture.clock.advance(3_600_000);
      await world.browser().password(ada, 'wrong');
    }
    const before = await nameCounter(world);
    fixture.clock.advance(1000);
    at(await own.login(ada), 'done');
    const after = await nameCounter(world);
    assert.deepEqual([after?.hard, after?.soft, after?.locked_until], [0, before?.soft, before?.locked_until]);
    const running = at(await world.browser().password(ada), 'locked');
    assert.equal(running.until, new Date(before?.locked_until ?? 0).toISOString());
    fixture.clock.advance(3_600_000);
    const again = at(await world.browser().password(ada, 'wrong'), 'locked');
    assert.equal(again.until, new Date(fixture.clock() + 3_600_000).toISOString(), 'the wait has grown');
    fixture.clock.advance(3_600_000);
    at(await world.browser().password(ada), 'totp');
  },
);

withDatabases(
  'R44 D12 a correct password without the factor resets the soft count but not the hard count',
  async (fixture) => {
    const { world, ada } = await clinic(fixture);
    await enterWrongPasswords(world, ada, 5);
    at(await world.browser().password(ada), 'totp');
    const partial = await nameCounter(world);
    assert.deepEqual([partial?.soft, partial?.hard], [0, 5]);
    at(await world.browser().login(ada), 'done');
    assert.deepEqual((await nameCounter(world))?.hard, 0);
  },
);

withDatabases(
  'R44 D12 a login on a remembered device resets the count of passwords but not of codes',
  async (fixture) => {
    const { world, ada } = await clinic(fixture, { soft: 5 });
    const own = world.browser();
    await own.login(ada, true);
    await enterWrongPasswords(world, ada, 4);
    const guesser = world.browser();
    await guesser.password(ada);
    for (let count = 0; count < 4; count += 1) await guesser.code(world.wrongCode(ada));
    at(await own.password(ada), 'done');
    assert.equal((await nameCounter(world))?.hard, 0);
    assert.equal((await getCounter(world.database.read, codeKey(ada.id)))?.hard, 4);
  },
);

withDatabases(
  'R44 D12 a reset by mailed link lifts the hard cap, and later wrong passwords of strangers do not lock its browser',
  async (fixture) => {
    const { world, ada } = await clinic(fixture);
    await enterWrongPasswords(world, ada, 12);
    const own = world.browser();
    assert.equal(at(await own.password(ada), 'locked').until, undefined);
    await own.start('reset', [], await linkFor(world, ada, 'reset'));
    await own.submit({ step: 'new-password', password: NEW });
    const end = await own.submit({ step: 'enroll-offer', action: 'later' });
    at(end, 'done');
    assert.equal(end.issued?.session, undefined, 'a mailed link makes no session');
    assert.ok(end.issued?.device, 'the browser becomes known');
    const changed = { ...ada, password: NEW };
    await enterWrongPasswords(world, changed, 12);
    at(await world.browser().password(changed), 'locked');
    assert.equal(at(await own.password(changed), 'totp').type, 'totp', 'the factor is still required');
    assert.equal((await own.code(world.code(ada))).flow.status, 'done');
    assert.deepEqual(await devicesOfAccount(world.database.read, ada.id, fixture.clock()), []);
  },
);

withDatabases('R44 a password reset also resets the counts of known devices', async (fixture) => {
  const { world, ada } = await clinic(fixture, { firstWaitSeconds: 3600, maxWaitSeconds: 3600 });
  const own = world.browser();
  await own.login(ada);
  for (let count = 0; count < 3; count += 1) await own.password(ada, 'wrong');
  at(await own.password(ada), 'locked');
  await own.start('reset', [], await linkFor(world, ada, 'reset'));
  await own.submit({ step: 'new-password', password: NEW });
  await own.submit({ step: 'enroll-offer', action: 'later' });
  at(await own.password({ ...ada, password: NEW }), 'totp');
});

withDatabases('R44 the browser that activates an account becomes known', async (fixture) => {
  const { world } = await clinic(fixture);
  await world.organisation({ policy: { factor: 'optional', locks: LOCKS } });
  const bob = await world.user({ username: 'bob', without: 'password', email: 'bob@mail.example' });
  const browser = world.browser();
  await browser.start('activate', [], await linkFor(world, bob, 'activate'));
  const end = await browser.submit({ step: 'new-password', password: NEW });
  at(end, 'done');
  assert.ok(end.issued?.device);
  assert.equal(end.issued?.session, undefined);
  await enterWrongPasswords(world, bob, 12);
  at(await browser.password({ ...bob, password: NEW }), 'done');
});

/** The changes that end remembering on an account's devices, which stay known. */
const changes: Record<string, (world: World, ada: TestUser, own: Browser) => Promise<unknown>> = {
  'a factor reset': (world, ada) => {
    const { database, keyring, hasher, clock } = world;
    const admin = createAdmin({
      ...builtIn,
      database,
      keyring,
      hasher,
      clock,
      random: systemRandom,
      baseUrl: undefined,
    });
    const request = { actor: { role: 'administrator', name: 'root' }, reason: 'lost phone' } as const;
    return admin.resetFactors({ ...request, organisation: ada.organisation, account: ada.id });
  },
  'a new password': async (_world, ada, own) => {
    await own.start('change-password', [{ step: 'confirm-password', password: ada.password }]);
    await own.code(own.world.code(ada));
    at(await own.submit({ step: 'new-password', password: NEW }), 'done');
    ada.password = NEW;
  },
  'a recovery code': async (world, ada) => {
    const [code = ''] = await world.giveRecoveryCodes(ada);
    const other = world.browser();
    await other.password(ada);
    await other.submit({ step: 'totp', action: 'switch', method: 'recovery-code' });
    at(await other.submit({ step: 'recovery-code', code }), 'done');
  },
};

for (const [name, change] of Object.entries(changes)) {
  withDatabases(`R34 R39 R44 after ${name} a device is still known but no longer remembered`, async (fixture) => {
    const { world, ada } = await clinic(fixture);
    const own = world.browser();
    await own.login(ada, true);
    fixture.clock.advance(30_000);
    await change(world, ada, own);
    fixture.clock.advance(30_000);
    assert.deepEqual(await devicesOfAccount(world.database.read, ada.id, fixture.clock()), []);
    assert.ok((await knownDevices(world.database.read, ada.id)).length > 0);
    await enterWrongPasswords(world, ada, 12);
    at(await world.browser().password(ada), 'locked');
    const next = (await own.password(ada)).flow.step.type;
    assert.ok(next === 'totp' || next === 'enroll-offer', next);
  });
}

withEachDatabase(
  'R43 parallel logins, unlocks, wrong passwords and a reset of one account cause no deadlock',
  async (fixture) => {
    const { world, ada } = await clinic(fixture, { soft: 100, hard: 100 });
    const other = new World(await fixture.openAnother(), fixture.clock);
    const own = world.browser();
    await own.login(ada, true);
    const tabs = Array.from({ length: 8 }, (_, index) => (index % 2 ? world : other).browser());
    for (const tab of tabs) tab.device = own.device;
    fixture.clock.advance(30_000);
    const elsewhere = world.browser();
    await elsewhere.password(ada);
    const link = await linkFor(world, ada, 'reset');
    const resetting = other.browser();
    await resetting.start('reset', [], link);
    const { database, keyring, hasher, clock } = world;
    const admin = createAdmin({
      ...builtIn,
      database,
      keyring,
      hasher,
      clock,
      random: systemRandom,
      baseUrl: undefined,
    });
    const request = { actor: { role: 'administrator', name: 'root' }, reason: 'called' } as const;
    const all = [
      ...tabs.map((tab) => tab.password(ada)),
      ...Array.from({ length: 8 }, () => world.browser().password(ada, 'wrong')),
      ...Array.from({ length: 8 }, () => admin.unlock({ ...request, organisation: ada.organisation, account: ada.id })),
      elsewhere.code(world.code(ada)),
      resetting.submit({ step: 'new-password', password: NEW }),
    ];
    for (const each of await Promise.allSettled(all)) {
      if (each.status === 'rejected') assert.ok(each.reason instanceof FlowError, String(each.reason));
    }
    at(await world.browser().password({ ...ada, password: NEW }), 'totp');
  },
);
