import assert from 'node:assert/strict';
import { createAdmin } from '../admin/admin.ts';
import { systemRandom } from '../crypto/tokens.ts';
import { decodeSecret } from '../factors/totp/secret.ts';
import { lockAccount } from '../store/accounts/hold-account.ts';
import { setPasswordHash } from '../store/accounts/passwords.ts';
import { deleteBrowser, forgetDevice, forgetDevicesOfAccount } from '../store/devices.ts';
import { disableFactors, endFactor } from '../store/factors/end-factors.ts';
import { deleteSessionsOfAccount } from '../store/sessions.ts';
import { type Fixture, withDatabases, withEachDatabase } from '../store/testing/databases.ts';
import { FlowError } from './rules/step-definition.ts';
import { type Barrier, databaseWithBarrier, hasherWithBarrier } from './testing/barrier.ts';
import { type Browser, builtIn, cheapHasher, type TestUser, World } from './testing/world.ts';

/*
 * Threat: a submission reads an account, waits for a hash or the database, and then creates a session although something that
 * it has read was revoked meanwhile. An example is a stolen device cookie whose device the user has just forgotten.
 */

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

/** The instances of a test. `world` is not delayed; on `slow`, submissions wait at a barrier of the test. */
interface Scene {
  world: World;
  slow: World;
  ada: TestUser;
  fixture: Fixture;
  /** Makes the next verification of a hash wait. */
  holdHash(): Barrier;
  /** Makes the n-th transaction from now wait before it begins. */
  holdTransaction(transaction?: number): Barrier;
}

async function scene(fixture: Fixture): Promise<Scene> {
  const world = new World(fixture.database, fixture.clock);
  await world.organisation();
  const ada = await world.user();
  const database = databaseWithBarrier(await fixture.openAnother());
  const hasher = hasherWithBarrier(cheapHasher());
  const slow = new World(database.database, fixture.clock, hasher.hasher);
  return { world, slow, ada, fixture, holdHash: hasher.hold, holdTransaction: database.hold };
}

const admin = ({ database, keyring, hasher, clock }: World) =>
  createAdmin({ ...builtIn, database, keyring, hasher, clock, random: systemRandom, baseUrl: undefined });
const request = ({ id, organisation }: TestUser) => ({
  actor: { role: 'administrator', name: 'desk' } as const,
  reason: 'test',
  organisation,
  account: id,
});

/** Asserts that a submission issued no session, whether it was refused or its flow had ended. */
async function assertNoSession(submission: Promise<unknown>, browser: Browser, why: string): Promise<void> {
  try {
    await submission;
    const { flow, issued } = browser.last ?? {};
    assert.equal(issued?.session, undefined, `${why}: a session was issued`);
    assert.notEqual(flow?.status, 'done', `${why}: the flow is done`);
  } catch (error) {
    // The revocation has ended the flow as well.
    if (!(error instanceof FlowError)) throw error;
  }
  assert.equal(browser.session, undefined, why);
}

async function deviceOf({ world, ada }: Scene): Promise<{ id: string; browser_id: string }> {
  const devices = world.database.read.selectFrom('devices').select(['id', 'browser_id']);
  return await devices.where('account_id', '=', ada.id).executeTakeFirstOrThrow();
}

/** The changes that end the remembering of a device, with their requirement. */
const revocations: Record<string, [requirement: string, revoke: (scene: Scene) => Promise<unknown>]> = {
  'the user forgets all devices': [
    'R39',
    ({ world, ada }) => world.database.write((tx) => forgetDevicesOfAccount(tx, ada.id)),
  ],
  'the user forgets this device': [
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
  'the user enrolls another authenticator': [
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
  'the help desk resets the factors': ['R34', ({ world, ada }) => admin(world).resetFactors(request(ada))],
  'the account is disabled': ['R92', ({ world, ada }) => admin(world).disable(request(ada))],
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
  'the remembering expires': ['R37', async ({ fixture }) => fixture.clock.advance(8 * DAY)],
};

for (const [what, [requirement, revoke]] of Object.entries(revocations)) {
  for (const moment of ['in the hash queue', 'between its reads and its commit'] as const) {
    withDatabases(
      `${requirement} a login with a stolen device cookie that waits ${moment} gets no session if meanwhile ${what}`,
      async (fixture) => {
        const it = await scene(fixture);
        const own = it.world.browser();
        await own.login(it.ada, true);
        const thief = it.slow.browser();
        thief.device = own.device;
        const barrier = moment === 'in the hash queue' ? it.holdHash() : it.holdTransaction(2);
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
  'R92 a login with a remembered device that waits gets its session if nothing was revoked',
  async (fixture) => {
    const it = await scene(fixture);
    const own = it.slow.browser();
    await own.login(it.ada, true);
    const barrier = it.holdTransaction(2);
    const login = own.password(it.ada);
    await barrier.reached;
    barrier.open();
    assert.equal((await login).flow.status, 'done');
    assert.ok((await login).issued?.session);
  },
);

withDatabases(
  'R92 a login with the password alone gets no session if an authenticator was enrolled between its reads and its commit',
  async (fixture) => {
    const it = await scene(fixture);
    await it.world.organisation({ id: 'open', policy: { factor: 'optional' } });
    const bob = await it.world.user({ organisation: 'open', username: 'bob', without: 'totp' });
    const thief = it.slow.browser();
    const barrier = it.holdTransaction(2);
    const login = thief.password(bob);
    await barrier.reached;
    await it.world.factor(bob);
    barrier.open();
    await assertNoSession(login, thief, 'the password alone');
    assert.equal((await thief.submit({ step: 'password', password: bob.password })).flow.step.type, 'totp');
  },
);

withDatabases(
  'R92 an enrolment is not deferred if the policy requires a factor by the time of the commit',
  async (fixture) => {
    const it = await scene(fixture);
    const policy = { factor: 'optional', setUp: { timeZone: 'Europe/Amsterdam' } } as const;
    await it.world.organisation({ id: 'open', policy });
    const bob = await it.world.user({ organisation: 'open', username: 'bob', without: 'totp' });
    const browser = it.slow.browser();
    assert.equal((await browser.password(bob)).flow.step.type, 'enroll-offer');
    const barrier = it.holdTransaction();
    const later = browser.submit({ step: 'enroll-offer', action: 'later' });
    await barrier.reached;
    await it.world.organisation({ id: 'open', policy: { factor: 'mandatory' } });
    barrier.open();
    await assertNoSession(later, browser, 'later');
  },
);

withDatabases('R92 no authenticator is enrolled by a factor that was disabled after it was proven', async (fixture) => {
  const it = await scene(fixture);
  const own = it.slow.browser();
  await own.login(it.ada);
  fixture.clock.advance(30_000);
  await own.start('enroll', [{ step: 'confirm-password', password: it.ada.password }]);
  const { step } = (await own.code(it.slow.code(it.ada))).flow;
  assert.ok(step.type === 'enroll-totp', step.type);
  const barrier = it.holdTransaction();
  const bind = own.submit({ step: 'enroll-totp', code: it.slow.code({ secret: decodeSecret(step.secret) }) });
  await barrier.reached;
  await fixture.database.write((tx) => disableFactors(tx, it.ada.id, 'totp', fixture.clock()));
  barrier.open();
  const { refusal, flow } = await bind;
  assert.equal(refusal?.code, 'out-of-order');
  assert.equal(flow.step.type, 'locked', 'the flow does not show the present state of the account');
  const factors = await fixture.database.read.selectFrom('factors').select('state').execute();
  assert.deepEqual(
    factors.map(({ state }) => state),
    ['disabled'],
  );
});

withDatabases(
  'R92 no authenticator is enrolled by a session that was ended while the submission waits',
  async (fixture) => {
    const it = await scene(fixture);
    const thief = it.slow.browser();
    await thief.login(it.ada);
    fixture.clock.advance(30_000);
    await thief.start('enroll', [{ step: 'confirm-password', password: it.ada.password }]);
    const { step } = (await thief.code(it.slow.code(it.ada))).flow;
    assert.ok(step.type === 'enroll-totp', step.type);
    const barrier = it.holdTransaction();
    const bind = thief.submit({ step: 'enroll-totp', code: it.slow.code({ secret: decodeSecret(step.secret) }) });
    await barrier.reached;
    // 'End all other sessions' does the same: it ends no flows.
    await fixture.database.write((tx) => deleteSessionsOfAccount(tx, it.ada.id));
    barrier.open();
    assert.equal((await bind).refusal?.code, 'no-session');
    assert.equal((await fixture.database.read.selectFrom('factors').select('id').execute()).length, 1);
  },
);

withDatabases('R92 a step-up does not renew a session that was ended while the step-up waits', async (fixture) => {
  const it = await scene(fixture);
  const thief = it.slow.browser();
  await thief.login(it.ada);
  fixture.clock.advance(30_000);
  await thief.start('step-up');
  const barrier = it.holdTransaction(2);
  const stepUp = thief.code(it.slow.code(it.ada));
  await barrier.reached;
  await fixture.database.write((tx) => deleteSessionsOfAccount(tx, it.ada.id));
  barrier.open();
  const { refusal, issued } = await stepUp;
  assert.deepEqual([refusal?.code, issued], ['no-session', undefined]);
  assert.equal((await fixture.database.read.selectFrom('sessions').select('id_hash').execute()).length, 0);
});

withDatabases('R92 a flow that expires while its last submission waits creates no session', async (fixture) => {
  const it = await scene(fixture);
  const browser = it.slow.browser();
  await browser.password(it.ada);
  const barrier = it.holdTransaction(2);
  const login = browser.code(it.slow.code(it.ada));
  await barrier.reached;
  fixture.clock.advance(15 * 60_000);
  barrier.open();
  await assertNoSession(login, browser, 'an expired flow');
});

withEachDatabase(
  'R92 a revocation in parallel with a login leaves no session and no remembered device, whichever is first',
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
      assert.deepEqual(remembered, [], 'the login remembered a device again');
    }
  },
);
