/*
 * Threat: unexpected input reaches code that relies on its types, or a database that fails on it.
 */
import assert from 'node:assert/strict';
import { Problem } from '@tweestap/protocol';
import fc from 'fast-check';
import { sqliteForTests, withDatabases } from '../store/testing/databases.ts';
import type { Browser, Reply } from './testing/browser.ts';
import { type HeldFlow, login, memoryLogger, serve, start, startToCode, withServer } from './testing/server.ts';

const sqlite = { databases: [sqliteForTests] };

/** Asserts that a response is a 4xx problem of the protocol, without internal details (R84). */
const isRefusal = (reply: Reply, what: string): void => {
  assert.ok(reply.status >= 400 && reply.status < 500, `${reply.status} for ${what}`);
  assert.equal(reply.headers['content-type'], 'application/problem+json');
  assert.ok(Problem.safeParse(reply.body).success, `not a problem: ${reply.text}`);
};

withServer(
  'R76: a body that does not match the schema is a 4xx problem on every route with a body',
  async (world) => {
    const { server, browser } = world;
    const anna = await server.user('alpha', 'anna');
    await login(browser, anna);
    const flow = await start(browser);
    const routes: [string, string][] = [
      ['POST', '/flows'],
      ['POST', `/flows/${flow.id}`],
      ['PATCH', '/account'],
      ['PATCH', `/account/factors/${anna.factorId}`],
      ['POST', `/account/events/${anna.factorId}`],
    ];
    const bodies = [
      '',
      'null',
      '1',
      '"x"',
      '[]',
      '{',
      '{"__proto__":{}}',
      '{"constructor":{"prototype":{}}}',
      '{"a":1}',
    ];
    bodies.push(
      '{"kind":"login","kind":"enroll"}',
      `${'['.repeat(8000)}${']'.repeat(8000)}`,
      `"${'x'.repeat(20_000)}"`,
    );
    bodies.push(
      '{"name":"x","name":"y"}',
      '{"inputs":[{"step":"__proto__"}]}',
      '{"kind":"__proto__"}',
      '{"kind":"toString"}',
    );
    for (const [method, path] of routes) {
      for (const raw of bodies) {
        isRefusal(
          await browser.send(method, path, { raw, token: flow.token }),
          `${method} ${path} ${raw.slice(0, 40)}`,
        );
      }
    }
  },
  sqlite,
);

withServer(
  'R76: unknown paths, methods and parameters are 4xx problems',
  async ({ browser }) => {
    for (const path of ['', '/', '/x', '/flows/', '/flows/%00', '/flows/a/b', '//flows', '/flows;a=1', '/__proto__']) {
      isRefusal(await browser.get(path), path);
    }
    for (const query of ['?q=a&q=b', '?x=1', '?q=%00', '?q=a&__proto__=1', `?q=${'x'.repeat(201)}`]) {
      isRefusal(await browser.get(`/organisations${query}`), query);
    }
    assert.equal((await browser.get('/session?x=1')).status, 400);
    for (const method of ['PUT', 'OPTIONS', 'TRACE', 'DELETE']) isRefusal(await browser.send(method, '/flows'), method);
    assert.equal((await browser.get('/session', { raw: 'x' })).status, 400, 'a body on a route without one');
  },
  sqlite,
);

/** Words of the protocol, which the generated JSON contains. */
const words = [
  'kind',
  'inputs',
  'step',
  'action',
  'code',
  'login',
  'totp',
  'password',
  'username',
  'organisation',
  'alpha',
];
const unexpected = fc.oneof(
  fc.constantFrom<unknown>(
    ...words,
    null,
    true,
    '',
    '\u0000',
    '\ud800',
    '\u202e',
    'a'.repeat(2000),
    -0,
    1e308,
    2 ** 53,
  ),
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.integer(),
);
const anything = fc.letrec<{ node: unknown }>((tie) => ({
  node: fc.oneof(
    { maxDepth: 4 },
    unexpected,
    fc.array(tie('node'), { maxLength: 4 }),
    fc.dictionary(fc.oneof(fc.constantFrom(...words), fc.string({ maxLength: 8 })), tie('node'), { maxKeys: 4 }),
  ),
})).node;

/** Inputs of existing steps with unexpected values, which pass the first checks. */
const nearly = fc.record({
  kind: fc.constantFrom('login', 'enroll', 'step-up', 'recovery-codes', 'disable', 'change-password'),
  inputs: fc.array(
    fc.oneof(
      fc.record({ step: fc.constant('organisation'), organisation: unexpected }),
      fc.record({ step: fc.constant('username'), username: unexpected }),
      fc.record({ step: fc.constant('password'), password: unexpected }),
      fc.record({ step: fc.constant('totp'), code: unexpected, remember: unexpected }),
      fc.record({ step: fc.constant('username'), action: fc.constant('back'), to: unexpected }),
      fc.constant({ step: 'organisation', organisation: 'alpha' }),
      fc.constant({ step: 'username', username: 'anna' }),
    ),
    { minLength: 1, maxLength: 4 },
  ),
  returnTo: unexpected,
});

withDatabases('R76: no body, well-formed or not, causes a 5xx', async (fixture) => {
  const logger = memoryLogger();
  const server = await serve(fixture, { logger, mail: false });
  try {
    const anna = await server.user('alpha', 'anna');
    const browser = server.browser();
    const flow = await startToCode(browser, anna);
    const send = async (body: unknown): Promise<void> => {
      for (const reply of await everywhere(browser, flow, body)) {
        assert.ok(reply.status < 500, `${reply.status} ${reply.text} for ${JSON.stringify(body)}`);
      }
    };
    await fc.assert(fc.asyncProperty(fc.oneof(anything, nearly), send), { numRuns: 150 });
    // A refused return-to is logged (R95), but is not a failure.
    const failures = logger.lines.filter((line) => !line.startsWith('a return-to was refused'));
    assert.deepEqual(failures, [], 'no failure was logged');
  } finally {
    await server.stop();
  }
});

const everywhere = (browser: Browser, { id, token }: HeldFlow, body: unknown): Promise<Reply[]> =>
  Promise.all([
    browser.post('/flows', body),
    browser.post(`/flows/${id}`, body, { token }),
    browser.patch('/account', body),
  ]);

withServer(
  'R84: a problem has a stable type and a correlation id, and no version, stack or SQL',
  async (world) => {
    const { server, browser } = world;
    const anna = await server.user('alpha', 'anna');
    const flow = await startToCode(browser, anna);
    const replies = [
      await browser.get('/session'),
      await browser.get('/nowhere'),
      await browser.post('/flows', { kind: 7 }),
      await browser.post(`/flows/${flow.id}`, { inputs: [{ step: 'totp', code: '000000' }] }, { token: flow.token }),
      await browser.send('POST', '/flows', { raw: "{'", token: flow.token }),
      await browser.get(`/flows/${flow.id}`, { token: "' or 1=1 --" }),
    ];
    const ids = new Set<string>();
    for (const { body, headers, status, text } of replies) {
      assert.equal(body.type, `urn:tweestap:problem:${body.code}`);
      assert.equal(body.status, status);
      assert.match(body.correlationId, /^[A-Za-z0-9_-]{22}$/);
      ids.add(body.correlationId);
      assert.doesNotMatch(text, /node:|\.ts|at [A-Z]|select |insert |sqlite|postgres|\d+\.\d+\.\d+/i);
      assert.equal(headers['x-powered-by'], undefined);
      assert.equal(headers.server, undefined);
    }
    assert.equal(ids.size, replies.length);
  },
  sqlite,
);

withServer(
  'R84: an internal error is 500 with no detail except the correlation id',
  async (world) => {
    const { fixture } = world;
    await fixture.database.write(async (tx) => {
      await tx.updateTable('organisations').set({ definition: '{broken' }).execute();
    });
    const reply = await world.browser.post('/flows', {
      kind: 'login',
      inputs: [
        { step: 'organisation', organisation: 'alpha' },
        { step: 'username', username: 'anna' },
      ],
    });
    assert.equal(reply.status, 500);
    assert.deepEqual(Object.keys(reply.body).sort(), ['code', 'correlationId', 'status', 'title', 'type']);
  },
  sqlite,
);

withServer(
  'R79: every response has no-store, nosniff and no-referrer, and can’t be framed',
  async ({ server, browser }) => {
    const anna = await server.user('alpha', 'anna');
    const replies = [await login(browser, anna), await browser.get('/account'), await browser.get('/nowhere')];
    replies.push(await browser.delete('/session'), await browser.get('/health/live'), await browser.post('/flows', {}));
    for (const { headers } of replies) {
      assert.equal(headers['cache-control'], 'no-store');
      assert.equal(headers['x-content-type-options'], 'nosniff');
      assert.equal(headers['referrer-policy'], 'no-referrer');
      assert.match(String(headers['content-security-policy']), /frame-ancestors 'none'/);
      assert.equal(headers['cross-origin-resource-policy'], 'same-origin');
      assert.equal(headers['strict-transport-security'], undefined, 'http://localhost');
    }
  },
  sqlite,
);
