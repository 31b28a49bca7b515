import assert from 'node:assert/strict';
import { test } from 'node:test';
import { MfaProblem } from './problem.ts';
import {
  api,
  doneStep,
  flowAnswer,
  json,
  lost,
  problemAnswer,
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

/** What a proxy says when the server behind it is away. */
const badGateway: Reply = (response) =>
  void response.writeHead(502, { 'content-type': 'text/html' }).end('<h1>502</h1>');

test('A request whose answer was lost is sent again under the same key, so that it counts once', async (t) => {
  const { client, seen } = await api(t, [started(), lost, lost, flowAnswer(totpStep)]);
  const flow = await client.start('login');
  await flow.submit({ step: 'password', password: 'p' });
  const keys = seen.slice(1).map((request) => request.headers['idempotency-key']);
  assert.equal(keys.length, 3);
  assert.equal(new Set(keys).size, 1);
  assert.match(String(keys[0]), /^[0-9a-f]{32}$/);
  assert.equal(flow.step.type, 'totp');
});

test('Two requests of the same content have different keys', async (t) => {
  const refused = problemAnswer('wrong-code', { flow: wireFlow(totpStep) });
  const { client, seen } = await api(t, [started(totpStep), refused, refused]);
  const flow = await client.start('login');
  await problemOf(flow.submit({ step: 'totp', code: '1' }));
  await problemOf(flow.submit({ step: 'totp', code: '1' }));
  assert.equal(new Set(seen.map((request) => request.headers['idempotency-key'])).size, 3);
});

test('A refusal is never sent again', async (t) => {
  const { client, seen } = await api(t, [started(totpStep), problemAnswer('wrong-code', { flow: wireFlow(totpStep) })]);
  const flow = await client.start('login');
  await problemOf(flow.submit({ step: 'totp', code: '1' }));
  assert.equal(seen.length, 2);
});

test('A network that stays away is the problem `network`, with its cause, after three attempts', async (t) => {
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

test('A server that never answers is the problem `timeout`', async (t) => {
  const { client } = await api(t, [silent, silent], { timeout: 30, attempts: 2 });
  assert.equal((await problemOf(client.start('login'))).code, 'timeout');
});

test('The pauses grow and are spread by the randomness that was given', async (t) => {
  const random = (bytes: number) => new Uint8Array(bytes).fill(51);
  const { client, waits } = await api(t, [lost, lost, lost], { random });
  await problemOf(client.start('login'));
  assert.deepEqual(waits, [240, 480]);
});

test('A server that is busy is asked again after the time that it names', async (t) => {
  const busy = problemAnswer('busy', {}, { 'retry-after': '2' });
  const { client, waits } = await api(t, [started(), busy, flowAnswer(doneStep)], {
    random: (bytes) => new Uint8Array(bytes),
  });
  const flow = await client.start('login');
  await flow.submit({ step: 'password', password: 'p' });
  assert.deepEqual(waits, [2_000]);
});

test('A wait longer than a person would is told instead of waited for', async (t) => {
  const { client, waits } = await api(t, [started(), problemAnswer('busy', {}, { 'retry-after': '60' })]);
  const flow = await client.start('login');
  const problem = await problemOf(flow.submit({ step: 'password', password: 'p' }));
  assert.ok(problem.is('busy'));
  const seconds: number = problem.retryAfter;
  assert.equal(seconds, 60);
  assert.deepEqual(waits, []);
});

test('Too many requests are told with the seconds to wait, and not repeated', async (t) => {
  const { client, seen } = await api(t, [problemAnswer('throttled', {}, { 'retry-after': '30' })]);
  const problem = await problemOf(client.start('login'));
  assert.ok(problem.is('throttled'));
  assert.equal(problem.retryAfter, 30);
  assert.equal(problem.kind, 'failure');
  assert.equal(seen.length, 1);
});

test('Retry-After may be a date', async (t) => {
  const clock = () => Date.parse('2026-11-20T12:00:00Z');
  const reply = problemAnswer('throttled', {}, { 'retry-after': 'Fri, 20 Nov 2026 12:00:45 GMT' });
  const { client } = await api(t, [reply], { clock });
  assert.equal((await problemOf(client.start('login'))).retryAfter, 45);
});

test('An ended flow is the problem `flow-expired`, and not asked for again', async (t) => {
  const { client, seen } = await api(t, [started(), problemAnswer('flow-expired')]);
  const flow = await client.start('login');
  const problem = await problemOf(flow.refresh());
  assert.ok(problem.is('flow-expired', 'no-such-flow'));
  assert.equal(problem.problem?.correlationId, 'c-1');
  assert.equal(seen.length, 2);
});

test('A proxy without its server is tried again, and at last an unexpected answer', async (t) => {
  const { client } = await api(t, [badGateway, badGateway, badGateway]);
  const problem = await problemOf(client.start('login'));
  assert.equal(problem.code, 'unexpected-answer');
  assert.equal(problem.status, 502);
});

test('A fault of the server that is told as a problem is not repeated', async (t) => {
  const { client, seen } = await api(t, [problemAnswer('internal')]);
  assert.equal((await problemOf(client.start('login'))).code, 'internal');
  assert.equal(seen.length, 1);
});

test('A page in place of the API is an unexpected answer', async (t) => {
  const page: Reply = (response) => void response.writeHead(200, { 'content-type': 'text/html' }).end('<p>Wi-Fi</p>');
  const { client } = await api(t, [page, json(200, { flow: {} }), json(201, { flow: wireFlow(totpStep) })]);
  for (const what of ['no JSON', 'no flow', 'no token']) {
    assert.equal((await problemOf(client.start('login'))).code, 'unexpected-answer', what);
  }
});

test('A redirect is not followed, for it would carry the inputs elsewhere', async (t) => {
  const redirect: Reply = (response) => void response.writeHead(307, { location: '/elsewhere' }).end();
  const { client, seen } = await api(t, [redirect, started()], { attempts: 1 });
  assert.equal((await problemOf(client.start('login'))).code, 'network');
  assert.equal(seen.length, 1);
});

test('The language of the page goes along with each request, as it is at that moment', async (t) => {
  let language: string | undefined = 'nl';
  const { client, seen } = await api(t, [started(), flowAnswer(totpStep)], { language: () => language });
  const flow = await client.start('login');
  language = 'en';
  await flow.submit({ step: 'password', password: 'p' });
  assert.deepEqual(
    seen.map((request) => request.headers['accept-language']),
    ['nl', 'en'],
  );
});

const at = (ms: number) => new Date(ms).toISOString();

test('The middle of the round trip is compared with the time of the server', () => {
  const clock = createServerClock(() => 1_000);
  clock.measure(at(61_000), { sentAt: 900, receivedAt: 1_100 });
  assert.equal(clock.offset, 60_000);
  assert.equal(clock.now(), 61_000);
});

test('A slow round trip does not spoil the measurement of a quick one', () => {
  const clock = createServerClock(() => 0);
  clock.measure(at(1_000), { sentAt: 0, receivedAt: 20 });
  clock.measure(at(3_900), { sentAt: 1_000, receivedAt: 5_000 });
  assert.equal(clock.offset, 990);
});

test('A quicker round trip replaces a slower one', () => {
  const clock = createServerClock(() => 0);
  clock.measure(at(3_900), { sentAt: 1_000, receivedAt: 5_000 });
  clock.measure(at(1_000), { sentAt: 0, receivedAt: 20 });
  assert.equal(clock.offset, 990);
});

test('A slow round trip that contradicts the quick one shows that the local clock was set anew', () => {
  const clock = createServerClock(() => 0);
  clock.measure(at(240_010), { sentAt: 0, receivedAt: 20 });
  assert.equal(clock.offset, 240_000);
  clock.measure(at(300_050), { sentAt: 300_000, receivedAt: 300_100 });
  assert.equal(clock.offset, 0);
});

test('A time that is none leaves the measurement alone', () => {
  const clock = createServerClock(() => 5);
  clock.measure('yesterday', { sentAt: 0, receivedAt: 1 });
  assert.equal(clock.offset, 0);
});
