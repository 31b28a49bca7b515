import assert from 'node:assert/strict';
import { createAdmin } from '../admin/admin.ts';
import { systemRandom } from '../crypto/tokens.ts';
import { FlowError } from '../flow/rules/step-definition.ts';
import { at, linkFor } from '../flow/testing/links.ts';
import { type Browser, builtIn, type TestUser, World } from '../flow/testing/world.ts';
import { getCounter } from '../store/counters.ts';
import { devicesOfAccount, knownDevices } from '../store/devices.ts';
import { type Fixture, withDatabases } from '../store/testing/databases.ts';
import { codeKey, passwordKey } from './locks.ts';

/*
 * Threat: a stranger who knows a name types wrong passwords for weeks, until the hard cap shuts the owner out of every new
 * device for good; and does so again a minute after the owner got back in.
 */

const NEW = 'a lamp beside the canal';
const LOCKS = { soft: 3, hard: 10, firstWaitSeconds: 1, maxWaitSeconds: 1 };

async function clinic({ database, clock }: Pick<Fixture, 'database' | 'clock'>, locks = {}) {
  const world = new World(database, clock);
  await world.organisation({ policy: { locks: { ...LOCKS, ...locks } } });
  return { world, ada: await world.user({ email: 'ada@mail.example' }) };
}

/** Wrong passwords from browsers that nobody is known on, each of them evaluated. */
async function strangers(world: World, person: TestUser, times: number): Promise<void> {
  for (let count = 0; count < times; count += 1) {
    world.clock.advance(1000);
    await world.browser().password(person, 'wrong');
  }
  world.clock.advance(1000);
}

const nameCounter = async ({ database }: World) => await getCounter(database.read, passwordKey('clinic', 'ada'));

withDatabases('R44 D12 a completed login on a known device resets the hard count of the name', async (fixture) => {
  const { world, ada } = await clinic(fixture);
  const own = world.browser();
  await own.login(ada);
  for (let round = 0; round < 3; round += 1) {
    await strangers(world, ada, 9);
    fixture.clock.advance(30_000);
    assert.equal((await own.login(ada)).flow.status, 'done');
  }
  assert.equal((await nameCounter(world))?.hard, 0);
  assert.equal((await world.browser().password(ada)).flow.step.type, 'totp', 'a new device is not shut out');
});

withDatabases(
  'R44 D12 at the hard cap a login on a known device opens new devices again, and no wait of a stranger gets shorter',
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
    assert.equal(again.until, new Date(fixture.clock() + 3_600_000).toISOString(), 'the wait has grown on');
    fixture.clock.advance(3_600_000);
    at(await world.browser().password(ada), 'totp');
  },
);

withDatabases(
  'R44 D12 a right password that is not followed by the factor resets the soft count, not the hard one',
  async (fixture) => {
    const { world, ada } = await clinic(fixture);
    await strangers(world, ada, 5);
    at(await world.browser().password(ada), 'totp');
    const half = await nameCounter(world);
    assert.deepEqual([half?.soft, half?.hard], [0, 5]);
    at(await world.browser().login(ada), 'done');
    assert.deepEqual((await nameCounter(world))?.hard, 0);
  },
);

withDatabases('R44 D12 a remembered login counts as a use of the password and not of the codes', async (fixture) => {
  const { world, ada } = await clinic(fixture, { soft: 5 });
  const own = world.browser();
  await own.login(ada, true);
  await strangers(world, ada, 4);
  const guesser = world.browser();
  await guesser.password(ada);
  for (let count = 0; count < 4; count += 1) await guesser.code(world.wrongCode(ada));
  at(await own.password(ada), 'done');
  assert.equal((await nameCounter(world))?.hard, 0);
  assert.equal((await getCounter(world.database.read, codeKey(ada.id)))?.hard, 4);
});

withDatabases(
  'R44 D12 a reset by mail lifts the hard cap, and strangers cannot shut the browser that finished it out again',
  async (fixture) => {
    const { world, ada } = await clinic(fixture);
    await strangers(world, ada, 12);
    const owner = world.browser();
    assert.equal(at(await owner.password(ada), 'locked').until, undefined);
    await owner.start('reset', [], await linkFor(world, ada, 'reset'));
    await owner.submit({ step: 'new-password', password: NEW });
    const end = await owner.submit({ step: 'enroll-offer', action: 'later' });
    at(end, 'done');
    assert.equal(end.issued?.session, undefined, 'a mailed link makes no session');
    assert.ok(end.issued?.device, 'but the browser is known from now on');
    const changed = { ...ada, password: NEW };
    await strangers(world, changed, 12);
    at(await world.browser().password(changed), 'locked');
    assert.equal(at(await owner.password(changed), 'totp').type, 'totp', 'the factor is still asked');
    assert.equal((await owner.code(world.code(ada))).flow.status, 'done');
    assert.deepEqual(await devicesOfAccount(world.database.read, ada.id, fixture.clock()), []);
  },
);

withDatabases('R44 a reset lifts what was counted on the known devices too', async (fixture) => {
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

withDatabases('R44 an activated browser is known', async (fixture) => {
  const { world } = await clinic(fixture);
  await world.organisation({ policy: { factor: 'optional', locks: LOCKS } });
  const bob = await world.user({ username: 'bob', without: 'password', email: 'bob@mail.example' });
  const browser = world.browser();
  await browser.start('activate', [], await linkFor(world, bob, 'activate'));
  const end = await browser.submit({ step: 'new-password', password: NEW });
  at(end, 'done');
  assert.ok(end.issued?.device);
  assert.equal(end.issued?.session, undefined);
  await strangers(world, bob, 12);
  at(await browser.password({ ...bob, password: NEW }), 'done');
});

/** Everything that ends proofs of an account without forgetting where it is known. */
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
    const who = { actor: { role: 'administrator', name: 'root' }, reason: 'lost phone' } as const;
    return admin.resetFactors({ ...who, organisation: ada.organisation, account: ada.id });
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
  withDatabases(`R34 R39 R44 after ${name} a device is no longer remembered, and still known`, async (fixture) => {
    const { world, ada } = await clinic(fixture);
    const own = world.browser();
    await own.login(ada, true);
    fixture.clock.advance(30_000);
    await change(world, ada, own);
    fixture.clock.advance(30_000);
    assert.deepEqual(await devicesOfAccount(world.database.read, ada.id, fixture.clock()), []);
    assert.ok((await knownDevices(world.database.read, ada.id)).length > 0);
    await strangers(world, ada, 12);
    at(await world.browser().password(ada), 'locked');
    const next = (await own.password(ada)).flow.step.type;
    assert.ok(next === 'totp' || next === 'enroll-offer', next);
  });
}

withDatabases(
  'R43 logins, unlocks, a cap and a reset of one account at the same time never wait for each other in a circle',
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
    const owner = other.browser();
    await owner.start('reset', [], link);
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
    const who = { actor: { role: 'administrator', name: 'root' }, reason: 'called' } as const;
    const all = [
      ...tabs.map((tab) => tab.password(ada)),
      ...Array.from({ length: 8 }, () => world.browser().password(ada, 'wrong')),
      ...Array.from({ length: 8 }, () => admin.unlock({ ...who, organisation: ada.organisation, account: ada.id })),
      elsewhere.code(world.code(ada)),
      owner.submit({ step: 'new-password', password: NEW }),
    ];
    for (const each of await Promise.allSettled(all)) {
      if (each.status === 'rejected') assert.ok(each.reason instanceof FlowError, String(each.reason));
    }
    at(await world.browser().password({ ...ada, password: NEW }), 'totp');
  },
);
