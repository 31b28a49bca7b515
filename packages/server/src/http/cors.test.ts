/*
 * Threat: a page of another origin uses the cookies of a user, or gets into a flow of another page; a portal that is allowed
 * reads more than its own flow (R75).
 */
import assert from 'node:assert/strict';
import { createAssertionVerifier } from '../assertion/verifier.ts';
import { givePasskey } from '../factors/passkey/testing/give-passkey.ts';
import type { OrganisationInput } from '../organisations/schema.ts';
import type { TestUser } from '../testing/users.ts';
import type { Browser, Reply } from './testing/browser.ts';
import { keyring } from './testing/organisations.ts';
import { routeSamples } from './testing/routes.ts';
import {
  first,
  login,
  memoryLogger,
  startToCode,
  submit,
  type TestServer,
  totp,
  withServer,
} from './testing/server.ts';

const PORTAL = 'https://portal.example';
const LIMITED = 'https://school.example';
const STRANGER = 'https://evil.example';
const NONCE = 'nonce-of-the-portals-session';
const logger = memoryLogger();
const portals = [{ origin: PORTAL }, { origin: LIMITED, organisations: ['beta'] }];
const how = { options: { portals, logger } };

const from = (origin: string, site = 'cross-site') => ({ origin, 'sec-fetch-site': site });
const begin = (browser: Browser, body: object, origin = PORTAL): Promise<Reply> =>
  browser.post('/flows', { kind: 'login', nonce: NONCE, ...body }, { headers: from(origin) });
const next = (browser: Browser, { body }: Reply, inputs: object[], origin = PORTAL): Promise<Reply> =>
  browser.post(`/flows/${body.flow.id}`, { inputs }, { token: body.token, headers: from(origin) });

const isReadable = ({ headers }: Reply, origin = PORTAL): void => {
  assert.equal(headers['access-control-allow-origin'], origin);
  assert.equal(headers['access-control-allow-credentials'], undefined);
  assert.match(headers.vary ?? '', /Origin/);
};
const isClosed = ({ headers }: Reply): void => {
  for (const name of Object.keys(headers)) assert.ok(!name.startsWith('access-control-'), name);
};

withServer(
  'R75 a portal on another origin logs a user in without cookies, and gets an assertion only',
  async ({ server, fixture, browser }) => {
    const ada = await server.user('alpha', 'ada');
    // The browser has a session, a remembered device and a flow of the server itself, and sends their cookies all the same.
    await submit(browser, await startToCode(browser, ada), { ...totp(ada), remember: true });
    fixture.clock.advance(30_000);
    const cookies = new Map(browser.cookies);
    assert.equal(cookies.size, 3);
    const started = await begin(browser, { inputs: first(ada) });
    isReadable(started);
    assert.equal(started.body.flow.step.type, 'totp');
    assert.equal(started.body.flow.step.remember, undefined, 'no device is offered');
    const done = await next(browser, started, [{ ...totp(ada), remember: true }]);
    isReadable(done);
    assert.deepEqual(
      [started, done].flatMap(({ setCookies }) => setCookies),
      [],
    );
    assert.deepEqual(browser.cookies, cookies);
    const { assertion, amr } = done.body.flow.step;
    assert.deepEqual(amr, ['pwd', 'otp', 'mfa']);
    const keys = await browser.get('/.well-known/jwks.json', { headers: from(PORTAL) });
    isReadable(keys);
    const verifier = createAssertionVerifier({
      ...{ issuer: 'http://localhost', audience: PORTAL, jwks: keys.body, clock: fixture.clock },
      seen: async () => false,
    });
    assert.equal((await verifier.verify(assertion, { nonce: NONCE })).sub, ada.id);
    const { read } = fixture.database;
    const rows = await Promise.all(
      (['sessions', 'devices'] as const).map((name) => read.selectFrom(name).selectAll().execute()),
    );
    assert.deepEqual(
      rows.map(({ length }) => length),
      [1, 1],
      'the session and device of the first login only',
    );
    const shown = await browser.get(`/flows/${started.body.flow.id}`, {
      token: started.body.token,
      headers: from(PORTAL),
    });
    assert.equal(shown.body.flow.step.assertion, undefined);
  },
  how,
);

withServer(
  'R75 a flow of a portal is bound to its origin: with its token, any other origin gets 404',
  async ({ server, browser }) => {
    const ada = await server.user('alpha', 'ada');
    const started = await begin(browser, { inputs: first(ada).slice(0, 2) });
    const { flow, token } = started.body;
    for (const headers of [from(LIMITED), from('http://localhost', 'same-origin'), {}]) {
      const path = `/flows/${flow.id}`;
      const inputs = [{ step: 'password', password: ada.password }];
      const replies = [
        await browser.get(path, { token, headers }),
        await browser.get(`${path}/events`, { token, headers }),
        await browser.post(path, { inputs }, { token, headers }),
        await browser.delete(path, { token, headers }),
      ];
      assert.deepEqual(
        replies.map(({ status }) => status),
        [404, 404, 404, 404],
      );
    }
    assert.equal((await browser.get(`/flows/${flow.id}`, { token, headers: from(STRANGER) })).status, 404);
    // And a flow of the server's own page is closed to the portal.
    const page = await browser.post('/flows', { kind: 'login' });
    const path = `/flows/${page.body.flow.id}`;
    assert.equal((await browser.get(path, { token: page.body.token, headers: from(PORTAL) })).status, 404);
    assert.equal((await next(browser, started, [{ step: 'password', password: ada.password }])).status, 200);
  },
  how,
);

withServer(
  'R75 a repeated request of another origin does not get the stored response of a portal',
  async ({ server, browser }) => {
    const ada = await server.user('alpha', 'ada');
    const send = (origin: string) =>
      browser.post(
        '/flows',
        { kind: 'login', nonce: NONCE, inputs: first(ada).slice(0, 2) },
        { headers: { ...from(origin), 'idempotency-key': 'one-key' } },
      );
    const one = await send(PORTAL);
    assert.equal((await send(PORTAL)).body.token, one.body.token);
    assert.notEqual((await send(LIMITED)).body.token, one.body.token);
  },
  how,
);

withServer(
  'R75 a login of a portal without a nonce, and other kinds, are refused with the reason',
  async ({ server, browser }) => {
    const ada = await server.user('alpha', 'ada');
    await login(browser, ada);
    const without = await browser.post('/flows', { kind: 'login', inputs: first(ada) }, { headers: from(PORTAL) });
    assert.deepEqual([without.status, without.body.code], [403, 'not-allowed']);
    assert.match(without.body.detail, /"nonce"/);
    isReadable(without);
    for (const kind of [
      'step-up',
      'enroll',
      'recovery-codes',
      'disable',
      'change-password',
      'register',
      'reset',
      'unlock',
    ]) {
      const reply = await browser.post('/flows', { kind }, { headers: from(PORTAL) });
      assert.deepEqual([reply.status, reply.body.code], [403, 'not-allowed'], kind);
    }
    const recover = await browser.post('/flows', { kind: 'recover' }, { headers: from(PORTAL) });
    assert.equal(recover.status, 201);
    assert.deepEqual(recover.setCookies, []);
  },
  how,
);

withServer(
  'R75 a portal chooses only among its organisations',
  async ({ server, browser }) => {
    const ada = await server.user('alpha', 'ada');
    const list = async (origin: string): Promise<string[]> => {
      const { body } = await browser.get('/organisations', { headers: from(origin) });
      return body.organisations.map(({ id }: { id: string }) => id);
    };
    assert.deepEqual(await list(LIMITED), ['beta']);
    assert.ok((await list(PORTAL)).length > 1);
    const refused = await begin(browser, { inputs: first(ada) }, LIMITED);
    assert.equal(refused.body.problem.code, 'unknown-organisation');
    assert.deepEqual(
      refused.body.flow.step.organisations.map(({ id }: { id: string }) => id),
      ['beta'],
    );
  },
  how,
);

const preflight = (browser: Browser, path: string, origin: string, method = 'POST'): Promise<Reply> =>
  browser.send('OPTIONS', path, {
    headers: { origin, 'access-control-request-method': method, 'access-control-request-headers': 'content-type' },
  });

withServer(
  'R75 a preflight is answered for the open routes and the listed origins only',
  async ({ browser }) => {
    for (const path of ['/flows', `/flows/${'F'.repeat(22)}`, `/flows/${'F'.repeat(22)}/events`, '/organisations']) {
      const reply = await preflight(browser, path, PORTAL);
      assert.equal(reply.status, 204, path);
      isReadable(reply);
      assert.equal(reply.headers['access-control-allow-methods'], 'GET, POST, DELETE');
      assert.equal(reply.headers['access-control-allow-headers'], 'Authorization, Content-Type, Idempotency-Key');
    }
    const strangers = [STRANGER, 'null', '*', `${PORTAL}.evil.example`, `${PORTAL}/`, `${PORTAL}:444`];
    for (const origin of [
      ...strangers,
      'http://portal.example',
      'https://PORTAL.example',
      'https://evilportal.example',
    ]) {
      const reply = await preflight(browser, '/flows', origin);
      assert.equal(reply.status, 403, origin);
      isClosed(reply);
    }
    for (const path of ['/session', '/account', '/account/sessions', '/push/devices', '/nothing']) {
      const reply = await preflight(browser, path, PORTAL, 'DELETE');
      assert.equal(reply.status, 403, path);
      isClosed(reply);
    }
    assert.ok(logger.lines.some((line) => line.includes(STRANGER) && line.includes('portals')));
  },
  how,
);

const OPEN = ['POST /flows', 'GET /flows/:id', 'POST /flows/:id', 'DELETE /flows/:id', 'GET /flows/:id/events'];
const isOpen = (route: string): boolean =>
  [...OPEN, 'GET /organisations', 'GET /.well-known/jwks.json'].includes(route);

withServer(
  'R75 every other route is closed to a portal: nothing is readable, and nothing changes',
  async ({ server, browser }: { server: TestServer; browser: Browser }) => {
    const ada = await server.user('alpha', 'ada');
    await login(browser, ada);
    const owner = { user: ada, browser, flow: { id: 'F'.repeat(22), token: 'T'.repeat(43), reply: {} as Reply } };
    const ids = { deviceId: 'none', eventId: 'none', phoneId: 'none', pushRequest: { id: 'none', challenge: '' } };
    for (const { route, method, request, needs } of routeSamples()) {
      if (isOpen(route) || needs === 'phone' || route === 'POST /push/devices') continue;
      const { path, body } = request({ ...owner, ...ids } as never);
      const reply = await browser.send(method, path, { body, headers: from(PORTAL) });
      isClosed(reply);
      if (method !== 'GET') assert.equal(reply.status, 403, route);
    }
    assert.equal((await browser.get('/session')).status, 200);
  },
  how,
);

const passkeyOrganisation: OrganisationInput = {
  ...{ id: 'alpha', name: 'Alpha', passkeys: { origins: [PORTAL] } },
  policy: { methods: [{ method: 'passkey' }, { method: 'totp' }] },
};

withServer(
  'R75 R33 a passkey is requested on the page of a portal only if the organisation lists its origin',
  async ({ browser }) => {
    const inputs = [{ step: 'organisation', organisation: 'alpha' }];
    const listed = await begin(browser, { inputs });
    assert.equal(listed.body.flow.step.passkey.rpId, 'localhost');
    const other = await begin(browser, { inputs }, LIMITED);
    assert.equal(other.body.flow.step.type, 'username');
    assert.equal(other.body.flow.step.passkey, undefined);
    assert.ok(!other.body.flow.step.actions.includes('passkey'));
    const credential = { id: 'x', rawId: 'x', type: 'public-key', clientExtensionResults: {}, response: {} };
    const forced = await next(browser, other, [{ step: 'username', action: 'passkey', credential }], LIMITED);
    assert.ok(forced.status >= 400 && forced.body.code !== 'wrong-passkey', forced.text);
  },
  {
    options: { portals: [{ origin: PORTAL }, { origin: LIMITED }], logger, organisations: [passkeyOrganisation] },
  },
);

withServer(
  'R75 R33 on the page of a portal that the organisation does not list, passkeys come last and are not offered',
  async ({ server, fixture, browser }) => {
    const shown = async (user: TestUser, origin: string) =>
      (await begin(browser, { inputs: first(user) }, origin)).body.flow.step;
    const ada = await server.user('alpha', 'ada');
    const one = await begin(browser, { inputs: first(ada) }, LIMITED);
    assert.equal((await next(browser, one, [totp(ada)], LIMITED)).body.flow.step.type, 'done', 'a passkey is offered');
    const kim = await server.user('alpha', 'kim');
    await givePasskey({ ...fixture, keyring }, kim);
    assert.equal((await shown(kim, PORTAL)).type, 'passkey');
    const { type, methods } = await shown(kim, LIMITED);
    assert.deepEqual(
      [type, methods.map(({ method }: { method: string }) => method)],
      ['totp', ['passkey', 'recovery-code']],
    );
    // A user with nothing but a passkey is still asked for it, because the password alone is not enough.
    const bob = await server.user('alpha', 'bob', { factor: false });
    await givePasskey({ ...fixture, keyring }, bob);
    assert.equal((await shown(bob, LIMITED)).type, 'passkey');
    const eve = await server.user('alpha', 'eve', { factor: false });
    const offered = await begin(browser, { inputs: first(eve) }, LIMITED);
    const accepted = await next(browser, offered, [{ step: 'enroll-offer', action: 'accept' }], LIMITED);
    assert.equal(accepted.body.flow.step.type, 'enroll-totp', accepted.text);
  },
  { options: { portals: [{ origin: PORTAL }, { origin: LIMITED }], logger, organisations: [passkeyOrganisation] } },
);

withServer('R75 without portals no response has a header of CORS', async ({ browser }) => {
  isClosed(await browser.post('/flows', { kind: 'login' }));
  const refused = await begin(browser, {});
  assert.equal(refused.status, 403);
  isClosed(refused);
  assert.equal((await preflight(browser, '/flows', PORTAL)).status, 403);
});
