import assert from 'node:assert/strict';
import { createAdmin } from '../admin/admin.ts';
import { systemRandom } from '../crypto/tokens.ts';
import { decodeSecret } from '../factors/totp/secret.ts';
import { lockAccount, setPasswordHash } from '../store/accounts.ts';
import { deleteBrowser, forgetDevice, forgetDevicesOfAccount } from '../store/devices.ts';
import { disableFactors, endFactor } from '../store/factors.ts';
import { deleteSessionsOfAccount } from '../store/sessions.ts';
import { type Fixture, withDatabases } from '../store/testing/databases.ts';
import { FlowError } from './rules/step-definition.ts';
import { type Barrier, databaseWithBarrier, hasherWithBarrier } from './testing/barrier.ts';
import { type Browser, builtIn, cheapHasher, type TestUser, World } from './testing/world.ts';

/*
 * Threat: a submission reads an account, then waits (for a hash, for the database), and ends in a session although what
 * it had read was revoked meanwhile: a stolen device cookie that its owner has just forgotten, for example.
 */

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

/** `world` is the owner's instance; on `slow` submissions wait where the test says. */
interface Scene {
  world: World;
  slow: World;
  ada: TestUser;
  fixture: Fixture;
  holdHash(): Barrier;
  holdUnit(unit?: number): Barrier;
}

async function scene(fixture: Fixture): Promise<Scene> {
  const world = new World(fixture.database, fixture.clock);
  await world.organisation();
  const ada = await world.user();
  const database = databaseWithBarrier(await fixture.openAnother());
  const hasher = hasherWithBarrier(cheapHasher());
  const slow = new World(database.database, fixture.clock, hasher.hasher);
  return { world, slow, ada, fixture, holdHash: hasher.hold, holdUnit: database.hold };
}

const admin = ({ database, keyring, hasher, clock }: World) =>
  createAdmin({ ...builtIn, database, keyring, hasher, clock, random: systemRandom, baseUrl: undefined });
const asked = ({ id, organisation }: TestUser) => ({
  actor: { role: 'administrator', name: 'desk' } as const,
  reason: 'test',
  organisation,
  account: id,
});

/** What was handed out while a submission waited: nothing, whether it was refused or the flow had ended. */
async function assertNoSession(submission: Promise<unknown>, browser: Browser, why: string): Promise<void> {
  try {
    await submission;
    const { flow, issued } = browser.last ?? {};
    assert.equal(issued?.session, undefined, `${why}: a session was handed out`);
    assert.notEqual(flow?.status, 'done', `${why}: the flow is done`);
  } catch (error) {
    // A flow that the revocation ended as well.
    if (!(error instanceof FlowError)) throw error;
  }
  assert.equal(browser.session, undefined, why);
}

async function deviceOf({ world, ada }: Scene): Promise<{ id: string; browser_id: string }> {
  const devices = world.database.read.selectFrom('devices').select(['id', 'browser_id']);
  return await devices.where('account_id', '=', ada.id).executeTakeFirstOrThrow();
}

/** What ends the remembering of a device, and which requirement says so. */
const revocations: Record<string, [requirement: string, revoke: (scene: Scene) => Promise<unknown>]> = {
  'the owner forgets all devices': [
    'R39',
    ({ world, ada }) => world.database.write((tx) => forgetDevicesOfAccount(tx, ada.id)),
  ],
  'the owner forgets this device': [
    'R39',
    async (it) => {
      const { id } = await deviceOf(it);
      await it.world.database.write((tx) => forgetDevice(tx, it.ada.id, id));
    },
  ],
  'an older device token is replayed': [
    'R40',
    async (it) => {
      const { browser_id } = await deviceOf(it);
      await it.world.database.write((tx) => deleteBrowser(tx, browser_id));
    },
  ],
  'the owner enrols another authenticator': [
    'R34',
    async ({ world, ada, fixture }) => {
      const own = world.browser();
      fixture.clock.advance(30_000);
      await own.login(ada);
      fixture.clock.advance(30_000);
      await own.start('enroll', [{ step: 'confirm-password', password: ada.password }]);
      await own.code(world.code(ada));
      const { step } = (await own.submit()).flow;
      assert.ok(step.type === 'enroll-totp', step.type);
      const code = world.code({ secret: decodeSecret(step.secret) });
      assert.equal((await own.submit({ step: 'enroll-totp', code })).refusal, undefined);
    },
  ],
  'the only authenticator is removed': [
    'R92',
    ({ world, ada }) =>
      world.database.write((tx) => endFactor(tx, ada.id, ada.factorId ?? '', 'replaced', world.clock())),
  ],
  'the authenticator is disabled at the cap of wrong codes': [
    'R92',
    ({ world, ada }) => world.database.write((tx) => disableFactors(tx, ada.id, 'totp', world.clock())),
  ],
  'the help desk resets the factors': ['R34', ({ world, ada }) => admin(world).resetFactors(asked(ada))],
  'the account is disabled': ['R92', ({ world, ada }) => admin(world).disable(asked(ada))],
  'the password is changed': [
    'R34',
    async ({ world, ada }) => {
      const hash = await world.hasher.hash('another password altogether');
      await world.database.write((tx) => setPasswordHash(tx, ada.id, hash, world.clock()));
    },
  ],
  'the policy no longer allows remembering': [
    'R37',
    ({ world }) => world.organisation({ policy: { remember: { choices: ['never'], default: 'never' } } }),
  ],
  'the remembering runs out': ['R37', async ({ fixture }) => fixture.clock.advance(8 * DAY)],
};

for (const [what, [requirement, revoke]] of Object.entries(revocations)) {
  for (const moment of ['in the hash queue', 'between its reads and its commit'] as const) {
    withDatabases(
      `${requirement} a login with a stolen device cookie that waits ${moment} gets no session when meanwhile ${what}`,
      async (fixture) => {
        const it = await scene(fixture);
        const own = it.world.browser();
        await own.login(it.ada, true);
        const thief = it.slow.browser();
        thief.device = own.device;
        const barrier = moment === 'in the hash queue' ? it.holdHash() : it.holdUnit(2);
        const login = thief.password(it.ada);
        await barrier.reached;
        await revoke(it);
        barrier.open();
        await assertNoSession(login, thief, what);
      },
    );
  }
}

withDatabases(
  'R92 a login with a remembered device that waits gets its session when nothing was revoked',
  async (fixture) => {
    const it = await scene(fixture);
    const own = it.slow.browser();
    await own.login(it.ada, true);
    const barrier = it.holdUnit(2);
    const login = own.password(it.ada);
    await barrier.reached;
    barrier.open();
    assert.equal((await login).flow.status, 'done');
    assert.ok((await login).issued?.session);
  },
);

withDatabases(
  'R92 a login with the password alone gets no session when an authenticator was bound between its reads and its commit',
  async (fixture) => {
    const it = await scene(fixture);
    await it.world.organisation({ id: 'open', policy: { factor: 'optional' } });
    const bob = await it.world.user({ organisation: 'open', username: 'bob', without: 'totp' });
    const thief = it.slow.browser();
    const barrier = it.holdUnit(2);
    const login = thief.password(bob);
    await barrier.reached;
    await it.world.factor(bob);
    barrier.open();
    await assertNoSession(login, thief, 'the password alone');
    assert.equal((await thief.submit({ step: 'password', password: bob.password })).flow.step.type, 'totp');
  },
);

withDatabases(
  'R92 a set-up is not deferred past a policy that asks for a factor by the time of the commit',
  async (fixture) => {
    const it = await scene(fixture);
    const policy = { factor: 'optional', setUp: { timeZone: 'Europe/Amsterdam' } } as const;
    await it.world.organisation({ id: 'open', policy });
    const bob = await it.world.user({ organisation: 'open', username: 'bob', without: 'totp' });
    const browser = it.slow.browser();
    assert.equal((await browser.password(bob)).flow.step.type, 'enroll-offer');
    const barrier = it.holdUnit();
    const later = browser.submit({ step: 'enroll-offer', action: 'later' });
    await barrier.reached;
    await it.world.organisation({ id: 'open', policy: { factor: 'mandatory' } });
    barrier.open();
    await assertNoSession(later, browser, 'later');
  },
);

withDatabases('R92 no authenticator is bound by a factor that was disabled after it was proven', async (fixture) => {
  const it = await scene(fixture);
  const own = it.slow.browser();
  await own.login(it.ada);
  fixture.clock.advance(30_000);
  await own.start('enroll', [{ step: 'confirm-password', password: it.ada.password }]);
  const { step } = (await own.code(it.slow.code(it.ada))).flow;
  assert.ok(step.type === 'enroll-totp', step.type);
  const barrier = it.holdUnit();
  const bind = own.submit({ step: 'enroll-totp', code: it.slow.code({ secret: decodeSecret(step.secret) }) });
  await barrier.reached;
  await fixture.database.write((tx) => disableFactors(tx, it.ada.id, 'totp', fixture.clock()));
  barrier.open();
  const { refusal, flow } = await bind;
  assert.equal(refusal?.code, 'out-of-order');
  assert.equal(flow.step.type, 'locked', 'the flow shows what the account has now');
  const factors = await fixture.database.read.selectFrom('factors').select('state').execute();
  assert.deepEqual(
    factors.map(({ state }) => state),
    ['disabled'],
  );
});

withDatabases(
  'R92 no authenticator is bound by a session that was ended while the submission waits',
  async (fixture) => {
    const it = await scene(fixture);
    const thief = it.slow.browser();
    await thief.login(it.ada);
    fixture.clock.advance(30_000);
    await thief.start('enroll', [{ step: 'confirm-password', password: it.ada.password }]);
    const { step } = (await thief.code(it.slow.code(it.ada))).flow;
    assert.ok(step.type === 'enroll-totp', step.type);
    const barrier = it.holdUnit();
    const bind = thief.submit({ step: 'enroll-totp', code: it.slow.code({ secret: decodeSecret(step.secret) }) });
    await barrier.reached;
    // What 'end all other sessions' does: it ends no flows.
    await fixture.database.write((tx) => deleteSessionsOfAccount(tx, it.ada.id));
    barrier.open();
    assert.equal((await bind).refusal?.code, 'no-session');
    assert.equal((await fixture.database.read.selectFrom('factors').select('id').execute()).length, 1);
  },
);

withDatabases('R92 a step-up renews no session that was ended while it waits', async (fixture) => {
  const it = await scene(fixture);
  const thief = it.slow.browser();
  await thief.login(it.ada);
  fixture.clock.advance(30_000);
  await thief.start('step-up');
  const barrier = it.holdUnit(2);
  const stepUp = thief.code(it.slow.code(it.ada));
  await barrier.reached;
  await fixture.database.write((tx) => deleteSessionsOfAccount(tx, it.ada.id));
  barrier.open();
  const { refusal, issued } = await stepUp;
  assert.deepEqual([refusal?.code, issued], ['no-session', undefined]);
  assert.equal((await fixture.database.read.selectFrom('sessions').select('id_hash').execute()).length, 0);
});

withDatabases('R92 a flow that ran out while its last submission waits makes no session', async (fixture) => {
  const it = await scene(fixture);
  const browser = it.slow.browser();
  await browser.password(it.ada);
  const barrier = it.holdUnit(2);
  const login = browser.code(it.slow.code(it.ada));
  await barrier.reached;
  fixture.clock.advance(15 * 60_000);
  barrier.open();
  await assertNoSession(login, browser, 'an expired flow');
});

withDatabases(
  'R92 a revocation that runs at the very moment of a login leaves no session, whichever of the two is first',
  async (fixture) => {
    const it = await scene(fixture);
    for (let round = 0; round < 8; round += 1) {
      fixture.clock.advance(30_000);
      const own = it.world.browser();
      await own.login(it.ada, true);
      const thief = it.slow.browser();
      thief.device = own.device;
      const revoke = fixture.database.write(async (tx) => {
        await lockAccount(tx, it.ada.id);
        await forgetDevicesOfAccount(tx, it.ada.id);
        await deleteSessionsOfAccount(tx, it.ada.id);
      });
      await Promise.allSettled([thief.password(it.ada), revoke]);
      const devices = await fixture.database.read.selectFrom('devices').selectAll().execute();
      const remembered = devices.filter(({ remembered_until }) => remembered_until !== null);
      assert.deepEqual(remembered, [], 'a login under way does not remember a device again');
    }
  },
);
