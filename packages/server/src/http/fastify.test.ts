/*
 * Threat: an application in Fastify reads the bodies itself, so the API answers every request with 500, or a page behind a
 * guard is sent to a visitor without a session.
 */
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import type { Tweestap } from '../create.ts';
import { sqliteForTests } from '../store/testing/databases.ts';
import { sessionOf } from './gates.ts';
import { Browser } from './testing/browser.ts';
import { listen, login, serve, type TestServer } from './testing/server.ts';

const mountings: Record<string, (app: FastifyInstance, tweestap: Tweestap) => void> = {
  "addHook('onRequest', router)": (app, { router }) => void app.addHook('onRequest', router),
  "all('/mfa/v1/*', handler), after Fastify's own parser": (app, { handler }) => void app.all('/mfa/v1/*', handler),
};

/** Serves an application of Fastify, and closes it after the test. */
async function onFastify(
  t: TestContext,
  build: (app: FastifyInstance, tweestap: Tweestap) => void,
): Promise<TestServer> {
  const fixture = await sqliteForTests.open();
  const plain = await serve(fixture);
  const app = fastify();
  build(app, plain.tweestap);
  await app.ready();
  const server = await listen(fixture, plain.tweestap, (req, res) => app.routing(req, res));
  t.after(async () => {
    await server.stop();
    await plain.stop();
    await app.close();
    await fixture.close();
  });
  return server;
}

for (const [name, mount] of Object.entries(mountings)) {
  test(`Fastify: a login, a refusal and a logout work with ${name}`, async (t) => {
    const server = await onFastify(t, mount);
    const browser = server.browser();
    assert.equal((await login(browser, await server.user('alpha', 'anna'))).status, 200);
    assert.equal((await browser.get('/session')).status, 200);
    assert.equal((await browser.get('/nowhere')).body.code, 'not-found');
    const wrong = await browser.post('/flows', { kind: 'nothing' });
    assert.deepEqual([wrong.status, wrong.body.code], [400, 'malformed']);
    assert.equal((await browser.delete('/session')).status, 204);
    assert.equal((await browser.get('/session')).status, 401);
  });
}

test('Fastify: a guard protects routes, and other routes and bodies are those of the application', async (t) => {
  const server = await onFastify(t, (app, tweestap) => {
    app.addHook('onRequest', tweestap.router);
    app.post('/echo', async (request) => request.body);
    const hello = { onRequest: tweestap.requireSession() };
    app.get('/hello', hello, async (request) => `Hello ${sessionOf(request).user.username}`);
    const own = tweestap.requireStepUp({
      onMissing: (_request: FastifyRequest, reply: FastifyReply) => reply.code(418).send('own'),
    });
    app.get('/own', { preHandler: own }, async () => 'secret');
  });
  const pages = new Browser(server.origin);
  t.after(() => pages.close());
  assert.deepEqual((await pages.post('/echo', { a: 1 })).body, { a: 1 });
  const stranger = await pages.get('/hello', { headers: { accept: 'text/html' } });
  assert.deepEqual(
    [stranger.status, stranger.headers.location],
    [302, `/login?return-to=${encodeURIComponent('/hello')}`],
  );
  assert.equal((await pages.get('/hello')).status, 401);
  const own = await pages.get('/own');
  assert.deepEqual([own.status, own.text], [418, 'own']);
  const browser = server.browser();
  await login(browser, await server.user('alpha', 'anna'));
  pages.sharing(browser);
  assert.equal((await pages.get('/hello')).text, 'Hello anna');
  assert.equal((await pages.get('/own')).text, 'secret');
});
