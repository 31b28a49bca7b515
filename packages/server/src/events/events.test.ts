/*
 * Threat: a portal with sessions of its own does not learn that a user was logged out, disabled or robbed, and keeps the thief
 * logged in. Or an event is reported that did not happen.
 */
import assert from 'node:assert/strict';
import type { IncomingMessage } from 'node:http';
import { revokeAccess } from '../access/revoke.ts';
import type { Browser } from '../http/testing/browser.ts';
import { keyring } from '../http/testing/organisations.ts';
import { first, login, memoryLogger, serve, start, submit, totp } from '../http/testing/server.ts';
import type { Tx } from '../store/database.ts';
import { publishSignals } from '../store/signals.ts';
import {
  postgresForTests,
  sqliteForTests,
  testsOn,
  withDatabases,
  withEachDatabase,
} from '../store/testing/databases.ts';
import { addUserWithCodes, type TestUser } from '../testing/users.ts';
import { publishEvents } from './publish-events.ts';
import { type EventHandlers, eventNames } from './server-events.ts';

interface Recorded {
  name: string;
  event: Record<string, unknown> & { request?: IncomingMessage };
}

/** Handlers that record their calls. */
function recorder(): { seen: Recorded[]; handlers: EventHandlers; take(): string[] } {
  const seen: Recorded[] = [];
  const handlers = Object.fromEntries(
    eventNames.map((name) => [name, (event: Recorded['event']) => void seen.push({ name, event })]),
  ) as EventHandlers;
  return { seen, handlers, take: () => seen.splice(0).map(({ name }) => name) };
}

const admin = { actor: { role: 'administrator', name: 'root' }, reason: 'test' } as const;

async function changePassword(browser: Browser, user: TestUser, password: string): Promise<void> {
  const flow = await start(browser, 'change-password', [{ step: 'confirm-password', password: user.password }]);
  const reply = await submit(browser, flow, totp(user), { step: 'new-password', password });
  assert.equal(reply.body.flow?.status, 'done', reply.text);
}

withDatabases('a login, a changed password and a logout are reported after they are stored', async (fixture) => {
  const { seen, handlers, take } = recorder();
  const server = await serve(fixture, handlers);
  try {
    const anna = await server.user('alpha', 'anna');
    const browser = server.browser();
    const flow = await start(browser, 'login', first(anna));
    assert.deepEqual(take(), [], 'nothing has happened after the password');
    await submit(browser, flow, { step: 'totp', code: '000000' });
    assert.deepEqual(take(), []);
    await submit(browser, flow, totp(anna));
    const [logged] = seen;
    assert.ok(logged?.event.request);
    const { request, correlationId, ...event } = logged.event;
    assert.equal(typeof correlationId, 'string');
    const user = { id: anna.id, organisation: 'alpha', username: 'anna' };
    assert.deepEqual(event, {
      at: new Date(fixture.clock()).toISOString(),
      user,
      address: '127.0.0.1',
      ...{ kind: 'login', amr: ['pwd', 'otp', 'mfa'], acr: 'aal2', method: 'totp', remembered: false, deferred: false },
    });
    assert.deepEqual(take(), ['onLogin']);
    fixture.clock.advance(30_000);
    await changePassword(browser, anna, 'a new password of four words');
    const [ended] = seen.filter(({ name }) => name === 'onSessionsEnded');
    assert.partialDeepStrictEqual(ended?.event, { reason: 'proof-changed', keepsOne: true, user: { id: anna.id } });
    assert.ok(ended?.event.request);
    assert.deepEqual(take().sort(), ['onPasswordChanged', 'onSessionsEnded']);
    await browser.delete('/session');
    await browser.delete('/session');
    assert.deepEqual(take(), ['onLogout']);
  } finally {
    await server.stop();
  }
});

withDatabases('the verbs of the administration report what they end, and who did it', async (fixture) => {
  const { seen, handlers, take } = recorder();
  const server = await serve(fixture, handlers);
  try {
    const anna = await server.user('alpha', 'anna');
    await login(server.browser(), anna);
    take();
    const request = { ...admin, organisation: 'alpha', account: anna.id };
    const verbs = server.tweestap.admin;
    await verbs.resetFactors({ ...request, as: 'lost' });
    assert.partialDeepStrictEqual(seen.find(({ name }) => name === 'onFactorChanged')?.event, {
      change: 'reset',
      by: 'administrator',
      user: { username: 'anna' },
    });
    assert.deepEqual(take().sort(), ['onFactorChanged', 'onSessionsEnded']);
    for (const [verb, reason] of [
      ['endSessions', 'ended'],
      ['disable', 'disabled'],
      ['deleteUser', 'deleted'],
    ] as const) {
      await verbs[verb](request);
      const ended = seen.filter(({ name }) => name === 'onSessionsEnded');
      assert.deepEqual(
        ended.map(({ event }) => [event.reason, event.keepsOne, event.request]),
        [[reason, false, undefined]],
        verb,
      );
      take();
    }
    // A refused verb has changed nothing.
    await assert.rejects(verbs.disable(request));
    assert.deepEqual(take(), []);
  } finally {
    await server.stop();
  }
});

testsOn(postgresForTests)(
  'R71 the end of all sessions is reported on every instance, other events on one',
  async (fixture) => {
    const there = Promise.withResolvers<Recorded['event']>();
    const elsewhere: string[] = [];
    const other = await serve(fixture, {
      onLogin: () => void elsewhere.push('onLogin'),
      onSessionsEnded: (event) => there.resolve({ ...event }),
    });
    const server = await serve(fixture);
    // The timers of the listener keep no process alive.
    const alive = setInterval(() => undefined, 1000);
    try {
      const anna = await server.user('alpha', 'anna');
      await login(server.browser(), anna);
      let isSeen = false;
      void there.promise.then(() => {
        isSeen = true;
      });
      // The first signals may be sent before the other instance listens.
      while (!isSeen) {
        await server.tweestap.admin.endSessions({ ...admin, organisation: 'alpha', account: anna.id });
        await new Promise(setImmediate);
      }
      const user = { id: anna.id, organisation: 'alpha' };
      assert.partialDeepStrictEqual(await there.promise, { reason: 'ended', keepsOne: false, user });
      assert.deepEqual(elsewhere, []);
    } finally {
      clearInterval(alive);
      await server.stop();
      await other.stop();
    }
  },
);

withEachDatabase(
  'R71 the signal of another process is an event, and a transaction that is rolled back is none',
  async (fixture) => {
    const { seen, handlers, take } = recorder();
    const { database, clock } = fixture;
    const anna = await addUserWithCodes({ ...fixture, keyring }, 'alpha', 'anna');
    const events = publishEvents(database, { handlers, codesOf: () => [], clock, logger: memoryLogger() });
    assert.ok(events.isListening);
    const emit = (topics: ReadonlySet<string>): void => {
      for (const topic of topics) events.onTopic(topic);
    };
    const other = publishSignals(database, { sender: 'other', clock, emit });
    const revoke = (tx: Tx) => revokeAccess(tx, anna.id, { now: clock(), reason: 'not-me' });
    await other.write(revoke);
    assert.partialDeepStrictEqual(seen[0]?.event, { reason: 'not-me', user: { id: anna.id, organisation: 'alpha' } });
    take();
    await events.database.write(revoke);
    assert.deepEqual(take(), ['onSessionsEnded']);
    const failing = events.database.write(async (tx) => {
      await revoke(tx);
      throw new Error('the power failed');
    });
    await assert.rejects(failing, /the power failed/);
    assert.deepEqual(take(), []);
  },
);

testsOn(sqliteForTests)('R8 a handler that fails or hangs changes no result', async (fixture, t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] });
  const logger = memoryLogger();
  const server = await serve(fixture, {
    logger,
    onLogin() {
      throw new Error('the portal failed');
    },
    onLogout() {
      t.mock.timers.tick(5000);
      return new Promise(() => undefined);
    },
  });
  try {
    const browser = server.browser();
    assert.equal((await login(browser, await server.user('alpha', 'anna'))).body.flow.status, 'done');
    const failed = /an event handler failed .*"handler":"onLogin".*the portal failed/;
    assert.ok(logger.lines.some((line) => failed.test(line)));
    assert.equal((await browser.delete('/session')).status, 204);
    assert.ok(logger.lines.some((line) => /longer than five seconds.*"handler":"onLogout"/.test(line)));
    assert.equal((await browser.get('/session')).status, 401);
  } finally {
    await server.stop();
  }
});

withDatabases('a response waits for a handler, which may use the administration', async (fixture) => {
  const server = await serve(fixture, {
    onLogin: async ({ user }) => {
      await server.tweestap.admin.endSessions({ ...admin, organisation: user.organisation, account: user.id });
    },
  });
  try {
    const browser = server.browser();
    await login(browser, await server.user('alpha', 'anna'));
    assert.equal((await browser.get('/session')).status, 401);
  } finally {
    await server.stop();
  }
});
