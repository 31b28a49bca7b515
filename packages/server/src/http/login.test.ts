import assert from 'node:assert/strict';
import { start, submit, totp, withServer } from './testing/server.ts';

withServer('a user logs in over plain HTTP, step by step, and logs out', async ({ server, browser }) => {
  const anna = await server.user('alpha', 'Anna');
  const flow = await start(browser);
  assert.equal(flow.reply.status, 201);
  assert.equal(flow.reply.body.flow.step.type, 'organisation');
  for (const [input, next] of [
    [{ step: 'organisation', organisation: 'alpha' }, 'username'],
    [{ step: 'username', username: ' ANNA ' }, 'password'],
    [{ step: 'password', password: anna.password }, 'totp'],
  ] as const) {
    const reply = await submit(browser, flow, input);
    assert.equal(reply.status, 200);
    assert.equal(reply.body.flow.step.type, next);
    assert.deepEqual(reply.setCookies, [], 'no cookie is set before the end');
  }
  const done = await submit(browser, flow, totp(anna));
  assert.equal(done.body.flow.status, 'done');
  assert.deepEqual(done.body.flow.step.amr, ['pwd', 'otp', 'mfa']);
  const session = await browser.get('/session');
  assert.equal(session.body.session.user.username, 'Anna');
  assert.equal(session.body.session.acr, 'aal2');
  assert.equal((await browser.delete('/session')).status, 204);
  assert.equal((await browser.get('/session')).status, 401);
});

withServer('a recovery code replaces the code of the app', async ({ server, browser }) => {
  const anna = await server.user('alpha', 'anna');
  const flow = await start(browser, 'login', [
    { step: 'organisation', organisation: 'alpha' },
    { step: 'username', username: 'anna' },
    { step: 'password', password: anna.password },
    { step: 'totp', action: 'switch', method: 'recovery-code' },
  ]);
  assert.equal(flow.reply.body.flow.step.type, 'recovery-code');
  const code = anna.recoveryCodes[0]?.toLowerCase().replaceAll('-', ' ');
  const done = await submit(browser, flow, { step: 'recovery-code', code });
  assert.equal(done.body.flow.status, 'done');
  assert.equal(done.body.flow.step.recoveryCodesLeft, 5);
  assert.equal((await browser.get('/session')).body.session.recovery, true);
});

withServer(
  'all inputs may be sent with the start, and the first refused one ends their processing',
  async ({ server, browser }) => {
    const anna = await server.user('alpha', 'anna');
    const before = [
      { step: 'organisation', organisation: 'alpha' },
      { step: 'username', username: 'anna' },
    ];
    const wrong = await start(browser, 'login', [...before, { step: 'password', password: 'x' }, totp(anna)]);
    assert.equal(wrong.reply.status, 201);
    assert.equal(wrong.reply.body.problem.code, 'wrong-credentials');
    assert.equal(wrong.reply.body.problem.input, 2);
    assert.equal(wrong.reply.body.flow.step.type, 'password');
    const right = await start(browser, 'login', [...before, { step: 'password', password: anna.password }, totp(anna)]);
    assert.equal(right.reply.body.flow.status, 'done');
    assert.equal((await browser.get('/session')).status, 200);
  },
);

withServer('organisations are found by part of their name', async ({ browser }) => {
  const names = async (q: string) =>
    (await browser.get(`/organisations?q=${q}`)).body.organisations.map(({ id }: { id: string }) => id);
  assert.deepEqual(await names('school'), ['alpha']);
  assert.deepEqual(await names(''), ['alpha', 'beta', 'gamma']);
  assert.deepEqual(await names('%25'), []);
});
