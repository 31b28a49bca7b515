/*
 * Threat: many clients exhaust the server's memory or slow it down, by parallel logins, bodies of a megabyte, endless bodies
 * and headers, thousands of abandoned flows, and tables full of counters.
 */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import type { TestContext } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { sql } from 'kysely';
import { systemClock } from '../crypto/tokens.ts';
import { keyring } from '../http/testing/organisations.ts';
import { totp } from '../http/testing/server.ts';
import type { Database } from '../store/database.ts';
import { type Fixture, withEachDatabase } from '../store/testing/databases.ts';
import { addUserWithCodes } from '../testing/users.ts';
import { type ServerProcess, startServer } from './support/servers.ts';
import { isLoggedIn, Visitor } from './support/visitor.ts';

const MIB = 1024 * 1024;
/** The limit in bytes on the growth of resident memory: hashes in the queue, sockets, and garbage not yet collected. */
const MEMORY = 400 * MIB;
const LOGINS = 500;
const FLOWS = 10_000;
const COUNTERS = 100_000;
/** Requests at a time where many thousands are sent. */
const AT_A_TIME = 32;

interface Watched {
  highest: number;
  slowest: number;
  samples: number;
}

/** Runs a load, and measures memory and `/health/live` meanwhile. */
async function watch(server: ServerProcess, load: () => Promise<unknown>): Promise<Watched> {
  const seen: Watched = { highest: 0, slowest: 0, samples: 0 };
  const visitor = new Visitor(server.base);
  let isOver = false;
  const look = async (): Promise<void> => {
    while (!isOver) {
      const since = performance.now();
      assert.equal((await visitor.get('/health/live')).status, 200);
      seen.slowest = Math.max(seen.slowest, performance.now() - since);
      seen.highest = Math.max(seen.highest, await server.memory());
      seen.samples += 1;
      await wait(20);
    }
  };
  const looking = look();
  await load().finally(() => {
    isOver = true;
  });
  await looking;
  visitor.close();
  return seen;
}

async function assertBounded(t: TestContext, name: string, server: ServerProcess, load: () => Promise<unknown>) {
  const before = await server.memory();
  const { highest, slowest, samples } = await watch(server, load);
  const grown = Math.max(0, highest - before);
  t.diagnostic(`${name}: ${Math.round(grown / MIB)} MiB more, health ${Math.round(slowest)} ms at most of ${samples}`);
  assert.ok(grown <= MEMORY, `${name}: ${Math.round(grown / MIB)} MiB more`);
}

const inBatches = async (count: number, one: (n: number) => Promise<unknown>): Promise<void> => {
  for (let n = 0; n < count; n += AT_A_TIME) {
    await Promise.all(Array.from({ length: Math.min(AT_A_TIME, count - n) }, (_, at) => one(n + at)));
  }
};

withEachDatabase(
  'R87: 500 logins, megabyte bodies and endless requests are bounded in memory, and nothing crashes',
  async (fixture, t) => {
    const server = await serverOn(fixture, t);
    const login = async (n: number): Promise<void> => {
      const visitor = new Visitor(server.base);
      const { reply } = await visitor.start('login', [
        { step: 'organisation', organisation: 'alpha' },
        { step: 'username', username: `nobody${n}` },
        { step: 'password', password: 'a password of nobody at all' },
      ]);
      assert.ok([201, 503].includes(reply.status), reply.text);
      visitor.close();
    };
    await assertBounded(t, `${LOGINS} logins`, server, () =>
      Promise.all(Array.from({ length: LOGINS }, (_, n) => login(n))),
    );
    const visitor = new Visitor(server.base);
    const large = async (): Promise<void> => {
      const { status } = await visitor.send('POST', '/flows', { kind: 'x'.repeat(MIB) });
      assert.equal(status, 413);
    };
    await assertBounded(t, '400 bodies of a megabyte', server, () => inBatches(400, large));
    const endless = ['POST /mfa/v1/flows HTTP/1.1\r\nHost: x\r\nX-Slow: ', post('{"kind":')];
    const sockets: Socket[] = [];
    await assertBounded(t, '600 endless headers and bodies', server, async () => {
      for (let n = 0; n < 600; n += 1) sockets.push(await open(server.base, endless[n % 2] ?? ''));
      // A body has ten seconds (R87); after that, the server closes the connections of the slow bodies.
      await Promise.all(sockets.filter((_, n) => n % 2 === 1).map((socket) => once(socket, 'close')));
    });
    for (const socket of sockets) socket.destroy();
    await assertWorks(fixture.database, server, 'anna');
  },
);

withEachDatabase(
  'R87: ten thousand open flows and a hundred thousand counters do not slow logins down',
  async (fixture, t) => {
    const server = await serverOn(fixture, t);
    await assertBounded(t, `${FLOWS} open flows`, server, () =>
      inBatches(FLOWS, async () => {
        const visitor = new Visitor(server.base);
        assert.equal((await visitor.start('login')).reply.status, 201);
        visitor.close();
      }),
    );
    await fixture.database.write((tx) => addCounters(tx, Date.now()));
    await assertBounded(t, `a login beside ${COUNTERS} counters`, server, () =>
      assertWorks(fixture.database, server, 'anna'),
    );
    // A day later everything has expired, and the sweeper, which runs each minute, deletes it.
    await server.moveClock(86_400_000);
    await assertBounded(t, 'the sweep of all that', server, () => wait(65_000));
    await assertWorks(fixture.database, server, 'bo', 86_400_000);
  },
);

async function serverOn(fixture: Fixture, t: TestContext): Promise<ServerProcess> {
  const server = await startServer({ database: fixture.address, hashing: 'real' });
  t.after(() => server.kill());
  return server;
}

async function assertWorks(database: Database, { base }: ServerProcess, name: string, ahead = 0): Promise<void> {
  const user = await addUserWithCodes({ database, keyring, clock: () => systemClock() + ahead }, 'alpha', name);
  const visitor = new Visitor(base);
  const reply = await visitor.submit(await visitor.toCode(user), totp(user));
  assert.ok(isLoggedIn(reply), reply.text);
  visitor.close();
}

const post = (body: string): string =>
  `POST /mfa/v1/flows HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 9999\r\n\r\n${body}`;

async function open(base: string, text: string): Promise<Socket> {
  const { port } = new URL(base);
  const socket = connect(Number(port), '127.0.0.1');
  socket.on('error', () => undefined).resume();
  await once(socket, 'connect');
  socket.write(text);
  return socket;
}

/** Adds the counters that a flood of wrong passwords from many addresses would leave. */
async function addCounters(tx: Parameters<Parameters<Database['write']>[0]>[0], now: number): Promise<void> {
  await sql`insert into counters (key, soft, hard, locked_until, updated_at)
    with recursive numbers (n) as (select 1 union all select n + 1 from numbers where n < ${sql.lit(COUNTERS)})
    select 'address.' || n, 1, 1, 0, cast(${now} as bigint) from numbers`.execute(tx);
}
