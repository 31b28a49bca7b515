/*
 * Threat: a session is used after its end, was planted by an attacker, or has a higher assurance than was proven.
 */
import assert from 'node:assert/strict';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { sqliteForTests, withDatabases } from '../store/testing/databases.ts';
import { sessionOf } from './gates.ts';
import { first, listen, login, serve, start, submit, totp, withServer } from './testing/server.ts';

const sqlite = { databases: [sqliteForTests] };
const MINUTE = 60_000;

withServer(
  'R67: a login creates a new session id and ends the previous session',
  async ({ server, browser, fixture }) => {
    const anna = await server.user('alpha', 'anna');
    await login(browser, anna);
    const old = browser.cookies.get('mfa-session') ?? '';
    assert.match(old, /^[\w-]{43}$/);
    fixture.clock.advance(MINUTE);
    await login(browser, anna);
    assert.notEqual(browser.cookies.get('mfa-session'), old);
    const stale = server.browser();
    stale.cookies.set('mfa-session', old);
    assert.equal((await stale.get('/session')).status, 401);
  },
);

withServer('R67: a step-up renews the session id and invalidates the old one', async ({ server, browser, fixture }) => {
  const anna = await server.user('alpha', 'anna');
  await login(browser, anna);
  const old = browser.cookies.get('mfa-session') ?? '';
  fixture.clock.advance(10 * MINUTE);
  const flow = await start(browser, 'step-up');
  assert.equal(flow.reply.body.flow.step.type, 'totp');
  const done = await submit(browser, flow, totp(anna));
  assert.equal(done.body.flow.status, 'done');
  assert.notEqual(browser.cookies.get('mfa-session'), old);
  const stale = server.browser();
  stale.cookies.set('mfa-session', old);
  assert.equal((await stale.get('/session')).status, 401);
  const { session } = (await browser.get('/session')).body;
  assert.equal(session.factorTime, new Date(fixture.clock()).toISOString());
});

withServer(
  'R67: a planted session id is never adopted',
  async ({ server, browser }) => {
    const anna = await server.user('alpha', 'anna');
    const planted = 'P'.repeat(43);
    browser.cookies.set('mfa-session', planted);
    await login(browser, anna);
    assert.notEqual(browser.cookies.get('mfa-session'), planted);
  },
  sqlite,
);

withServer('R71: a session ends after an hour without use', async ({ server, browser, fixture }) => {
  await login(browser, await server.user('alpha', 'anna'));
  fixture.clock.advance(60 * MINUTE - 1);
  assert.equal((await browser.get('/session')).status, 200);
  fixture.clock.advance(1);
  assert.equal((await browser.get('/session')).status, 401, 'reading the session does not count as use');
});

withServer('R71: logging out ends the session on the server and removes its cookie', async (world) => {
  const { server, browser } = world;
  await login(browser, await server.user('alpha', 'anna'));
  const token = browser.cookies.get('mfa-session') ?? '';
  const reply = await browser.delete('/session');
  assert.deepEqual(
    [reply.status, reply.setCookies],
    [204, ['mfa-session=; Max-Age=0; Path=/; HttpOnly; SameSite=Lax']],
  );
  browser.cookies.set('mfa-session', token);
  assert.equal((await browser.get('/session')).status, 401);
  assert.equal((await browser.delete('/session')).status, 204, 'logging out twice succeeds');
});

withServer(
  'R72: on https all cookies are __Host-, Secure, HttpOnly and SameSite',
  async ({ server, browser }) => {
    const anna = await server.user('alpha', 'anna');
    const flow = await start(browser, 'login', first(anna));
    const done = await submit(browser, flow, { ...totp(anna), remember: true });
    const cookies = [...flow.reply.setCookies, ...done.setCookies];
    assert.deepEqual(
      cookies.map((cookie) => cookie.split('=')[0]),
      ['__Host-mfa-flow', '__Host-mfa-session', '__Host-mfa-device'],
    );
    for (const cookie of cookies) assert.match(cookie, /; Path=\/; HttpOnly; Secure; SameSite=Lax$/);
    assert.match(done.headers['strict-transport-security'] ?? '', /^max-age=\d+$/);
    for (const { text, headers } of [flow.reply, done]) {
      for (const [name, value] of browser.cookies) assert.ok(!text.includes(value), `${name} is in a body`);
      assert.equal(headers.location, undefined);
    }
  },
  { ...sqlite, options: { baseUrl: 'https://portal.example' } },
);

withServer(
  'R72: a second tab uses the flow cookie of the first, and the flows of both continue',
  async ({ server, browser }) => {
    const anna = await server.user('alpha', 'anna');
    const one = await start(browser, 'login', first(anna));
    const two = await start(browser, 'login', first(anna));
    assert.equal(one.reply.setCookies.length, 1);
    assert.equal(two.reply.setCookies.length, 0);
    assert.equal((await browser.get(`/flows/${one.id}`, { token: one.token })).status, 200);
    assert.equal((await submit(browser, two, totp(anna))).status, 200);
    browser.cookies.set('mfa-flow', 'no token');
    assert.equal((await start(browser)).reply.setCookies.length, 1, 'a malformed cookie is replaced');
  },
  sqlite,
);

withServer(
  'R72: a duplicate session cookie is not accepted',
  async ({ server, browser }) => {
    await login(browser, await server.user('alpha', 'anna'));
    const token = browser.cookies.get('mfa-session') ?? '';
    const headers = { cookie: `mfa-session=${token}; mfa-session=${'x'.repeat(43)}` };
    assert.equal((await browser.get('/session', { headers })).status, 401);
  },
  sqlite,
);

withDatabases(
  'R73: requireSession and requireStepUp let sufficient sessions through and state what is missing otherwise',
  async (fixture) => {
    const api = await serve(fixture);
    const { tweestap } = api;
    const gates = { '/home': tweestap.requireSession(), '/file': tweestap.requireStepUp({ maxAge: 60 }) };
    const page = (req: IncomingMessage, res: ServerResponse): void => {
      const gate = gates[req.url as keyof typeof gates];
      if (gate) gate(req, res, () => res.end(sessionOf(req).user.username));
      else void tweestap.handler(req, res);
    };
    const portal = await listen(fixture, tweestap, page);
    try {
      const anna = await api.user('alpha', 'Anna');
      const browser = portal.browser();
      const get = async (path: string) =>
        await fetch(portal.origin + path, { headers: { cookie: `mfa-session=${browser.cookies.get('mfa-session')}` } });
      assert.equal((await get('/home')).status, 401);
      await login(browser, anna);
      assert.equal(await (await get('/home')).text(), 'Anna');
      assert.equal(await (await get('/file')).text(), 'Anna');
      fixture.clock.advance(60_001);
      assert.equal((await get('/home')).status, 200);
      const refused = await get('/file');
      assert.equal(refused.status, 401);
      assert.equal(((await refused.json()) as { code: string }).code, 'insufficient-user-authentication');
      const challenge = refused.headers.get('www-authenticate') ?? '';
      assert.match(challenge, /error="insufficient_user_authentication".*acr_values="aal2", max_age="60"/);
      await submit(browser, await start(browser, 'step-up'), totp(anna));
      assert.equal((await get('/file')).status, 200);
      for (let n = 0; n < 30; n += 1) {
        fixture.clock.advance(59 * MINUTE);
        const { status } = await get('/home');
        assert.equal(status, n < 24 ? 200 : 401, 'a session that is used every hour ends after 24 hours');
        if (status === 401) break;
      }
    } finally {
      await portal.stop();
      await api.stop();
    }
  },
);

withServer(
  'R73: a remembered device and a password do not meet a step-up',
  async ({ server, browser }) => {
    const anna = await server.user('alpha', 'anna');
    const flow = await start(browser, 'login', first(anna));
    await submit(browser, flow, { ...totp(anna), remember: true });
    const again = await start(browser, 'login', first(anna));
    assert.equal(again.reply.body.flow.status, 'done', 'the device replaces the code');
    assert.equal((await browser.get('/session')).body.session.acr, 'aal1');
    const reply = await browser.delete(`/account/factors/${anna.factorId}`);
    assert.equal(reply.status, 401);
    assert.equal(reply.body.code, 'insufficient-user-authentication');
  },
  sqlite,
);
