/*
 * Threat: many requests at the same moment, large ones or slow ones take the memory or the attention of the server from
 * all others. `pnpm test:drills load` does the same with hundreds and thousands, and measures memory and times.
 */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { sqliteForTests } from '../store/testing/databases.ts';
import { login, withServer } from './testing/server.ts';

const QUEUE = 3;

withServer(
  'R87: passwords beyond the queue, megabyte bodies and slow bodies are refused or held, and others go on meanwhile',
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
    const judged = replies.filter(({ body }) => body.problem?.code === 'wrong-credentials');
    assert.equal(busy.length + judged.length, replies.length);
    assert.ok(judged.length >= QUEUE, `${judged.length} were judged`);
    assert.ok(busy.length > 0, 'the queue has an end');
    assert.equal((await login(browser, anna)).body.flow.status, 'done', 'slow bodies hold nobody else up');
    for (const socket of slow) socket.destroy();
  },
  { databases: [sqliteForTests], options: { hasher: { concurrency: 1, queueLimit: QUEUE, addressLimit: QUEUE } } },
);

/** Requests whose bodies have begun and do not come to their end. */
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
