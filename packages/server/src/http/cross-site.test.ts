/*
 * Threat: a page of another site makes a user's browser send a request that changes something, or that logs the user in
 * to the attacker's account.
 */
import assert from 'node:assert/strict';
import { sqliteForTests } from '../store/testing/databases.ts';
import { first, start, submit, totp, withServer } from './testing/server.ts';

const sqlite = { databases: [sqliteForTests] };
withServer(
  'R75: an HTML form can’t send a changing request, with any content type',
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
  'R75: requests from the configured origins and from clients other than browsers are accepted',
  async ({ server, browser }) => {
    const anna = await server.user('alpha', 'anna');
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
