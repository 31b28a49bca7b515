/*
 * Threat: a page that is not the portal gets an assertion for it, or an assertion is found in a log, in a backup or in a later
 * response (R68).
 */
import assert from 'node:assert/strict';
import { sql } from 'kysely';
import { createAssertionVerifier } from '../assertion/verifier.ts';
import type { Fixture } from '../store/testing/databases.ts';
import type { Browser, Reply, RequestOptions } from './testing/browser.ts';
import { claimsAt, makeKey } from './testing/clients.ts';
import { first, login, memoryLogger, submit, type TestServer, totp, withServer } from './testing/server.ts';

const ORIGIN = 'http://localhost';
const NONCE = 'nonce-of-the-portals-session';
const headers = { origin: ORIGIN, 'sec-fetch-site': 'same-origin' };
const logger = memoryLogger();
const key = await makeKey('ES256');
const clients = [{ id: 'kiosk', name: 'Kiosk', factor: 'password' as const, keys: [key.publicKey] }];
const options = { options: { logger, organisations: [{ id: 'alpha', name: 'Alpha', policy: { clients } }] } };

const begin = (browser: Browser, body: object, more: RequestOptions = { headers }): Promise<Reply> =>
  browser.post('/flows', { kind: 'login', nonce: NONCE, ...body }, more);

/** Verifies as the portal at this origin does. */
async function verify(
  { server, fixture }: { server: TestServer; fixture: Fixture },
  assertion: string,
  audience = ORIGIN,
) {
  const jwks = (await server.browser().get('/.well-known/jwks.json')).body;
  const seen = async () => false;
  const verifier = createAssertionVerifier({ issuer: 'http://localhost', audience, jwks, seen, clock: fixture.clock });
  return await verifier.verify(assertion, { nonce: NONCE });
}

/** Everything that is stored, as one text. */
async function stored({ database }: Fixture): Promise<string> {
  const tables = await database.read.introspection.getTables();
  const rows = await Promise.all(
    tables.map(({ name }) => sql`select * from ${sql.table(name)}`.execute(database.read)),
  );
  return JSON.stringify(rows.map((each) => each.rows));
}

withServer(
  'R68 a login with a nonce ends in an assertion for the origin that started it, which is given once',
  async ({ server, fixture, browser }) => {
    const ada = await server.user('alpha', 'ada');
    const started = (await begin(browser, { inputs: first(ada) })).body;
    const flow = { id: started.flow.id, token: started.token, reply: {} as Reply };
    const once = { token: flow.token, headers: { ...headers, 'idempotency-key': 'the-last-input' } };
    const last = () => browser.post(`/flows/${flow.id}`, { inputs: [totp(ada)] }, once);
    const done = await last();
    const { assertion } = done.body.flow.step;
    const claims = await verify({ server, fixture }, assertion);
    assert.deepEqual(
      { ...claims, jti: undefined, sub: undefined },
      {
        ...{ iss: 'http://localhost', aud: ORIGIN, sub: undefined, jti: undefined, nonce: NONCE },
        ...{ organisation: 'alpha', username: 'ada', amr: ['pwd', 'otp', 'mfa'], acr: 'aal2' },
        ...{ auth_time: fixture.clock() / 1000, iat: fixture.clock() / 1000, exp: fixture.clock() / 1000 + 120 },
      },
    );
    assert.equal(claims.sub, ada.id);
    await assert.rejects(verify({ server, fixture }, assertion, 'https://evil.example'), { code: 'wrong-audience' });
    // A lost response is repeated, and a reload gets nothing.
    assert.equal((await last()).body.flow.step.assertion, assertion);
    const again = await browser.get(`/flows/${flow.id}`, { token: flow.token });
    assert.equal(again.body.flow.step.type, 'done');
    assert.equal(again.body.flow.step.assertion, undefined);
    fixture.clock.advance(61_000);
    assert.equal((await last()).body.flow.step.assertion, undefined);
    const parts = assertion.split('.');
    const found = (await stored(fixture)) + logger.lines.join('\n');
    for (const part of parts.slice(1)) assert.ok(!found.includes(part), 'the assertion is stored or logged');
    assert.ok(found.includes('"audience\\":\\"http://localhost'), 'the audit names the audience');
  },
  options,
);

withServer(
  'R68 without a nonce there is no assertion',
  async ({ server, browser }) => {
    const ada = await server.user('alpha', 'ada');
    const done = await login(browser, ada);
    assert.equal(done.body.flow.step.type, 'done');
    assert.equal(done.body.flow.step.assertion, undefined);
  },
  options,
);

withServer(
  'R68 a nonce is refused for other kinds, for clients, without an Origin and in a wrong form',
  async ({ server, fixture, browser }) => {
    const ada = await server.user('alpha', 'ada');
    await login(browser, ada);
    const refused = async (body: object, more: RequestOptions = { headers }): Promise<void> => {
      const { status, body: problem } = await begin(browser, body, more);
      assert.deepEqual([status, problem.code], [403, 'not-allowed'], JSON.stringify(body));
      assert.match(problem.detail, /nonce/);
    };
    for (const kind of ['recover', 'register', 'enroll', 'recovery-codes', 'disable', 'change-password', 'reset']) {
      await refused({ kind });
    }
    const clientAssertion = key.sign(claimsAt(fixture.clock(), { iss: 'kiosk', sub: 'kiosk' }));
    const client = { client: 'kiosk', clientAssertion, inputs: first(ada) };
    await refused(client);
    await refused({}, {});
    for (const nonce of ['', 'short', 'x'.repeat(257), 'with spaces in it, and more', 1, null, ['a'.repeat(20)]]) {
      assert.equal((await begin(browser, { nonce })).status, 400, String(nonce));
    }
    for (const member of ['audience', 'aud', 'origin']) {
      assert.equal((await begin(browser, { [member]: 'https://portal.example' })).status, 400);
    }
  },
  options,
);

withServer(
  'R94 the session of a client gets no assertion by a step-up',
  async ({ server, fixture, browser }) => {
    const ada = await server.user('alpha', 'ada');
    const clientAssertion = key.sign(claimsAt(fixture.clock(), { iss: 'kiosk', sub: 'kiosk' }));
    await browser.post('/flows', { kind: 'login', client: 'kiosk', clientAssertion, inputs: first(ada) });
    assert.equal((await browser.get('/session')).body.session.client, 'kiosk');
    assert.equal((await begin(browser, { kind: 'step-up' })).body.code, 'not-allowed');
  },
  options,
);

withServer(
  'R68 a step-up with a nonce ends in an assertion, and going back keeps the nonce',
  async ({ server, fixture, browser }) => {
    const ada = await server.user('alpha', 'ada');
    await login(browser, ada);
    fixture.clock.advance(30_000);
    const up = (await begin(browser, { kind: 'step-up' })).body;
    const flow = (body: typeof up) => ({ id: body.flow.id, token: body.token, reply: {} as Reply });
    const raised = (await submit(browser, flow(up), totp(ada))).body.flow.step;
    assert.equal((await verify({ server, fixture }, raised.assertion)).acr, 'aal2');
    fixture.clock.advance(30_000);
    for (const to of ['organisation', 'username', 'password']) {
      const other = server.browser();
      const held = flow((await begin(other, { inputs: first(ada) })).body);
      await submit(other, held, { step: 'totp', action: 'back', to });
      const rest = first(ada).slice(['organisation', 'username', 'password'].indexOf(to));
      const done = (await submit(other, held, ...rest, totp(ada))).body.flow.step;
      assert.ok(done.assertion, to);
      fixture.clock.advance(30_000);
    }
  },
  options,
);

withServer(
  'R74 the keys may be cached for an hour, and are the only response that may be cached',
  async ({ browser }) => {
    const { headers: sent, body } = await browser.get('/.well-known/jwks.json');
    assert.equal(sent['cache-control'], 'public, max-age=3600');
    assert.equal(body.keys.length, 1);
    assert.equal((await browser.get('/organisations')).headers['cache-control'], 'no-store');
  },
  options,
);
