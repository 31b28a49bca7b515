import assert from 'node:assert/strict';
import { request } from 'node:http';
import { test } from 'node:test';
import { sqliteForTests } from '../store/testing/databases.ts';
import { organisations } from './testing/organisations.ts';
import { serve } from './testing/server.ts';

test('related origins: each host lists the origins of its own passkeys, at the root and below the mount path', async () => {
  const fixture = await sqliteForTests.open();
  const [alpha, ...others] = organisations;
  assert.ok(alpha);
  const portal = { rpId: 'login.example', origins: ['https://portal.example', 'https://login.example'] };
  const server = await serve(fixture, { organisations: [{ ...alpha, passkeys: portal }, ...others] });
  const read = async (path: string, host = 'localhost'): Promise<unknown> => {
    const { promise, resolve } = Promise.withResolvers<unknown>();
    request(`${server.origin}${path}`, { headers: { host } }, (response) => {
      let text = '';
      response.on('data', (chunk) => (text += chunk)).on('end', () => resolve(JSON.parse(text)));
    }).end();
    return await promise;
  };
  try {
    assert.deepEqual(await read('/.well-known/webauthn'), { origins: ['http://localhost'] });
    assert.deepEqual(await read('/mfa/v1/.well-known/webauthn'), { origins: ['http://localhost'] });
    assert.deepEqual(await read('/.well-known/webauthn', 'login.example'), { origins: portal.origins });
    assert.deepEqual(await read('/.well-known/webauthn', 'other.example'), { origins: [] });
  } finally {
    await server.stop();
    await fixture.close();
  }
});
