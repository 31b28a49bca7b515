import assert from 'node:assert/strict';
import { withDatabases } from '../store/testing/databases.ts';
import { serve, start, submit, totp } from './testing/server.ts';

withDatabases('a person logs in over raw HTTP, step by step, and signs out', async (fixture) => {
  const server = await serve(fixture);
  const anna = await server.person('alpha', 'Anna');
  const browser = server.browser();
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
    assert.deepEqual(reply.setCookies, [], 'nothing is handed out before the end');
  }
  const done = await submit(browser, flow, totp(anna));
  assert.equal(done.body.flow.status, 'done');
  assert.deepEqual(done.body.flow.step.amr, ['pwd', 'otp', 'mfa']);
  const session = await browser.get('/session');
  assert.equal(session.body.session.user.username, 'Anna');
  assert.equal(session.body.session.acr, 'aal2');
  assert.equal((await browser.delete('/session')).status, 204);
  assert.equal((await browser.get('/session')).status, 401);
  await server.stop();
});
