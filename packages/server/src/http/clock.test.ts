/*
 * Threat: a clock is set back manually, by a time server or by restoring a machine, and makes expired things valid
 * again: a session, an open flow, a mailed link, a remembered device, a help-desk code.
 */
import assert from 'node:assert/strict';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { idleSince } from '../sessions/sessions.ts';
import { type Fixture, withDatabases } from '../store/testing/databases.ts';
import { expire } from '../store/upkeep/expire.ts';
import type { TestUser } from '../testing/users.ts';
import type { Browser } from './testing/browser.ts';
import { first, listen, login, memoryLogger, serve, start, submit, type TestServer, totp } from './testing/server.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** Uses a thing once on the given server and browser, and returns whether it was accepted. */
type Use = (server: TestServer, browser: Browser) => Promise<boolean>;

interface Thing {
  /** Milliseconds after which it has certainly expired. */
  life: number;
  make(server: TestServer, browser: Browser, user: TestUser): Promise<Use>;
  /** A changing request that finds it expired. Needed if `Use` is not a changing request. */
  refuse?: Use;
  /** Milliseconds. A clock that is this long before the creation refuses it too. */
  future?: number;
}

const things: Record<string, Thing> = {
  'an idle session': {
    life: HOUR,
    async make(_server, browser, user) {
      await login(browser, user);
      return async (_other, own) => (await own.get('/session')).status === 200;
    },
    refuse: async (_server, browser) => (await browser.patch('/account', { rememberFor: '12h' })).status === 200,
    future: 10 * MINUTE,
  },
  'an open flow': {
    life: 15 * MINUTE,
    future: 5 * MINUTE,
    async make(_server, browser, user) {
      const flow = await start(browser, 'login', first(user));
      return async (_other, own) => (await submit(own, flow, totp(user))).body.flow?.status === 'done';
    },
  },
  'a mailed link': {
    life: 6 * DAY + 23 * HOUR,
    future: MINUTE,
    async make(server, browser) {
      const mia = { organisation: 'alpha', username: 'mia', email: 'mia@mail.example' };
      const request = { actor: { role: 'administrator', name: 'test' } as const, reason: 'test' };
      await server.tweestap.admin.addUser({ ...request, ...mia });
      const { organisation, username, email } = mia;
      const inputs = [
        { step: 'organisation', organisation },
        { step: 'identify', username, email },
      ];
      await browser.post('/flows', { kind: 'recover', inputs });
      const [message] = await server.tweestap.outbox.messages();
      const link = message?.links
        .find((each) => each.includes('#mfa-activate='))
        ?.split('=')
        .at(-1);
      assert.ok(link);
      return async (_other, own) => (await own.post('/flows', { kind: 'activate', link })).status === 201;
    },
  },
  'a remembered device': {
    life: 8 * DAY,
    async make(_server, browser, user) {
      const flow = await start(browser, 'login', first(user));
      await submit(browser, flow, { ...totp(user), remember: true });
      return async (_other, own) => (await start(own, 'login', first(user))).reply.body.flow.status === 'done';
    },
  },
  'a code for a new password': {
    life: HOUR,
    future: MINUTE,
    async make({ tweestap }, _browser, { organisation, username }) {
      const actor = { role: 'administrator', name: 'test' } as const;
      const request = { actor, reason: 'test', organisation, account: username };
      const started = await tweestap.admin.resetPassword({ ...request, by: 'code' });
      assert.ok(started.by === 'code');
      const inputs = [
        { step: 'organisation', organisation },
        { step: 'identify', username, code: started.code },
      ];
      return async (_other, own) => {
        const reply = await own.post('/flows', { kind: 'reset', inputs });
        return reply.status === 201 && reply.body.problem === undefined;
      };
    },
  },
  'a help-desk code': {
    life: HOUR,
    future: MINUTE,
    async make({ tweestap }, _browser, { organisation, id, ...user }) {
      const request = {
        actor: { role: 'administrator', name: 'test' } as const,
        reason: 'test',
        organisation,
        account: id,
      };
      const { code } = await tweestap.admin.issueCode(request);
      return async (_other, own) => {
        const flow = await start(own, 'login', first({ ...user, organisation, id }));
        const reply = await submit(
          own,
          flow,
          { step: 'totp', action: 'switch', method: 'recovery-code' },
          { step: 'recovery-code', code },
        );
        return reply.status === 200;
      };
    },
  },
};

async function within(server: TestServer, work: (server: TestServer) => Promise<void>): Promise<void> {
  try {
    await work(server);
  } finally {
    await server.stop();
  }
}

/** Does what the sweeper does every minute. */
const sweep = ({ database, clock }: Fixture) => expire(database, { now: clock(), idleSince: idleSince(clock()) });

for (const [name, { life, make, refuse, future }] of Object.entries(things)) {
  if (future !== undefined) {
    withDatabases(
      `R86 ${name} that was refused while the clock was before its creation stays refused`,
      async (fixture) => {
        await within(await serve(fixture), async (server) => {
          const browser = server.browser();
          const use = await make(server, browser, await server.user('alpha', 'anna'));
          fixture.clock.advance(-future);
          await within(await serve(fixture), async (behind) => {
            assert.equal(await (refuse ?? use)(behind, behind.browser().sharing(browser)), false);
          });
          fixture.clock.advance(future + 1000);
          await within(await serve(fixture), async (right) => {
            assert.equal(await use(right, right.browser().sharing(browser)), false);
          });
        });
      },
    );
  }

  withDatabases(`R86 ${name} that was swept is not revived when the clock is set back`, async (fixture) => {
    await within(await serve(fixture), async (server) => {
      const browser = server.browser();
      const use = await make(server, browser, await server.user('alpha', 'anna'));
      fixture.clock.advance(life);
      await sweep(fixture);
      fixture.clock.advance(1000 - life);
      // A new process, which has not seen the later time.
      await within(await serve(fixture), async (fresh) => {
        assert.equal(await use(fresh, fresh.browser().sharing(browser)), false);
      });
    });
  });

  withDatabases(
    `R86 ${name} that a changing request found expired is not revived when the clock is set back`,
    async (fixture) => {
      await within(await serve(fixture), async (server) => {
        const browser = server.browser();
        const use = await make(server, browser, await server.user('alpha', 'anna'));
        fixture.clock.advance(life);
        const late = server.browser().sharing(browser);
        assert.equal(await (refuse ?? use)(server, late), false);
        fixture.clock.advance(1000 - life);
        await within(await serve(fixture), async (fresh) => {
          assert.equal(await use(fresh, fresh.browser().sharing(browser)), false);
        });
      });
    },
  );
}

withDatabases('R75 a GET deletes no expired row', async (fixture) => {
  await within(await serve(fixture), async (server) => {
    const browser = server.browser();
    const anna = await server.user('alpha', 'anna');
    await login(browser, anna);
    fixture.clock.advance(30_000);
    const flow = await start(browser, 'login', first(anna));
    fixture.clock.advance(2 * HOUR);
    const rows = async () => [
      await fixture.database.read.selectFrom('sessions').selectAll().execute(),
      await fixture.database.read.selectFrom('flows').selectAll().orderBy('id').execute(),
    ];
    const before = await rows();
    for (const path of ['/session', '/account', '/account/events', `/flows/${flow.id}`]) {
      for (const method of ['GET', 'HEAD']) {
        assert.ok((await browser.send(method, path, { token: flow.token })).status >= 400);
      }
    }
    assert.deepEqual(await rows(), before);
  });
});

withDatabases(
  'R86 after the clock of a process is set back, every route and gate returns 503 until it has caught up',
  async (fixture) => {
    let elapsed = 0;
    const logger = memoryLogger();
    const pass = (ms: number, off = 0): void => {
      elapsed += ms;
      fixture.clock.advance(ms + off);
    };
    await within(await serve(fixture, { monotonic: () => elapsed, logger }), async (server) => {
      const { tweestap } = server;
      const browser = server.browser();
      await login(browser, await server.user('alpha', 'anna'));
      pass(MINUTE);
      assert.equal((await browser.get('/session')).status, 200);
      pass(1000, -10 * MINUTE);
      for (const [method, path] of [
        ['GET', '/session'],
        ['GET', '/organisations?q=a'],
        ['GET', '/health/ready'],
        ['POST', '/flows'],
        ['DELETE', '/session'],
        ['DELETE', '/account/devices'],
      ] as const) {
        const reply = await browser.send(method, path, method === 'POST' ? { body: { kind: 'login' } } : {});
        assert.deepEqual([reply.status, reply.body?.code], [503, 'busy'], `${method} ${path}`);
        assert.ok(Number(reply.headers['retry-after']) >= 1);
      }
      assert.equal((await browser.get('/health/live')).status, 200);
      const request = {
        actor: { role: 'administrator', name: 'test' } as const,
        reason: 'test',
        organisation: 'alpha',
        account: 'anna',
      };
      await assert.rejects(tweestap.admin.find(request), { code: 'busy' });
      const onMissing = (_req: IncomingMessage, res: ServerResponse) => void res.writeHead(302).end();
      const gate = tweestap.requireSession({ onMissing });
      const portal = await listen(fixture, tweestap, (req, res) => gate(req, res, () => res.end('let through')));
      const cookie = `mfa-session=${browser.cookies.get('mfa-session')}`;
      assert.equal((await fetch(portal.origin, { headers: { cookie }, redirect: 'manual' })).status, 503);
      portal.server.close();
      portal.server.closeAllConnections();
      const errors = logger.lines.filter((line) => line.includes('was set back'));
      assert.equal(errors.length, 1);
      pass(10 * MINUTE);
      assert.equal((await browser.get('/session')).status, 200);
      assert.equal((await browser.get('/health/ready')).status, 200);
    });
  },
);
