import assert from 'node:assert/strict';
import type { Actor } from '../admin/request/roles.ts';
import { sqliteForTests, testDatabases } from '../store/testing/databases.ts';
import type { TestUser } from '../testing/users.ts';
import type { Browser } from './testing/browser.ts';
import { first, start, startToCode, submit, totp, type World, withServer } from './testing/server.ts';
import { type HelpDeskWayOut, helpDeskWaysOut } from './testing/ways-out-help-desk.ts';

/*
 * Threat (R91): a stranger locks a user out, the user calls the help desk, and no verb gives the user access again; or
 * the verb gives access to any caller. Each row is tested completely over HTTP: the limit is reached, the help desk
 * acts, and the user logs in.
 */

const LOCKS = { soft: 10, hard: 10, firstWaitSeconds: 3600, maxWaitSeconds: 3600 };
const SOFT = { ...LOCKS, hard: 100 };
const NEW = 'a lamp beside the canal';
const helper: Actor = { role: 'helpdesk', name: 'hans', organisation: 'alpha' };
const requestFor = (user: TestUser) =>
  ({ actor: helper, reason: 'called, known by voice', organisation: 'alpha', account: user.id }) as const;

/** Reaches the limit: a stranger types wrong passwords, or knows the password and types wrong codes. */
async function reach({ server, fixture }: World, { limit }: HelpDeskWayOut, user: TestUser): Promise<void> {
  const stranger = server.browser();
  const isCode = limit === 'code-lock' || limit === 'code-cap';
  const flow = isCode ? await startToCode(stranger, user) : await start(stranger, 'login', first(user).slice(0, 2));
  const wrong = isCode ? { step: 'totp', code: '000000' } : { step: 'password', password: 'not the password at all' };
  for (let tried = 0; tried < 10; tried += 1) await submit(stranger, flow, wrong);
  const { body } = await submit(stranger, flow, wrong);
  assert.equal(body.flow.step.type, 'locked', JSON.stringify(body));
  fixture.clock.advance(30_000);
}

/** Logs in with a password, and with a code if it is required. Returns the type of the last step. */
async function logIn({ fixture }: World, browser: Browser, user: TestUser, password: string): Promise<string> {
  fixture.clock.advance(30_000);
  const flow = await start(browser, 'login', first({ ...user, password }));
  const { type } = flow.reply.body.flow.step;
  return type === 'totp' ? (await submit(browser, flow, totp(user))).body.flow.step.type : type;
}

async function newPassword(browser: Browser, user: TestUser, startWith: object): Promise<void> {
  const { body } = await browser.post('/flows', { kind: 'reset', ...startWith });
  const flow = { id: body.flow.id, token: body.token, reply: { body } } as Awaited<ReturnType<typeof start>>;
  assert.equal(body.flow.step.type, 'totp', 'the factor is required after the help desk has acted');
  const early = await submit(browser, flow, { step: 'new-password', password: NEW });
  assert.equal(early.body.code, 'out-of-order');
  assert.equal((await submit(browser, flow, totp(user))).body.flow.step.type, 'new-password');
  const end = await submit(browser, flow, { step: 'new-password', password: NEW });
  assert.partialDeepStrictEqual(end.body.flow.step, { type: 'done', next: 'login' });
  assert.equal(browser.cookies.has('mfa-session'), false);
}

/** Takes each way out: the help desk acts, and the user logs in. Returns the type of the last step of the login. */
const takeWay: Readonly<
  Record<HelpDeskWayOut['way'], (world: World, browser: Browser, user: TestUser) => Promise<string>>
> = {
  async unlock(world, browser, user) {
    const unlocked = await world.server.tweestap.admin.unlock(requestFor(user));
    assert.deepEqual([unlocked.lifted, unlocked.remaining], [1, []]);
    return await logIn(world, browser, user, user.password);
  },
  async 'resetPassword by code'(world, browser, user) {
    const { admin } = world.server.tweestap;
    assert.deepEqual((await admin.unlock(requestFor(user))).remaining, ['password-cap']);
    const started = await admin.resetPassword({ ...requestFor(user), by: 'code' });
    assert.ok(started.by === 'code');
    const identify = { step: 'identify', username: user.username, code: started.code };
    const inputs = [{ step: 'organisation', organisation: 'alpha' }, identify];
    await newPassword(browser, user, { inputs });
    return await logIn(world, browser, user, NEW);
  },
  async 'resetPassword by letter'(world, browser, user) {
    const started = await world.server.tweestap.admin.resetPassword({ ...requestFor(user), by: 'letter' });
    const [, link] = /#mfa-reset=([\w-]{43})</.exec(started.by === 'letter' ? started.html : '') ?? [];
    await newPassword(browser, user, { link });
    return await logIn(world, browser, user, NEW);
  },
  async resetFactors(world, browser, user) {
    assert.deepEqual((await world.server.tweestap.admin.unlock(requestFor(user))).remaining, ['code-cap']);
    await world.server.tweestap.admin.resetFactors(requestFor(user));
    return await logIn(world, browser, user, user.password);
  },
};

for (const cell of helpDeskWaysOut) {
  const { limit, way, email, device } = cell;
  const locks = limit === 'password-lock' || limit === 'code-lock' ? SOFT : LOCKS;
  withServer(
    `R91 after a ${limit} the help desk's ${way} gives the user access (${email ? 'with' : 'without'} email, ${device} device)`,
    async (world) => {
      const { server, fixture, browser } = world;
      const user = await server.user('alpha', 'ada');
      const address = email ? 'ada@mail.example' : null;
      await fixture.database.write((tx) => tx.updateTable('accounts').set({ email: address }).execute());
      if (device === 'known') {
        assert.equal(await logIn(world, browser, user, user.password), 'done');
        assert.equal((await browser.delete('/session')).status, 204);
      }
      await reach(world, cell, user);
      const end = await takeWay[way](world, browser, user);
      assert.equal(end, way === 'resetFactors' ? 'enroll-offer' : 'done');
    },
    {
      // The queries do not depend on email and device, so each way is tested once on PostgreSQL.
      databases: email || device === 'known' ? [sqliteForTests] : testDatabases,
      options: { organisations: [{ id: 'alpha', name: 'Alpha School', policy: { locks } }] },
    },
  );
}

// Threat: a stranger guesses codes for new passwords from one address, for all accounts.
withServer(
  'R44 R55 wrong codes for a new password count as failed credentials of the address, for any username',
  async ({ server, browser }) => {
    await server.user('alpha', 'ada');
    const flow = await start(browser, 'reset', [{ step: 'organisation', organisation: 'alpha' }]);
    assert.deepEqual(flow.reply.body.flow.step.fields, ['username', 'code']);
    const guess = (username: string) =>
      submit(browser, flow, { step: 'identify', username, code: '0000-0000-0000-0000' });
    for (const username of ['ada', 'nobody', 'ada', 'someone', 'ada']) {
      const { status, body } = await guess(username);
      assert.deepEqual([status, body.code], [422, 'wrong-code']);
    }
    for (const username of ['ada', 'nobody']) {
      const { status, body, headers } = await guess(username);
      assert.deepEqual([status, body.code], [429, 'throttled']);
      assert.ok(Number(headers['retry-after']) > 0);
    }
  },
  { options: { throttle: { failures: 5, windowSeconds: 600 } } },
);

withServer('R5 identify takes an email address, or a username and a code, but not both or neither', async (world) => {
  const { browser } = world;
  const flow = await start(browser, 'reset', [{ step: 'organisation', organisation: 'alpha' }]);
  for (const wrong of [{}, { username: 'ada' }, { username: 'ada', code: 'x', email: 'ada@mail.example' }]) {
    const { status, body } = await submit(browser, flow, { step: 'identify', ...wrong });
    assert.deepEqual([status, body.code], [400, 'malformed']);
    assert.equal(body.issues[0].path, '/inputs/0/email');
  }
  const byMail = await submit(browser, flow, { step: 'identify', username: 'ada', email: 'ada@mail.example' });
  assert.deepEqual([byMail.body.code, byMail.body.flow.step.type], ['wrong-code', 'identify']);
  const other = await start(browser, 'recover', [{ step: 'organisation', organisation: 'alpha' }]);
  const byCode = await submit(browser, other, { step: 'identify', username: 'ada', code: '0000-0000-0000-0000' });
  assert.deepEqual([byCode.body.code, byCode.body.flow.step.type], ['bad-email', 'identify']);
});
