/*
 * Threat: a page of another site makes a person's browser send a request that changes something, or that logs the
 * person in under the attacker's account.
 */
import assert from 'node:assert/strict';
import { sqliteForTests } from '../store/testing/databases.ts';
import { first, login, start, submit, totp, withServer } from './testing/server.ts';

const sqlite = { databases: [sqliteForTests] };
const fromElsewhere: Record<string, string>[] = [
  { origin: 'https://evil.example' },
  { origin: 'null' },
  { origin: 'http://localhost.evil.example' },
  { 'sec-fetch-site': 'cross-site' },
  { 'sec-fetch-site': 'same-site' },
  { 'sec-fetch-site': 'cross-site', origin: 'http://localhost' },
];

withServer(
  'R75: a cross-site request to any changing route is 403 and changes nothing',
  async ({ server, browser }) => {
    const anna = await server.person('alpha', 'anna');
    await login(browser, anna);
    const before = (await browser.get('/account')).body;
    const flow = await start(browser);
    const changing: [string, string, unknown][] = [
      ['POST', '/flows', { kind: 'login' }],
      ['POST', `/flows/${flow.id}`, { inputs: first(anna) }],
      ['DELETE', `/flows/${flow.id}`, undefined],
      ['DELETE', '/session', undefined],
      ['PATCH', '/account', { rememberFor: '1w' }],
      ['PATCH', `/account/factors/${anna.factorId}`, { name: 'mine' }],
      ['DELETE', `/account/factors/${anna.factorId}`, undefined],
      ['DELETE', '/account/devices', undefined],
      ['DELETE', `/account/devices/${anna.id}`, undefined],
    ];
    for (const headers of fromElsewhere) {
      for (const [method, path, body] of changing) {
        const reply = await browser.send(method, path, { body, token: flow.token, headers });
        assert.equal(reply.status, 403, `${method} ${path} ${JSON.stringify(headers)}`);
        assert.equal(reply.body.code, 'cross-site');
        assert.deepEqual(reply.setCookies, []);
      }
    }
    assert.deepEqual((await browser.get('/account')).body, before);
    const { body } = await browser.get(`/flows/${flow.id}`, { token: flow.token });
    assert.equal(body.flow.step.type, 'organisation');
  },
  sqlite,
);

withServer(
  'R75: a form can send no request that changes something, whatever it calls its body',
  async ({ browser }) => {
    for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x', '']) {
      const reply = await browser.send('POST', '/flows', {
        raw: '{"kind":"login"}',
        headers: { 'content-type': type },
      });
      assert.equal(reply.status, 415, type);
    }
  },
  sqlite,
);

withServer(
  'R75: GET and HEAD change nothing, and no answer allows another origin',
  async ({ server, browser, fixture }) => {
    const anna = await server.person('alpha', 'anna');
    await login(browser, anna);
    const flow = await start(browser, 'login', first(anna));
    const tables = ['flows', 'sessions', 'counters', 'audit', 'devices', 'browsers', 'factors', 'outbox'] as const;
    const dump = async (): Promise<string> => {
      const rows = [];
      for (const table of tables) rows.push(await fixture.database.read.selectFrom(table).selectAll().execute());
      return JSON.stringify(rows);
    };
    fixture.clock.advance(120_000);
    const before = await dump();
    for (const method of ['GET', 'HEAD']) {
      const paths = ['/session', '/account', '/organisations?q=a', '/openapi.json', '/health/live', '/health/ready'];
      for (const path of [...paths, `/flows/${flow.id}`]) {
        const headers = { origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' };
        const reply = await browser.send(method, path, { token: flow.token, headers });
        assert.equal(reply.status, 200, `${method} ${path}`);
        for (const name of Object.keys(reply.headers)) assert.doesNotMatch(name, /^access-control/);
        if (method === 'HEAD') assert.equal(reply.text, '');
      }
    }
    assert.equal(await dump(), before);
  },
  sqlite,
);

withServer(
  'R75: the listed origins may ask, and a client that is no browser',
  async ({ server, browser }) => {
    const anna = await server.person('alpha', 'anna');
    for (const origin of ['http://localhost', 'http://portal.localhost:5173']) {
      const headers = { origin, 'sec-fetch-site': 'same-origin' };
      const flow = await browser.post('/flows', { kind: 'login', inputs: first(anna) }, { headers });
      assert.equal(flow.status, 201, origin);
    }
    assert.equal((await submit(browser, await start(browser, 'login', first(anna)), totp(anna))).status, 200);
    const preflight = await browser.send('OPTIONS', '/flows', { headers: { origin: 'http://localhost' } });
    assert.equal(preflight.status, 405);
    assert.equal(preflight.headers.allow, 'POST');
  },
  { ...sqlite, options: { origins: ['http://portal.localhost:5173'] } },
);
