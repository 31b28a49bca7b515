/*
 * Threat: a guard that shows a page without a session, leads a user to another site, or answers a script with a login page.
 */
import assert from 'node:assert/strict';
import type { IncomingMessage, ServerResponse } from 'node:http';
import express from 'express';
import type { Tweestap } from '../create.ts';
import { type Fixture, sqliteForTests, testsOn } from '../store/testing/databases.ts';
import { sessionOf } from './gates.ts';
import { Browser, type Reply } from './testing/browser.ts';
import { listen, login, serve, type TestServer } from './testing/server.ts';

const withSqlite = testsOn(sqliteForTests);

interface Portal {
  api: TestServer;
  portal: TestServer;
  /** Requests a page as a browser that loads it, unless other headers are given. */
  get(path: string, headers?: Record<string, string>): Promise<Reply>;
}

const NAVIGATION = { 'sec-fetch-mode': 'navigate', accept: 'text/html,*/*;q=0.8' };

async function withPortal(
  fixture: Fixture,
  options: Parameters<typeof serve>[1],
  build: (tweestap: Tweestap) => (req: IncomingMessage, res: ServerResponse) => void,
  run: (portal: Portal) => Promise<void>,
): Promise<void> {
  const api = await serve(fixture, options);
  const portal = await listen(fixture, api.tweestap, build(api.tweestap));
  const visitor = new Browser(portal.origin);
  const get = (path: string, headers: Record<string, string> = NAVIGATION) => visitor.get(path, { headers });
  try {
    await run({ api, portal, get });
  } finally {
    visitor.close();
    await portal.stop();
    await api.stop();
  }
}

const guarded = (tweestap: Tweestap) => (req: IncomingMessage, res: ServerResponse) => {
  if (req.url?.startsWith(tweestap.mountPath)) void tweestap.handler(req, res);
  else tweestap.requireSession()(req, res, () => res.end(sessionOf(req).user.username));
};

withSqlite('without a session a page is redirected to the login page, and a script gets the problem', (fixture) =>
  withPortal(fixture, {}, guarded, async ({ api, portal, get }) => {
    const redirected = await get('/dossier?id=7&tab=a b');
    assert.equal(redirected.status, 302);
    const to = new URL(redirected.headers.location ?? '', 'http://x');
    assert.deepEqual([to.pathname, to.searchParams.get('return-to')], ['/login', '/dossier?id=7&tab=a%20b']);
    assert.equal(redirected.headers['cache-control'], 'no-store');
    // A browser without Fetch Metadata says what it wants.
    assert.equal((await get('/dossier', { accept: 'text/html' })).status, 302);
    const scripts: Record<string, string>[] = [
      { accept: 'application/json' },
      { accept: 'text/html', 'sec-fetch-mode': 'cors' },
      {},
    ];
    for (const headers of scripts) {
      const refused = await get('/dossier', headers);
      assert.equal(refused.status, 401, JSON.stringify(headers));
      assert.equal(refused.body.code, 'no-session');
    }
    const poster = new Browser(portal.origin);
    const posted = await poster.post('/dossier', {}, { headers: NAVIGATION });
    poster.close();
    assert.equal(posted.status, 401, 'a form that was posted would be lost by a redirect');
    const browser = portal.browser();
    await login(browser, await api.user('alpha', 'anna'));
    const cookie = `mfa-session=${browser.cookies.get('mfa-session')}`;
    assert.equal((await get('/dossier', { ...NAVIGATION, cookie })).text, 'anna');
    const ended = await get('/dossier', { ...NAVIGATION, cookie: `mfa-session=${'x'.repeat(43)}` });
    assert.equal(ended.status, 302);
  }),
);

withSqlite('R70 a redirect to the login page takes no address of another host along', (fixture) =>
  withPortal(fixture, {}, guarded, async ({ get }) => {
    // The client sends a backslash as a slash.
    for (const path of ['//evil.example/x', '/\\evil.example', `/${'a'.repeat(2000)}`]) {
      const { status, headers } = await get(path);
      assert.deepEqual([status, headers.location], [302, '/login'], path);
    }
  }),
);

withSqlite('the login page may have an address of its own, and never leads to itself', (fixture) =>
  withPortal(fixture, { loginPage: '/start?lang=nl#form' }, guarded, async ({ get }) => {
    assert.equal((await get('/a')).headers.location, '/start?lang=nl&return-to=%2Fa#form');
    assert.equal((await get('/start?return-to=%2Fa')).status, 401);
  }),
);

withSqlite('a login page on another host, and the one below a base URL with a path', async (fixture) => {
  const elsewhere = { loginPage: 'https://login.example/start' };
  await withPortal(fixture, elsewhere, guarded, async ({ get }) =>
    assert.equal((await get('/a')).headers.location, 'https://login.example/start?return-to=%2Fa'),
  );
  await withPortal(fixture, { baseUrl: 'http://localhost/app' }, guarded, async ({ get }) =>
    assert.equal((await get('/app/a')).headers.location, `/app/login?return-to=${encodeURIComponent('/app/a')}`),
  );
});

withSqlite('Express: the whole path is taken along from a router, and `problem` never redirects', (fixture) => {
  const build = (tweestap: Tweestap) => {
    const app = express();
    const router = express.Router();
    router.get('/dossier', tweestap.requireSession(), (req, res) => void res.send(sessionOf(req).user.username));
    router.get('/api', tweestap.requireSession({ onMissing: 'problem' }), (_req, res) => void res.send('secret'));
    return app.use('/portal', router);
  };
  return withPortal(fixture, {}, build, async ({ get }) => {
    assert.equal(
      (await get('/portal/dossier')).headers.location,
      `/login?return-to=${encodeURIComponent('/portal/dossier')}`,
    );
    assert.equal((await get('/portal/api')).status, 401);
  });
});
