import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createClient } from './client.ts';
import { createPlatformFetch } from './platform-fetch.ts';

/** A server that answers with these cookies, one list for each request, and records the cookies of the requests. */
const serverOf = (...answers: string[][]) => {
  const received: (string | null)[] = [];
  const fetch: typeof globalThis.fetch = async (_input, init) => {
    received.push(new Headers(init?.headers).get('cookie'));
    const headers = new Headers((answers.shift() ?? []).map((value): [string, string] => ['set-cookie', value]));
    return new Response('{}', { headers });
  };
  return { fetch, received };
};
const api = 'https://portal.example/mfa/v1/session';

test('outside a browser, cookies are kept, replaced and removed as the server says', async () => {
  const attributes = 'Path=/; HttpOnly; SameSite=Lax';
  const server = serverOf(
    [`mfa-flow=one; ${attributes}`, `mfa-device=a.b; Max-Age=60; ${attributes}`],
    [`mfa-flow=two; ${attributes}`],
    [`mfa-device=; Max-Age=0; ${attributes}`],
  );
  const fetch = createPlatformFetch(server);
  for (let call = 0; call < 4; call += 1) await fetch(api);
  const device = 'mfa-device=a.b';
  assert.deepEqual(server.received, [null, `mfa-flow=one; ${device}`, `mfa-flow=two; ${device}`, 'mfa-flow=two']);
});

test('two clients share no cookies', async () => {
  const server = serverOf(['mfa-flow=one']);
  await createPlatformFetch(server)(api);
  await createPlatformFetch(server)(api);
  assert.deepEqual(server.received, [null, null]);
});

test('in a browser, the cookies are those of the browser', async () => {
  const server = serverOf(['mfa-flow=one'], []);
  const fetch = createPlatformFetch({ ...server, location: { href: 'https://portal.example/' } });
  await fetch('/mfa/v1/session');
  await fetch('/mfa/v1/session');
  assert.deepEqual(server.received, [null, null]);
});

test('outside a browser, a relative address is refused at once, with a sentence', async () => {
  const waits: number[] = [];
  const client = createClient({ api: '/mfa/v1', wait: async (ms) => void waits.push(ms) });
  await assert.rejects(client.session(), {
    name: 'MfaProblem',
    code: 'bad-address',
    message: /^Outside a browser, api must be an absolute URL .*; a call to "\/mfa\/v1\/session" has no host\.$/,
  });
  assert.deepEqual(waits, []);
});
