/*
 * Threat: a lost response makes a user spend a second code, or another client receives the response that was lost.
 */
import assert from 'node:assert/strict';
import { sqliteForTests } from '../store/testing/databases.ts';
import { login, start, startToCode, totp, withServer, withServerOnEach } from './testing/server.ts';

const sqlite = { databases: [sqliteForTests] };
const key = 'a2f0c9d1e8b74365';
const headers = { 'idempotency-key': key };

withServer('R7 a repeated request gets the same response, including cookies, and is processed once', async (world) => {
  const { server, browser, fixture } = world;
  const anna = await server.user('alpha', 'anna');
  const flow = await startToCode(browser, anna);
  const body = { inputs: [totp(anna)] };
  const options = { token: flow.token, headers };
  const one = await browser.post(`/flows/${flow.id}`, body, options);
  const two = await browser.post(`/flows/${flow.id}`, body, options);
  assert.equal(one.status, 200);
  assert.deepEqual([two.status, two.text, two.setCookies], [one.status, one.text, one.setCookies]);
  assert.equal((await fixture.database.read.selectFrom('sessions').selectAll().execute()).length, 1);
  const without = await browser.post(`/flows/${flow.id}`, body, { token: flow.token });
  assert.notEqual(without.status, 200, 'without the key it is a new request');
  fixture.clock.advance(60_000);
  assert.notEqual(
    (await browser.post(`/flows/${flow.id}`, body, options)).status,
    200,
    'after 60 s it is a new request',
  );
});

withServerOnEach(
  'R7 50 parallel last requests with one key give one session and one response',
  async ({ server, browser, fixture }) => {
    const anna = await server.user('alpha', 'anna');
    const flow = await startToCode(browser, anna);
    const options = { token: flow.token, headers };
    const body = { inputs: [totp(anna)] };
    const replies = await Promise.all(
      Array.from({ length: 50 }, () => browser.post(`/flows/${flow.id}`, body, options)),
    );
    const waited = replies.filter(({ status }) => status !== 503);
    const distinct = new Set(waited.map(({ status, text, setCookies }) => JSON.stringify([status, text, setCookies])));
    assert.equal(distinct.size, 1, 'all responses are equal, except `busy` for requests that waited too long');
    assert.equal(waited[0]?.status, 200);
    assert.equal((await fixture.database.read.selectFrom('sessions').selectAll().execute()).length, 1);
  },
);

withServer(
  'a wrong code that is repeated with one key counts once',
  async ({ server, browser }) => {
    const anna = await server.user('alpha', 'anna');
    const flow = await startToCode(browser, anna);
    const body = { inputs: [{ step: 'totp', code: String((Number(anna.code()) + 1) % 1e6).padStart(6, '0') }] };
    const left: number[] = [];
    for (let n = 0; n < 5; n += 1) {
      const reply = await browser.post(`/flows/${flow.id}`, body, { token: flow.token, headers });
      assert.equal(reply.body.code, 'wrong-code');
      left.push(reply.body.attemptsLeft);
    }
    assert.equal(new Set(left).size, 1);
  },
  sqlite,
);

withServer(
  'starts with one key create one flow, whether or not the first response arrived',
  async ({ browser, server }) => {
    const body = { kind: 'login' };
    const one = await browser.post('/flows', body, { headers });
    const arrived = await browser.post('/flows', body, { headers });
    browser.cookies.clear();
    const lost = await browser.post('/flows', body, { headers });
    for (const reply of [arrived, lost]) {
      assert.deepEqual([reply.text, reply.setCookies], [one.text, one.setCookies]);
    }
    const agent = { ...headers, 'user-agent': 'another' };
    assert.notEqual((await server.browser().post('/flows', body, { headers: agent })).body.token, one.body.token);
    const neighbour = server.browser();
    neighbour.cookies.set('mfa-flow', 'N'.repeat(43));
    assert.equal((await neighbour.post('/flows', body, { headers })).status, 409, 'another browser at this address');
  },
  sqlite,
);

withServer(
  'R7 a repeated cancellation or logout gets the same response, although the flow or session has ended',
  async ({ server, browser, fixture }) => {
    const anna = await server.user('alpha', 'anna');
    const flow = await startToCode(browser, anna);
    const options = { token: flow.token, headers };
    for (let times = 0; times < 2; times += 1) {
      assert.equal((await browser.delete(`/flows/${flow.id}`, options)).status, 204);
    }
    await login(browser, anna);
    fixture.clock.advance(30_000);
    const other = server.browser();
    await login(other, anna);
    const token = other.cookies.get('mfa-session') ?? '';
    for (let times = 0; times < 2; times += 1) {
      other.cookies.set('mfa-session', token);
      assert.equal((await other.delete('/account/sessions', { headers })).status, 204);
      await other.delete('/session');
    }
  },
  sqlite,
);

withServer(
  'R4 a key is separate for each flow, browser and session',
  async ({ server, browser }) => {
    const anna = await server.user('alpha', 'anna');
    await login(browser, anna);
    const flow = await start(browser);
    const options = { token: flow.token, headers };
    const body = { inputs: [{ step: 'organisation', organisation: 'alpha' }] };
    assert.equal((await browser.post(`/flows/${flow.id}`, body, options)).status, 200);
    const stranger = server.browser();
    assert.equal((await stranger.post(`/flows/${flow.id}`, body, options)).status, 404);
    assert.equal((await browser.post(`/flows/${flow.id}`, body, { headers })).status, 404);
    assert.equal((await browser.patch('/account', { rememberFor: '1d' }, { headers })).status, 200);
    assert.equal((await stranger.patch('/account', { rememberFor: '1d' }, { headers })).status, 401);
  },
  sqlite,
);

withServer(
  'another body with the same key is 409, and an invalid key is 400',
  async ({ browser }) => {
    assert.equal((await browser.post('/flows', { kind: 'login' }, { headers })).status, 201);
    const inputs = [{ step: 'organisation', organisation: 'beta' }];
    const conflict = await browser.post('/flows', { kind: 'login', inputs }, { headers });
    assert.equal(conflict.status, 409);
    assert.equal(conflict.body.code, 'idempotency-conflict');
    for (const invalid of ['', ' ', 'a b', 'x'.repeat(129), 'é']) {
      const reply = await browser.post('/flows', { kind: 'login' }, { headers: { 'idempotency-key': invalid } });
      assert.equal(reply.status, 400, JSON.stringify(invalid));
    }
  },
  sqlite,
);

withServer(
  'a stored response is sealed in the database, without a token or body in the clear (R59 in part)',
  async (world) => {
    const { server, browser, fixture } = world;
    const anna = await server.user('alpha', 'anna');
    const flow = await startToCode(browser, anna);
    await browser.post(`/flows/${flow.id}`, { inputs: [totp(anna)] }, { token: flow.token, headers });
    const rows = JSON.stringify(await fixture.database.read.selectFrom('idempotency').selectAll().execute());
    assert.match(rows, /"answer":"v1\./);
    for (const secret of [...browser.cookies.values(), flow.token, key, 'anna', anna.code()]) {
      assert.ok(!rows.includes(secret));
    }
  },
  sqlite,
);
