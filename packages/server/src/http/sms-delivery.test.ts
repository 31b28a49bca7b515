/*
 * Threats: a stranger, or the replay of an old report, marks texts as delivered or undeliverable; reports fill the database;
 * a report is lost because it is faster than the response to the message.
 */
import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { CODE, encryptionKeys, leaveText, NUMBER, rowOf, type SmsWorld, withGateway } from '../sms/testing/texts.ts';
import type { Reply } from './testing/browser.ts';
import { dump } from './testing/routes.ts';
import { memoryLogger, serve, type TestServer } from './testing/server.ts';

const SECRET = 'a-secret-of-the-gateway';
const MINUTE = 60_000;
const deliveries = {
  ...{ secret: SECRET, id: '/message/id', status: '/message/status' },
  ...{ delivered: ['delivered'], undeliverable: ['failed', 'expired'] },
};

const report = (id: string, status: string): string => JSON.stringify({ message: { id, status, to: NUMBER } });

interface Signing {
  at: number;
  secret?: string;
  encoding?: 'hex' | 'base64';
  prefix?: string;
}

/** The headers of a signed report. */
function signed(body: string, { at, secret = SECRET, encoding = 'hex', prefix = '' }: Signing): Record<string, string> {
  const timestamp = String(Math.floor(at / 1000));
  const signature = createHmac('sha256', secret).update(`${timestamp}.${body}`).digest(encoding);
  return {
    ...{ 'content-type': 'application/json', 'tweestap-timestamp': timestamp },
    'tweestap-signature': prefix + signature,
  };
}

interface DeliveryWorld extends SmsWorld {
  server: TestServer;
  logger: ReturnType<typeof memoryLogger>;
  /** The id of a text that the gateway accepted as `gateway-1`. */
  text: string;
  /** Sends a report as the gateway does. */
  post(body: string, headers?: Record<string, string>): Promise<Reply>;
}

/** Registers a test with a text that was sent, and a server that takes reports. */
function withReports(
  name: string,
  run: (world: DeliveryWorld) => Promise<void>,
  settings: object | null = deliveries,
): void {
  withGateway(name, async (world) => {
    const text = await leaveText(world);
    const { sender } = await world.send();
    await sender.stop();
    const logger = memoryLogger();
    const sms = { ...world.gateway.settings, ...(settings === null ? {} : { deliveries: settings as never }) };
    const server = await serve(world, { sms, logger, encryptionKeys });
    const browser = server.browser();
    const post = (body: string, headers = signed(body, { at: world.clock() })) =>
      browser.send('POST', '/sms/delivery', { raw: body, headers });
    try {
      await run({ ...world, server, logger, text, post });
    } finally {
      await server.stop();
    }
  });
}

withReports('a delivered text is recorded on its row, once', async ({ post, database, text, clock }) => {
  const at = clock();
  assert.equal((await post(report('gateway-1', 'delivered'))).status, 204);
  clock.advance(1000);
  assert.equal((await post(report('gateway-1', 'failed'))).status, 204, 'a later report changes nothing');
  const { state, delivery, delivery_at } = await rowOf(database, text);
  assert.deepEqual([state, delivery, delivery_at], ['sent', 'delivered', at]);
});

withReports('an undeliverable text becomes a dead letter that the help desk sees', async ({ post, server, text }) => {
  assert.equal((await post(report('gateway-1', 'expired'))).status, 204);
  const request = {
    actor: { role: 'administrator', name: 'ria' },
    reason: 'a user called',
    organisation: 'clinic',
  } as const;
  const { mails } = await server.tweestap.admin.listMail(request);
  assert.partialDeepStrictEqual(mails, [
    { id: text, channel: 'sms', template: 'sms-code', state: 'dead', username: 'anna', lastError: 'undeliverable' },
  ]);
  assert.doesNotMatch(JSON.stringify(mails), new RegExp(`${CODE}|612345678`), 'R25');
  assert.deepEqual(await server.tweestap.admin.resendMail(request), { mails: 0 }, 'an expired code is not sent again');
});

withReports('a report with a status that is not final is accepted and changes nothing', async ({ post, database }) => {
  const before = await dump(database);
  assert.equal((await post(report('gateway-1', 'buffered'))).status, 204);
  assert.equal(await dump(database), before);
});

withReports(
  'a report of an unknown message is not found, so that the gateway repeats it',
  async ({ post, database }) => {
    const before = await dump(database);
    const reply = await post(report('gateway-2', 'delivered'));
    assert.deepEqual([reply.status, reply.body.code], [404, 'not-found']);
    assert.equal(await dump(database), before);
  },
);

const forged: Record<string, (body: string, at: number) => Record<string, string>> = {
  'no signature': () => ({ 'content-type': 'application/json' }),
  'no time': (body, at) => {
    const { 'tweestap-timestamp': _, ...rest } = signed(body, { at });
    return rest;
  },
  'an empty signature': (body, at) => ({ ...signed(body, { at }), 'tweestap-signature': '' }),
  'another secret': (body, at) => signed(body, { at, secret: 'another-secret-of-someone' }),
  'the signature of another body': (_body, at) => signed(report('gateway-1', 'failed'), { at }),
  'the signature of another time': (body, at) => ({
    ...signed(body, { at }),
    'tweestap-timestamp': String(at / 1000 + 1),
  }),
  'a half of the signature': (body, at) => {
    const headers = signed(body, { at });
    return { ...headers, 'tweestap-signature': (headers['tweestap-signature'] ?? '').slice(0, 32) };
  },
  'a signature in another encoding': (body, at) => signed(body, { at, encoding: 'base64' }),
  'a time that is more than five minutes old': (body, at) => signed(body, { at: at - 5 * MINUTE - 1000 }),
  'a time that is more than five minutes ahead': (body, at) => signed(body, { at: at + 5 * MINUTE + 1000 }),
  'a time that is no number': (body, at) => ({ ...signed(body, { at }), 'tweestap-timestamp': '1e3' }),
};
withReports('R93 a report without a valid and recent signature is refused and stores nothing', async (world) => {
  const { post, database, logger, clock } = world;
  const before = await dump(database);
  const body = report('gateway-1', 'delivered');
  for (const [why, headersOf] of Object.entries(forged)) {
    for (const key of [{}, { 'idempotency-key': 'one' }]) {
      const reply = await post(body, { ...headersOf(body, clock()), ...key });
      assert.deepEqual([reply.status, reply.body.code], [403, 'not-allowed'], why);
    }
  }
  assert.equal(await dump(database), before);
  const warnings = logger.lines.filter((line) => line.includes('TWEESTAP_SMS_GATEWAY'));
  assert.equal(warnings.length, 1, 'R95 it is logged once');
  assert.doesNotMatch(logger.lines.join('\n'), /612345678|a-secret/, 'R25');
});

withReports('a time within five minutes is accepted, and so is the prefix sha256=', async ({ post, clock }) => {
  const body = report('gateway-1', 'buffered');
  for (const ms of [-5 * MINUTE, 5 * MINUTE]) {
    assert.equal((await post(body, signed(body, { at: clock() + ms, prefix: 'sha256=' }))).status, 204);
  }
});

withReports('a captured report that is replayed changes nothing and is refused after five minutes', async (world) => {
  const { post, database, clock } = world;
  const body = report('gateway-1', 'delivered');
  const headers = signed(body, { at: clock() });
  assert.equal((await post(body, headers)).status, 204);
  const before = await dump(database);
  assert.equal((await post(body, headers)).status, 204);
  assert.equal(await dump(database), before);
  clock.advance(5 * MINUTE + 1000);
  assert.equal((await post(body, headers)).status, 403);
});

withReports('R76 a signed report that is not as described is malformed', async ({ post, database }) => {
  const before = await dump(database);
  for (const body of [
    '{',
    '[]',
    '{}',
    'null',
    '{"message":{"id":"gateway-1"}}',
    report('', 'delivered'),
    '{"a":1,"a":2}',
  ]) {
    const reply = await post(body);
    assert.deepEqual([reply.status, reply.body.code], [400, 'malformed'], body);
    assert.ok(!reply.text.includes('gateway-1'));
  }
  assert.equal(await dump(database), before);
});

withReports(
  'a server whose gateway sends no reports does not have the route',
  async ({ post }) => {
    assert.equal((await post(report('gateway-1', 'delivered'))).status, 404);
  },
  null,
);

const byReference = {
  ...{ secret: SECRET, reference: '/message/id', status: '/message/status', encoding: 'base64' },
  ...{ timestampHeader: 'X-Time', signatureHeader: 'X-Signature', delivered: ['0'], undeliverable: ['1'] },
};
withReports(
  'a report that is faster than the response settles the text, which is not sent again',
  async (world) => {
    const { post, database, clock, gateway, send } = world;
    gateway.behave('silent');
    const slow = await leaveText(world);
    const { sender } = await send({ timeout: 200 });
    assert.equal((await rowOf(database, slow)).state, 'due');
    const body = report(slow, '0');
    const headers = signed(body, { at: clock(), encoding: 'base64' });
    const renamed = {
      ...{ 'content-type': 'application/json', 'x-time': headers['tweestap-timestamp'] ?? '' },
      'x-signature': headers['tweestap-signature'] ?? '',
    };
    assert.equal((await post(body, renamed)).status, 204);
    const { state, delivery, data } = await rowOf(database, slow);
    assert.deepEqual([state, delivery, data], ['sent', 'delivered', '{"language":"en"}']);
    const count = gateway.seen.length;
    clock.advance(5 * MINUTE);
    sender.wake();
    await sender.idle();
    assert.equal(gateway.seen.length, count);
  },
  byReference,
);
