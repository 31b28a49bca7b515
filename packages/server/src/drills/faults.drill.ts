/*
 * Threat: a database that is full, stopped, slow or out of connections hangs the server, permits an unauthorised login, or
 * makes a manual restart necessary.
 */
import assert from 'node:assert/strict';
import { DatabaseSync } from 'node:sqlite';
import { type TestContext, test } from 'node:test';
import pg from 'pg';
import { systemClock } from '../crypto/tokens.ts';
import type { Reply } from '../http/testing/browser.ts';
import { keyring } from '../http/testing/organisations.ts';
import { type HeldFlow, totp } from '../http/testing/server.ts';
import { openDatabase } from '../store/open/open-database.ts';
import { sqliteForTests } from '../store/testing/databases.ts';
import { startPostgres, type TestPostgres } from '../store/testing/postgres.ts';
import { addUserWithCodes, type TestUser } from '../testing/users.ts';
import { until } from './support/chance.ts';
import { type ServerProcess, startServer } from './support/servers.ts';
import { type SlowLink, slowLink } from './support/slow-link.ts';
import { smallDisk } from './support/small-disk.ts';
import { isLoggedIn, Visitor } from './support/visitor.ts';

/** ms within which a request is refused while the database fails. */
const LIMIT = 2000;

interface Scene {
  server: ServerProcess;
  anna: TestUser;
  /** At the code step of a login. */
  visitor: Visitor;
  flow: HeldFlow;
  /** With a session. */
  user: Visitor;
}

interface People {
  anna: TestUser;
  bo: TestUser;
}

async function peopleOf(address: string): Promise<People> {
  const database = await openDatabase(address, { clock: systemClock });
  const anna = await addUserWithCodes({ database, keyring, clock: systemClock }, 'alpha', 'anna');
  const bo = await addUserWithCodes({ database, keyring, clock: systemClock }, 'alpha', 'bo');
  await database.close();
  return { anna, bo };
}

async function sceneAt(server: ServerProcess, { anna, bo }: People): Promise<Scene> {
  const user = new Visitor(server.base);
  const login = await user.submit(await user.toCode(bo), totp(bo));
  assert.ok(isLoggedIn(login), login.text);
  const visitor = new Visitor(server.base);
  return { server, anna, visitor, flow: await visitor.toCode(anna), user };
}

/** Requests that change something. `reads` has those that only read. */
const changes = ({ visitor, flow, anna, user, server }: Scene): Promise<Reply>[] => [
  visitor.submit(flow, totp(anna)),
  new Visitor(server.base).start('login').then(({ reply }) => reply),
  user.send('PATCH', '/account', { rememberFor: '1d' }),
];
const reads = ({ visitor, flow, user }: Scene): Promise<Reply>[] => [
  visitor.get(`/flows/${flow.id}`, flow.token),
  visitor.get('/organisations?q=a'),
  user.get('/session'),
  user.get('/account'),
  user.get('/health/ready'),
];

/** Checks that each request is answered `503 busy` in time without a cookie, and that the process is live. */
async function assertRefused(t: TestContext, name: string, scene: Scene, asked: () => Promise<Reply>[]): Promise<void> {
  const since = performance.now();
  const timed = asked().map(async (reply) => ({ reply: await reply, ms: performance.now() - since }));
  const live = await scene.user.get('/health/live');
  assert.equal(live.status, 200);
  const slowest = await Promise.all(timed);
  for (const { reply, ms } of slowest) {
    assert.deepEqual([reply.status, reply.body?.code], [503, 'busy'], `${name}: ${reply.text}`);
    assert.deepEqual(reply.setCookies, [], name);
    assert.ok(ms <= LIMIT, `${name}: ${Math.round(ms)} ms`);
  }
  t.diagnostic(`${name}: 503 after ${Math.round(Math.max(...slowest.map(({ ms }) => ms)))} ms at most`);
}

/** Checks that the server recovers automatically and that the login at its code step continues. */
async function assertRecovered({ user, visitor, flow, anna }: Scene): Promise<void> {
  await until('the server is ready again', async () => (await user.get('/health/ready')).status === 200);
  await until(
    'it writes again',
    async () => (await user.send('PATCH', '/account', { rememberFor: '1d' })).status === 200,
  );
  const done = await visitor.submit(flow, totp(anna));
  assert.ok(isLoggedIn(done), `the refused request must not spend the code: ${done.text}`);
}

interface PostgresFault {
  name: string;
  begin(world: { postgres: TestPostgres; link: SlowLink; operator: pg.Client }): Promise<void> | void;
  end(world: { postgres: TestPostgres; link: SlowLink; operator: pg.Client }): Promise<void> | void;
}

const cut = `select pg_terminate_backend(pid) from pg_stat_activity where usename = 'app'`;

const postgresFaults: readonly PostgresFault[] = [
  { name: 'killed', begin: ({ postgres }) => postgres.kill(), end: ({ postgres }) => postgres.startAgain() },
  { name: 'stopped', begin: ({ postgres }) => postgres.pause(), end: ({ postgres }) => postgres.resume() },
  {
    name: 'slow',
    begin({ link }) {
      link.delay = 900;
    },
    end({ link }) {
      link.delay = 0;
    },
  },
  {
    name: 'out of connections',
    async begin({ operator }) {
      await operator.query('alter role app connection limit 0');
      await operator.query(cut);
    },
    async end({ operator }) {
      await operator.query('alter role app connection limit -1');
    },
  },
];

for (const { name, begin, end } of postgresFaults) {
  test(`R49: while PostgreSQL is ${name}, requests get 503 within two seconds, and it recovers without a restart`, async (t) => {
    const postgres = await startPostgres();
    t.after(() => postgres.stop());
    const operator = new pg.Client({ connectionString: postgres.url });
    operator.on('error', () => undefined);
    await operator.connect();
    await operator.query('create role app login');
    await operator.query('create database app owner app');
    const address = new URL(postgres.url);
    address.username = 'app';
    address.pathname = '/app';
    const link = await slowLink(address.href);
    t.after(() => link.close());
    const server = await startServer({ database: link.address });
    t.after(() => server.kill());
    const scene = await sceneAt(server, await peopleOf(address.href));
    await begin({ postgres, link, operator });
    await assertRefused(t, name, scene, () => [...changes(scene), ...reads(scene)]);
    // A second time, now that the connection pool has seen the failure.
    await assertRefused(t, name, scene, () => [...changes(scene), ...reads(scene)]);
    await end({ postgres, link, operator });
    await assertRecovered(scene);
    await operator.end().catch(() => undefined);
  });
}

test('R49: while the disk is full, changes get 503 within two seconds, and it recovers without a restart', async (t) => {
  const disk = smallDisk(16);
  t.after(() => disk.remove());
  const people = await peopleOf(disk.template);
  const server = await startServer({ database: disk.database }, disk.launcher);
  t.after(() => server.kill());
  const scene = await sceneAt(server, people);
  disk.fill(server.pid);
  await assertRefused(t, 'full', scene, () => changes(scene));
  for (const reply of await Promise.all(reads(scene))) assert.equal(reply.status, 200, 'what only reads goes on');
  disk.empty(server.pid);
  await assertRecovered(scene);
});

test('R49: while another process locks the database file, changes get 503 within two seconds, and then it recovers', async (t) => {
  const fixture = await sqliteForTests.open();
  t.after(() => fixture.close());
  const server = await startServer({ database: fixture.address });
  t.after(() => server.kill());
  const scene = await sceneAt(server, await peopleOf(fixture.address));
  const other = new DatabaseSync(fixture.address);
  other.exec('begin immediate');
  await assertRefused(t, 'held', scene, () => changes(scene));
  for (const reply of await Promise.all(reads(scene))) assert.equal(reply.status, 200, 'what only reads goes on');
  other.exec('rollback');
  other.close();
  await assertRecovered(scene);
});

test('R49: a database file on a read-only disk makes the start fail with an error that says so', async (t) => {
  const disk = smallDisk(16, { readOnly: true });
  t.after(() => disk.remove());
  await peopleOf(disk.template);
  await assert.rejects(startServer({ database: disk.database }, disk.launcher), /it is on a read-only disk/);
});
