/*
 * Threat: many parallel requests, large ones or slow ones occupy the memory or the time of the server, so that other
 * users are not served. `pnpm test:drills load` does the same with hundreds and thousands of requests, and measures
 * memory and times.
 */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { sqliteForTests } from '../store/testing/databases.ts';
import { login, withServer } from './testing/server.ts';

const QUEUE = 3;

withServer(
  'R87: passwords beyond the queue and bodies of 1 MB are refused, and with slow bodies pending other requests succeed',
  async ({ server, browser }) => {
    const anna = await server.user('alpha', 'anna');
    const slow = await slowBodies(server.origin, 40);
    const large = Array.from({ length: 20 }, () => browser.send('POST', '/flows', { raw: 'x'.repeat(1_000_000) }));
    for (const { status } of await Promise.all(large)) assert.equal(status, 413);
    const inputs = (n: number): object[] => [
      { step: 'organisation', organisation: 'alpha' },
      { step: 'username', username: `nobody${n}` },
      { step: 'password', password: 'x'.repeat(200) },
    ];
    const tries = Array.from({ length: 50 }, (_, n) => browser.post('/flows', { kind: 'login', inputs: inputs(n) }));
    assert.equal((await browser.get('/health/ready')).status, 200);
    const replies = await Promise.all(tries);
    const busy = replies.filter(({ status }) => status === 503);
    const evaluated = replies.filter(({ body }) => body.problem?.code === 'wrong-credentials');
    assert.equal(busy.length + evaluated.length, replies.length);
    assert.ok(evaluated.length >= QUEUE, `${evaluated.length} were evaluated`);
    assert.ok(busy.length > 0, 'the queue is bounded');
    assert.equal((await login(browser, anna)).body.flow.status, 'done', 'slow bodies do not delay other requests');
    for (const socket of slow) socket.destroy();
  },
  { databases: [sqliteForTests], options: { hasher: { concurrency: 1, queueLimit: QUEUE, addressLimit: QUEUE } } },
);

/** Sends requests whose bodies start but never end. */
async function slowBodies(origin: string, count: number): Promise<Socket[]> {
  const { hostname, port } = new URL(origin);
  const head =
    'POST /mfa/v1/flows HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n{';
  const sockets = Array.from({ length: count }, () => connect(Number(port), hostname));
  for (const socket of sockets) {
    socket.on('error', () => undefined);
    await once(socket, 'connect');
    socket.write(head);
  }
  return sockets;
}
