/*
 * Threat: a portal checks the password itself, and asks Tweestap for the second step. Someone who knows the password of a victim
 * has a pending session of the victim in their browser, and tries to release it without the victim's factor.
 */
import assert from 'node:assert/strict';
import { submit, totp } from '../http/testing/server.ts';
import { type Fixture, testDatabases, testsOn } from '../store/testing/databases.ts';
import type { TestUser } from '../testing/users.ts';
import { type Portal, startPortal } from './testing/portal.ts';

const actor = { role: 'administrator', name: 'Ada' } as const;
const MINUTE = 60_000;

/** A user of the portal with an authenticator. The id in the portal is `id-` and the username. */
async function portalUser(portal: Portal, username: string, options?: { factor?: boolean }): Promise<TestUser> {
  const user = await portal.user('alpha', username, options);
  const users = [{ id: `id-${username}`, username }];
  await portal.tweestap.admin.syncUsers({ actor, organisation: 'alpha', users, reason: 'test' });
  return user;
}

const withPortal = (title: string, run: (portal: Portal, fixture: Fixture) => Promise<void>): void => {
  for (const database of testDatabases) {
    testsOn(database)(title, async (fixture) => {
      const portal = await startPortal(fixture);
      try {
        await run(portal, fixture);
      } finally {
        await portal.stop();
      }
    });
  }
};

withPortal(
  'R1 a login that the portal began is completed once, after the second factor and not before',
  async (portal) => {
    const user = await portalUser(portal, 'anna');
    const visitor = portal.visitor();
    const begun = await visitor.logIn('id-anna');
    assert.deepEqual(Object.keys(begun.body), ['flow', 'isDone']);
    assert.equal(begun.body.isDone, false);
    assert.equal(await visitor.completed(), undefined);
    const flow = await visitor.continued();
    assert.equal(flow.reply.body.flow.step.type, 'totp');
    assert.equal((await visitor.api.get('/session')).status, 401);
    assert.equal((await submit(visitor.api, flow, totp(user))).body.flow.status, 'done');
    const { finishedAt, ...login } = (await visitor.completed({ userId: 'id-anna', flow: begun.body.flow })) ?? {};
    assert.ok(finishedAt !== undefined);
    assert.deepEqual(login, {
      ...{ userId: 'id-anna', flow: begun.body.flow, accountId: user.id, organisation: 'alpha' },
      ...{ amr: ['pwd', 'otp', 'mfa'], acr: 'aal2' },
    });
    assert.equal(await visitor.completed(), undefined, 'a second time');
    assert.equal((await visitor.api.get('/session')).status, 200);
  },
);

withPortal('R4 the second step of one user releases no pending session of another', async (portal) => {
  await portalUser(portal, 'anna');
  const bob = await portalUser(portal, 'bob');
  const attacker = portal.visitor();
  const victims = await attacker.logIn('id-anna');
  const own = await attacker.logIn('id-bob');
  const flow = await attacker.continued();
  assert.equal((await submit(attacker.api, flow, totp(bob))).body.flow.status, 'done');
  assert.equal(await attacker.completed({ userId: 'id-anna' }), undefined);
  assert.equal(await attacker.completed({ userId: 'id-anna', flow: victims.body.flow }), undefined);
  assert.equal(await attacker.completed({ userId: 'id-anna', flow: own.body.flow }), undefined);
  assert.equal((await attacker.completed({ userId: 'id-bob' }))?.userId, 'id-bob');
});

withPortal('R2 a login that the portal began belongs to the browser in which it began', async (portal) => {
  const user = await portalUser(portal, 'anna');
  const visitor = portal.visitor();
  await visitor.logIn('id-anna');
  const thief = portal.visitor();
  const copied = visitor.api.cookies.get('mfa-begun') ?? '';
  assert.equal((await thief.continued()).reply.status, 404);
  thief.api.cookies.set('mfa-begun', copied);
  assert.equal((await thief.continued()).reply.status, 404);
  await thief.api.post('/flows', { kind: 'login' });
  assert.ok(thief.api.cookies.has('mfa-flow'));
  assert.equal((await thief.continued()).reply.status, 404);
  const flow = await visitor.continued();
  assert.equal((await submit(thief.api, flow, totp(user))).status, 404);
  assert.equal((await submit(visitor.api, flow, totp(user))).body.flow.status, 'done');
  assert.equal(await thief.completed({ flow: flow.id }), undefined);
  assert.ok(await visitor.completed());
});

withPortal('R75 a page of another site continues no login that the portal began', async (portal) => {
  await portalUser(portal, 'anna');
  const visitor = portal.visitor();
  await visitor.logIn('id-anna');
  const headers = { origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' };
  const reply = await visitor.api.send('POST', '/flows/begun', { headers });
  assert.deepEqual([reply.status, reply.body.code], [403, 'cross-site']);
});

withPortal('R6 a reload continues the same flow, and no step leads back to the password', async (portal) => {
  const user = await portalUser(portal, 'anna');
  const visitor = portal.visitor();
  await visitor.logIn('id-anna');
  const flow = await visitor.continued();
  const again = await visitor.continued();
  assert.deepEqual([again.id, again.token], [flow.id, flow.token]);
  const { step } = flow.reply.body.flow;
  assert.equal(step.back, undefined);
  assert.ok(!step.actions.includes('back'));
  for (const to of ['password', 'username', 'organisation', 'choose-method']) {
    const reply = await submit(visitor.api, flow, { step: 'totp', action: 'back', to });
    assert.deepEqual([reply.status, reply.body.code], [409, 'out-of-order']);
  }
  assert.equal((await submit(visitor.api, flow, totp(user))).body.flow.status, 'done');
  assert.equal((await visitor.continued()).reply.body.flow.status, 'done');
});

withPortal('R38 a remembered device replaces the second step', async (portal) => {
  const user = await portalUser(portal, 'anna');
  const visitor = portal.visitor();
  await visitor.logIn('id-anna');
  const flow = await visitor.continued();
  await submit(visitor.api, flow, { ...totp(user), remember: true });
  assert.ok(await visitor.completed());
  await visitor.api.delete('/session');
  const begun = await visitor.logIn('id-anna');
  assert.equal(begun.body.isDone, true);
  const login = await visitor.completed({ userId: 'id-anna', flow: begun.body.flow });
  assert.deepEqual([login?.amr, login?.acr], [['pwd'], 'aal1']);
  assert.equal((await visitor.api.get('/session')).body.session.acr, 'aal1');
});

withPortal(
  'a new user gets an account, and sets up a factor without a step for the password, which only the portal knows',
  async (portal) => {
    portal.begin = { user: { username: 'Bea', name: 'Bea B.', email: 'bea@example.org' } };
    const visitor = portal.visitor();
    await visitor.logIn('id-bea');
    const flow = await visitor.continued();
    assert.equal(flow.reply.body.flow.step.type, 'enroll-offer');
    const offered = await submit(visitor.api, flow, { step: 'enroll-offer', action: 'accept' });
    assert.equal(offered.body.flow.step.type, 'enroll-totp', 'no step asks for the password');
    assert.equal(await visitor.completed(), undefined);
    assert.equal(flow.reply.body.flow.organisation.id, 'alpha');
  },
);

withPortal('R7 of parallel requests for a finished login only one gets it', async (portal) => {
  const user = await portalUser(portal, 'anna');
  const visitor = portal.visitor();
  await visitor.logIn('id-anna');
  await submit(visitor.api, await visitor.continued(), totp(user));
  const all = await Promise.all(Array.from({ length: 20 }, () => visitor.completed({ userId: 'id-anna' })));
  assert.equal(all.filter((login) => login !== undefined).length, 1);
});

withPortal(
  'R86 a finished login is valid for five minutes, and a clock that is set back does not revive it',
  async (portal, { clock }) => {
    const user = await portalUser(portal, 'anna');
    const visitor = portal.visitor();
    await visitor.logIn('id-anna');
    await submit(visitor.api, await visitor.continued(), totp(user));
    clock.advance(5 * MINUTE);
    assert.equal(await visitor.completed(), undefined);
    clock.advance(-10 * MINUTE);
    assert.equal(await visitor.completed(), undefined);
  },
);

withPortal('R34 a user who was disabled meanwhile completes nothing', async (portal) => {
  const user = await portalUser(portal, 'anna');
  const visitor = portal.visitor();
  await visitor.logIn('id-anna');
  const flow = await visitor.continued();
  const late = portal.visitor();
  await late.logIn('id-anna');
  await submit(late.api, await late.continued(), totp(user));
  const request = { actor, organisation: 'alpha', account: 'anna', reason: 'test' };
  await portal.tweestap.admin.disable(request);
  assert.equal((await submit(visitor.api, flow, totp(user, 1))).status, 410);
  assert.equal(await late.completed(), undefined);
  assert.equal((await visitor.logIn('id-anna')).body.code, 'disabled-user');
});

withPortal('beginFor names the option that is wrong', async (portal) => {
  await portalUser(portal, 'anna');
  const visitor = portal.visitor();
  const code = async (user: string, organisation?: string): Promise<string> =>
    (await visitor.logIn(user, organisation)).body.code;
  assert.equal(await code('id-anna', 'nowhere'), 'unknown-organisation');
  assert.equal(await code('id-anna', 'beta'), 'unknown-user');
  assert.equal(await code(''), 'bad-request');
  portal.begin = { returnTo: 'https://evil.example/' };
  assert.equal(await code('id-anna'), 'return-to');
  portal.begin = { user: { username: '\u0000' } };
  assert.equal(await code('id-x'), 'bad-request');
  portal.begin = { user: { username: 'anna' } };
  assert.equal(await code('id-other'), undefined, 'the portal gave the username to another user');
  portal.begin = { returnTo: '/finish' };
  assert.equal(await code('id-anna'), 'return-to');
  const message = (at: number): string => String(portal.errors[at]?.message);
  assert.match(message(0), /^organisation: there is no organisation "nowhere"/);
  assert.match(message(3), /^returnTo: https:\/\/evil\.example is .*baseUrl \(TWEESTAP_BASE_URL\)/);
  assert.match(message(5), /^returnTo must be an absolute address/);
});

withPortal('R9 the settings ask for the factor where only the portal can check the password', async (portal) => {
  const user = await portalUser(portal, 'anna');
  const visitor = portal.visitor();
  await visitor.logIn('id-anna');
  await submit(visitor.api, await visitor.continued(), totp(user));
  const { body } = await visitor.api.post('/flows', { kind: 'enroll' });
  assert.equal(body.flow.step.type, 'totp');
  assert.equal((await visitor.api.post('/flows', { kind: 'change-password' })).body.code, 'not-allowed');
});

withPortal('R9 without a factor, only a login of the last five minutes may enroll one', async (portal, { clock }) => {
  portal.begin = { user: { username: 'eva' } };
  const visitor = portal.visitor();
  await visitor.logIn('id-eva', 'gamma');
  await submit(visitor.api, await visitor.continued(), { step: 'enroll-offer', action: 'later' });
  clock.advance(5 * MINUTE);
  const fresh = await visitor.api.post('/flows', { kind: 'enroll' });
  assert.equal(fresh.body.flow.step.type, 'enroll-totp');
  clock.advance(1);
  assert.equal((await visitor.api.post('/flows', { kind: 'enroll' })).body.code, 'not-allowed');
});

withPortal(
  'R31 a link that was mailed before the account became one of the portal gives it no password',
  async (portal) => {
    const { admin, outbox } = portal.tweestap;
    const owner = { actor, organisation: 'gamma', reason: 'test' };
    const eva = { username: 'eva', email: 'eva@example.org' };
    await admin.addUser({ ...owner, ...eva, password: 'correct horse battery' });
    const visitor = portal.visitor();
    const asked = { step: 'identify', organisation: 'gamma', ...eva };
    const inputs = [{ step: 'organisation', organisation: 'gamma' }, asked];
    await visitor.api.post('/flows', { kind: 'recover', inputs });
    const [mail] = await outbox.messages();
    const link = /mfa-reset=([\w-]{43})/.exec(mail?.text ?? '')?.[1];
    assert.equal((await visitor.api.post('/flows', { kind: 'reset', link })).status, 201);
    await admin.syncUsers({ ...owner, users: [{ id: 'id-eva', ...eva }] });
    const refused = await visitor.api.post('/flows', { kind: 'reset', link });
    assert.equal(refused.body.code, 'no-such-link');
  },
);

withPortal('a password for such an account is neither accepted nor mailed', async (portal) => {
  portal.begin = { user: { username: 'eva', email: 'eva@example.org' } };
  const visitor = portal.visitor();
  await visitor.logIn('id-eva', 'gamma');
  const inputs = [
    { step: 'organisation', organisation: 'gamma' },
    { step: 'username', username: 'eva' },
  ];
  for (const password of ['x', 'correct horse battery']) {
    const reply = await visitor.api.post('/flows', {
      kind: 'login',
      inputs: [...inputs, { step: 'password', password }],
    });
    assert.equal(reply.body.problem.code, 'wrong-credentials');
  }
  const asked = { step: 'identify', organisation: 'gamma', username: 'eva', email: 'eva@example.org' };
  await visitor.api.post('/flows', { kind: 'recover', inputs: [inputs[0], asked] });
  assert.deepEqual(await portal.tweestap.outbox.messages(), []);
});

withPortal(
  'R21 a password that the portal changed ends what a report of the user has stopped',
  async (portal, { database }) => {
    const logIn = async (passwordChangedAt: Date): Promise<ReturnType<Portal['visitor']>> => {
      portal.begin = { user: { username: 'eva', passwordChangedAt } };
      const visitor = portal.visitor();
      await visitor.logIn('id-eva', 'gamma');
      await submit(visitor.api, await visitor.continued(), { step: 'enroll-offer', action: 'later' });
      return visitor;
    };
    const isMarked = async (): Promise<boolean> => {
      const query = database.read.selectFrom('accounts').select('must_change_password').where('username', '=', 'eva');
      return (await query.executeTakeFirstOrThrow()).must_change_password === 1;
    };
    const visitor = await logIn(new Date(1));
    const { events } = (await visitor.api.get('/account/events')).body;
    await visitor.api.post(`/account/events/${events[0].id}`, { report: 'not-me' });
    await logIn(new Date(1));
    assert.equal(await isMarked(), true);
    await logIn(new Date(2));
    assert.equal(await isMarked(), false);
  },
);
