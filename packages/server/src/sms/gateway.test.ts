/*
 * Threats: the name of an organisation breaks out of the request to the gateway; the gateway refuses a message with a status
 * that means success.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createGateway } from './gateway.ts';
import { type SmsGateway, smsGateway } from './gateway-settings.ts';
import { type GatewayServer, startGateway } from './testing/gateway-server.ts';
import { SmsFailure } from './transport.ts';

const hostile = `"},{"to":"+1900"}\\ & to=+1900&x=%0a\n{id}{to}\u2028é€😀`;
const sms = { id: 'row-1', to: '+31612345678', text: hostile };
const signal = (): AbortSignal => AbortSignal.timeout(5000);

async function withServer(run: (server: GatewayServer) => Promise<void>): Promise<void> {
  const server = await startGateway();
  try {
    await run(server);
  } finally {
    await server.close();
  }
}

const to = (server: GatewayServer, settings: Partial<SmsGateway>) =>
  createGateway(smsGateway.parse({ ...server.settings, ...settings }), { clock: () => 0 });

test('R78 a text can’t break out of a JSON body', async () => {
  await withServer(async (server) => {
    const body = { messages: [{ to: '{digits}', text: 'Code: {text}', meta: { id: '{id}', flash: false, n: 1 } }] };
    assert.deepEqual(await to(server, { body }).send(sms, signal()), { gatewayId: 'gateway-1' });
    assert.deepEqual(server.seen[0]?.json, {
      messages: [{ to: '31612345678', text: `Code: ${hostile}`, meta: { id: 'row-1', flash: false, n: 1 } }],
    });
  });
});

test('R78 a text can’t break out of a form body', async () => {
  await withServer(async (server) => {
    const body = { To: '{to}', Body: '{text}', 'client ref': '{id}' };
    await to(server, { format: 'form', body }).send(sms, signal());
    const [seen] = server.seen;
    assert.equal(seen?.headers['content-type'], 'application/x-www-form-urlencoded');
    assert.deepEqual(
      [...new URLSearchParams(seen?.body)],
      [
        ['To', '+31612345678'],
        ['Body', hostile],
        ['client ref', 'row-1'],
      ],
    );
  });
});

test('a header can carry the id, so that the gateway detects a repeated message', async () => {
  await withServer(async (server) => {
    await to(server, { headers: { 'Idempotency-Key': '{id}' } }).send(sms, signal());
    assert.equal(server.seen[0]?.headers['idempotency-key'], 'row-1');
  });
});

test('a gateway that reports failure with status 200 has not accepted the message', async () => {
  await withServer(async (server) => {
    const gateway = to(server, { accepted: { at: '/messages/0/status', values: ['0'] } });
    const answer = (status: string) => ({ status: 200, body: JSON.stringify({ messages: [{ status, id: 'm1' }] }) });
    server.behave(answer('0'), answer('9'), { status: 200, body: 'ok' });
    assert.deepEqual(await gateway.send(sms, signal()), { gatewayId: 'm1' });
    const refused = (reason: string) => (error: unknown) => error instanceof SmsFailure && error.reason === reason;
    await assert.rejects(gateway.send(sms, signal()), refused('not-accepted'));
    await assert.rejects(gateway.send(sms, signal()), refused('bad-response'));
  });
});

test('the id of a gateway that is no short text is not stored', async () => {
  await withServer(async (server) => {
    for (const id of ['x'.repeat(201), '', { a: 1 }, null]) {
      server.behave({ status: 200, body: JSON.stringify({ messages: [{ id }] }) });
      assert.deepEqual(await to(server, {}).send(sms, signal()), {});
    }
  });
});

test('a response that is too long is not read', async () => {
  await withServer(async (server) => {
    const body = JSON.stringify({ messages: [{ id: 'm1' }], padding: 'x'.repeat(64 * 1024) });
    server.behave({ status: 200, body });
    assert.deepEqual(await to(server, {}).send(sms, signal()), {});
  });
});
