import assert from 'node:assert/strict';
import { decodeSecret } from '../factors/totp/secret.ts';
import { findAccount } from '../store/accounts/accounts.ts';
import { type Fixture, withDatabases } from '../store/testing/databases.ts';
import { at, mails, tokenIn } from './testing/links.ts';
import { World } from './testing/world.ts';

/* Threat: a stranger creates an account for another user's address, or learns which addresses have an account. */

const NEW = 'a lamp beside the canal';

async function open({ database, clock }: Pick<Fixture, 'database' | 'clock'>) {
  const world = new World(database, clock);
  await world.organisation({ id: 'open', name: 'Open', username: 'email', policy: { selfRegistration: true } });
  await world.organisation();
  return world;
}

const register = (world: World, email: string, organisation = 'open') =>
  world.browser().start('register', [
    { step: 'organisation', organisation },
    { step: 'identify', email },
  ]);

withDatabases(
  'R31 a registration requires a confirmed address and creates an account that logs in with it',
  async (fixture) => {
    const world = await open(fixture);
    assert.deepEqual(at(await register(world, 'New@Mail.example'), 'mail-sent').to, 'New@Mail.example');
    assert.equal(
      await findAccount(world.database.read, 'open', 'new@mail.example'),
      undefined,
      'the account exists before the address is confirmed',
    );
    const browser = world.browser();
    const step = at(await browser.start('register', [], await tokenIn(world, 'registration')), 'new-password');
    assert.equal(step.username, 'new@mail.example');
    at(await browser.submit({ step: 'new-password', password: NEW }), 'enroll-offer');
    const { secret } = at(await browser.submit({ step: 'enroll-offer', action: 'accept' }), 'enroll-totp');
    const bound = { organisation: 'open', username: 'new@mail.example', password: NEW, secret: decodeSecret(secret) };
    at(await browser.submit({ step: 'enroll-totp', code: world.code(bound) }), 'recovery-codes');
    const end = await browser.submit({ step: 'recovery-codes' });
    assert.ok('next' in at(end, 'done') && end.issued?.session === undefined);
    assert.ok(end.issued?.device, 'D12 the browser is not known');
    world.clock.advance(30_000);
    const user = { ...bound, id: '', factorId: '', recoveryCodes: [], code: () => world.code(bound) };
    assert.ok('user' in at(await world.browser().login(user), 'done'));
  },
);

withDatabases('R55 an address that has an account gets the same answer and a different email', async (fixture) => {
  const world = await open(fixture);
  const eve = await world.user({ organisation: 'open', username: 'eve@mail.example' });
  const known = await register(world, 'eve@mail.example');
  const unknown = await register(world, 'new@mail.example');
  assert.deepEqual([known.refusal, known.issued], [unknown.refusal, unknown.issued]);
  assert.deepEqual({ ...at(known, 'mail-sent'), to: '' }, { ...at(unknown, 'mail-sent'), to: '' });
  assert.deepEqual(
    (await mails(world, eve.id)).map(({ template }) => template),
    ['registration-existing'],
  );
});

withDatabases('a registration is refused where the organisation does not allow it', async (fixture) => {
  const world = await open(fixture);
  const { refusal, flow } = await register(world, 'new@mail.example', 'clinic');
  assert.deepEqual([refusal?.code, refusal?.input, flow.step.type], ['not-allowed', 0, 'organisation']);
});

withDatabases(
  'of two registrations of one address only the newer link works, and it creates one account',
  async (fixture) => {
    const world = await open(fixture);
    await register(world, 'new@mail.example');
    const older = await tokenIn(world, 'registration');
    world.clock.advance(15 * 60_000);
    await register(world, 'NEW@mail.example');
    await assert.rejects(world.browser().start('register', [], older), {
      code: 'link-expired',
      newRequest: { kind: 'register', organisation: 'open' },
    });
    const link = await tokenIn(world, 'registration');
    const browsers = [world.browser(), world.browser()];
    for (const browser of browsers) await browser.start('register', [], link);
    const ends = await Promise.all(browsers.map((each) => each.submit({ step: 'new-password', password: NEW })));
    assert.deepEqual(ends.map(({ refusal }) => refusal?.code).sort(), ['link-expired', undefined]);
  },
);
