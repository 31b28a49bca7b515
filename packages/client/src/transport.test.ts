import assert from 'node:assert/strict';
import { test } from 'node:test';
import { MfaProblem } from './problem.ts';
import {
  api,
  doneStep,
  flowReply,
  json,
  lost,
  problemReply,
  type Reply,
  silent,
  started,
  totpStep,
  wireFlow,
} from './testing/api.ts';
import { createServerClock } from './transport.ts';

const problemOf = async (promise: Promise<unknown>): Promise<MfaProblem> => {
  const error: unknown = await promise.then(
    () => assert.fail('expected a rejection'),
    (reason: unknown) => reason,
  );
  assert.ok(error instanceof MfaProblem, String(error));
  return error;
};

/** The response of a proxy that can't reach the server behind it. */
const badGateway: Reply = (response) =>
  void response.writeHead(502, { 'content-type': 'text/html' }).end('<h1>502</h1>');

test('A request whose response was lost is sent again with the same key, so that it counts once', async (t) => {
  const { client, seen } = await api(t, [started(), lost, lost, flowReply(totpStep)]);
  const flow = await client.start('login');
  await flow.submit({ step: 'password', password: 'p' });
  const keys = seen.slice(1).map((request) => request.headers['idempotency-key']);
  assert.equal(keys.length, 3);
  assert.equal(new Set(keys).size, 1);
  assert.match(String(keys[0]), /^[0-9a-f]{32}$/);
  assert.equal(flow.step.type, 'totp');
});

test('Two requests with the same content have different keys', async (t) => {
  const refused = problemReply('wrong-code', { flow: wireFlow(totpStep) });
  const { client, seen } = await api(t, [started(totpStep), refused, refused]);
  const flow = await client.start('login');
  await problemOf(flow.submit({ step: 'totp', code: '1' }));
  await problemOf(flow.submit({ step: 'totp', code: '1' }));
  assert.equal(new Set(seen.map((request) => request.headers['idempotency-key'])).size, 3);
});

test('A refusal is never sent again', async (t) => {
  const { client, seen } = await api(t, [started(totpStep), problemReply('wrong-code', { flow: wireFlow(totpStep) })]);
  const flow = await client.start('login');
  await problemOf(flow.submit({ step: 'totp', code: '1' }));
  assert.equal(seen.length, 2);
});

test('A lost connection is the problem `network`, with its cause, after three attempts', async (t) => {
  const { client, seen, waits } = await api(t, [started(), lost, lost, lost]);
  const flow = await client.start('login');
  const problem = await problemOf(flow.submit({ step: 'password', password: 'p' }));
  assert.equal(problem.code, 'network');
  assert.equal(problem.status, 0);
  assert.equal(problem.kind, 'failure');
  assert.ok(problem.cause instanceof Error);
  assert.equal(seen.length, 4);
  assert.equal(waits.length, 2);
  assert.equal(flow.state.name, 'failed');
});

test('A server that does not respond is the problem `timeout`', async (t) => {
  const { client } = await api(t, [silent, silent], { timeout: 30, attempts: 2 });
  assert.equal((await problemOf(client.start('login'))).code, 'timeout');
});

test('The pauses between attempts grow and are randomised by the given source', async (t) => {
  const random = (bytes: number) => new Uint8Array(bytes).fill(51);
  const { client, waits } = await api(t, [lost, lost, lost], { random });
  await problemOf(client.start('login'));
  assert.deepEqual(waits, [240, 480]);
});

test('A request to a busy server is sent again after the time in Retry-After', async (t) => {
  const busy = problemReply('busy', {}, { 'retry-after': '2' });
  const { client, waits } = await api(t, [started(), busy, flowReply(doneStep)], {
    random: (bytes) => new Uint8Array(bytes),
  });
  const flow = await client.start('login');
  await flow.submit({ step: 'password', password: 'p' });
  assert.deepEqual(waits, [2_000]);
});

test('A Retry-After of more than five seconds is reported immediately', async (t) => {
  const { client, waits } = await api(t, [started(), problemReply('busy', {}, { 'retry-after': '60' })]);
  const flow = await client.start('login');
  const problem = await problemOf(flow.submit({ step: 'password', password: 'p' }));
  assert.ok(problem.is('busy'));
  const seconds: number = problem.retryAfter;
  assert.equal(seconds, 60);
  assert.deepEqual(waits, []);
});

test('A throttled request is not repeated, and its problem has the seconds to wait', async (t) => {
  const { client, seen } = await api(t, [problemReply('throttled', {}, { 'retry-after': '30' })]);
  const problem = await problemOf(client.start('login'));
  assert.ok(problem.is('throttled'));
  assert.equal(problem.retryAfter, 30);
  assert.equal(problem.kind, 'failure');
  assert.equal(seen.length, 1);
});

test('Retry-After may be a date', async (t) => {
  const clock = () => Date.parse('2026-11-20T12:00:00Z');
  const reply = problemReply('throttled', {}, { 'retry-after': 'Fri, 20 Nov 2026 12:00:45 GMT' });
  const { client } = await api(t, [reply], { clock });
  assert.equal((await problemOf(client.start('login'))).retryAfter, 45);
});

test('An expired flow is the problem `flow-expired`, and the request is not repeated', async (t) => {
  const { client, seen } = await api(t, [started(), problemReply('flow-expired')]);
  const flow = await client.start('login');
  const problem = await problemOf(flow.refresh());
  assert.ok(problem.is('flow-expired', 'no-such-flow'));
  assert.equal(problem.problem?.correlationId, 'c-1');
  assert.equal(seen.length, 2);
});

test('A 502 response of a proxy is retried and finally reported as `unexpected-answer`', async (t) => {
  const { client } = await api(t, [badGateway, badGateway, badGateway]);
  const problem = await problemOf(client.start('login'));
  assert.equal(problem.code, 'unexpected-answer');
  assert.equal(problem.status, 502);
});

test('A request that fails with a problem of the server is not repeated', async (t) => {
  const { client, seen } = await api(t, [problemReply('internal')]);
  assert.equal((await problemOf(client.start('login'))).code, 'internal');
  assert.equal(seen.length, 1);
});

test('A response that is not from the API is an `unexpected-answer`', async (t) => {
  const page: Reply = (response) => void response.writeHead(200, { 'content-type': 'text/html' }).end('<p>Wi-Fi</p>');
  const { client } = await api(t, [page, json(200, { flow: {} }), json(201, { flow: wireFlow(totpStep) })]);
  for (const what of ['no JSON', 'no flow', 'no token']) {
    assert.equal((await problemOf(client.start('login'))).code, 'unexpected-answer', what);
  }
});

test('A redirect is not followed, because it would send the inputs to another address', async (t) => {
  const redirect: Reply = (response) => void response.writeHead(307, { location: '/elsewhere' }).end();
  const { client, seen } = await api(t, [redirect, started()], { attempts: 1 });
  assert.equal((await problemOf(client.start('login'))).code, 'network');
  assert.equal(seen.length, 1);
});

test('Each request has the current language of the page', async (t) => {
  let language: string | undefined = 'nl';
  const { client, seen } = await api(t, [started(), flowReply(totpStep)], { language: () => language });
  const flow = await client.start('login');
  language = 'en';
  await flow.submit({ step: 'password', password: 'p' });
  assert.deepEqual(
    seen.map((request) => request.headers['accept-language']),
    ['nl', 'en'],
  );
});

const at = (ms: number) => new Date(ms).toISOString();

test("The clock offset is the server's time minus the middle of the round trip", () => {
  const clock = createServerClock(() => 1_000);
  clock.measure(at(61_000), { sentAt: 900, receivedAt: 1_100 });
  assert.equal(clock.offset, 60_000);
  assert.equal(clock.now(), 61_000);
});

test('A slow round trip does not replace the measurement of a fast one', () => {
  const clock = createServerClock(() => 0);
  clock.measure(at(1_000), { sentAt: 0, receivedAt: 20 });
  clock.measure(at(3_900), { sentAt: 1_000, receivedAt: 5_000 });
  assert.equal(clock.offset, 990);
});

test('A faster round trip replaces the measurement of a slower one', () => {
  const clock = createServerClock(() => 0);
  clock.measure(at(3_900), { sentAt: 1_000, receivedAt: 5_000 });
  clock.measure(at(1_000), { sentAt: 0, receivedAt: 20 });
  assert.equal(clock.offset, 990);
});

test('A slow round trip that contradicts a fast one replaces it, because the local clock was changed', () => {
  const clock = createServerClock(() => 0);
  clock.measure(at(240_010), { sentAt: 0, receivedAt: 20 });
  assert.equal(clock.offset, 240_000);
  clock.measure(at(300_050), { sentAt: 300_000, receivedAt: 300_100 });
  assert.equal(clock.offset, 0);
});

test('An invalid server time does not change the measurement', () => {
  const clock = createServerClock(() => 5);
  clock.measure('yesterday', { sentAt: 0, receivedAt: 1 });
  assert.equal(clock.offset, 0);
});
