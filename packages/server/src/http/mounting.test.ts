import assert from 'node:assert/strict';
import { test } from 'node:test';
import express, { type Express } from 'express';
import type { Tweestap } from '../create.ts';
import { sqliteForTests } from '../store/testing/databases.ts';
import { listen, login, serve, type TestServer } from './testing/server.ts';

const mountings: Record<string, (app: Express, tweestap: Tweestap) => void> = {
  'app.use(router)': (app, { router }) => void app.use(router),
  'app.use(path, router)': (app, { router }) => void app.use('/mfa/v1', router),
  'app.use(path, handler)': (app, { handler }) => void app.use('/mfa/v1', handler),
  'behind express.json()': (app, { router }) => void app.use(express.json()).use(router),
  'behind express.text() and raw()': (app, { router }) =>
    void app.use(express.raw({ type: '*/*' })).use('/mfa/v1', router),
  // Express 4: a parser sets `req.body` to `{}` for a type that it does not parse, and leaves the body unread.
  'behind the parser of forms of Express 4': (app, { router }) =>
    void app
      .use((req, _res, next) => {
        req.body = {};
        next();
      })
      .use(router),
  'in a router of a router': (app, { router }) => void app.use('/mfa', express.Router().use('/v1', router)),
};

const onExpress = async (
  build: (app: Express, tweestap: Tweestap) => void,
  run: (server: TestServer, user: TestServer['user']) => Promise<void>,
): Promise<void> => {
  const fixture = await sqliteForTests.open();
  const plain = await serve(fixture);
  const app = express();
  build(app, plain.tweestap);
  const server = await listen(fixture, plain.tweestap, app);
  try {
    await run(server, plain.user);
  } finally {
    await server.stop();
    await plain.stop();
    await fixture.close();
  }
};

for (const [name, mount] of Object.entries(mountings)) {
  test(`Express: a login works with ${name}`, () =>
    onExpress(mount, async (server, user) => {
      const browser = server.browser();
      assert.equal((await login(browser, await user('alpha', 'anna'))).status, 200);
      assert.equal((await browser.get('/session')).status, 200);
      assert.equal((await browser.get('/nowhere')).body.code, 'not-found');
    }));
}

test('Express: a request outside the mount path goes to the next handler, and cookies of the application are kept', () =>
  onExpress(
    (app, { router }) => {
      app.use((_req, res, next) => {
        res.cookie('theirs', '1');
        next();
      });
      app.use(router);
      app.get('/page', (_req, res) => void res.send('page'));
    },
    async (server, user) => {
      assert.equal(await (await fetch(`${server.origin}/page`)).text(), 'page');
      const browser = server.browser();
      await login(browser, await user('alpha', 'anna'));
      assert.deepEqual([...browser.cookies.keys()].sort(), ['mfa-device', 'mfa-flow', 'mfa-session', 'theirs']);
    },
  ));

// The compression of Next.js, and on-headers before 1.1.0, take a list in `writeHead` for a list of pairs.
test('R79 the headers are kept behind a middleware that replaces writeHead and reads a list of headers as pairs', () =>
  onExpress(
    (app, { router }) => {
      app.use((_req, res, next) => {
        const writeHead = res.writeHead.bind(res);
        res.writeHead = (status: number, headers: unknown) => {
          const pairs = Array.isArray(headers) ? headers : Object.entries(headers ?? {});
          for (const [name, value] of pairs) res.setHeader(name, value);
          return writeHead(status);
        };
        next();
      });
      app.use(router);
    },
    async ({ origin }) => {
      const ready = await fetch(`${origin}/mfa/v1/health/ready`);
      assert.equal(ready.headers.get('cache-control'), 'no-store');
      assert.equal(ready.headers.get('content-type'), 'application/json');
      const session = await fetch(`${origin}/mfa/v1/session`);
      assert.equal(session.headers.get('content-type'), 'application/problem+json');
      assert.equal(session.headers.get('www-authenticate'), 'Bearer realm="session"');
      const page = await fetch(`${origin}/mfa/v1/session`, { method: 'DELETE', headers: { origin } });
      assert.equal(page.headers.get('x-content-type-options'), 'nosniff');
    },
  ));

test('Express: a request whose body another middleware has discarded is 500', () =>
  onExpress(
    (app, { router }) => {
      app.use((req, _res, next) => void req.resume().once('end', next));
      app.use(router);
    },
    async (server) => {
      assert.equal((await server.browser().post('/flows', { kind: 'login' })).status, 500);
    },
  ));

test('plain node:http: a path outside the mount path is 404', async () => {
  const fixture = await sqliteForTests.open();
  const server = await serve(fixture, { mountPath: '/auth' });
  assert.equal((await fetch(`${server.origin}/mfa/v1/session`)).status, 404);
  assert.equal((await fetch(`${server.origin}/auth/session`)).status, 401);
  const document = (await (await fetch(`${server.origin}/auth/openapi.json`)).json()) as { servers: { url: string }[] };
  assert.match(document.servers[0]?.url ?? '', /\/auth$/);
  await server.stop();
  await fixture.close();
});

test('close finishes running requests, refuses new ones and seals the audit', async () => {
  const fixture = await sqliteForTests.open();
  const server = await serve(fixture);
  const anna = await server.user('alpha', 'anna');
  const browser = server.browser();
  const running = Array.from({ length: 20 }, () => login(server.browser(), anna));
  const [closed, ...replies] = await Promise.all([server.tweestap.close(), ...running]);
  assert.equal(closed, undefined);
  for (const { status } of replies) assert.ok([200, 404, 409, 422, 503].includes(status), String(status));
  const late = await browser.post('/flows', { kind: 'login' });
  assert.deepEqual([late.status, late.body.code, late.headers.connection], [503, 'busy', 'close']);
  assert.equal((await browser.get('/health/live')).status, 200);
  assert.equal((await browser.get('/health/ready')).status, 503);
  await server.tweestap.close();
  const audit = await fixture.database.read.selectFrom('audit').select('chain_index').execute();
  assert.ok(audit.every(({ chain_index }) => chain_index !== null));
  await server.stop();
  await fixture.close();
});
