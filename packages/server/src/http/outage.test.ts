/*
 * Threat: a database that fails, is full or is unavailable lets a login through without its checks, or crashes the
 * server.
 */
import assert from 'node:assert/strict';
import { sql } from 'kysely';
import pg from 'pg';
import { postgresForTests, sqliteForTests } from '../store/testing/databases.ts';
import { startToCode, submit, totp, withServer, withServerOnEach } from './testing/server.ts';

/** Connects to the database `postgres`, so that the connection survives when the test database refuses connections. */
const operatorOf = async (address: string): Promise<pg.Client> => {
  const url = new URL(address);
  url.pathname = '/postgres';
  const client = new pg.Client({ connectionString: url.href });
  await client.connect();
  return client;
};

withServer(
  'R49: a database error in a login is 503 busy, sets no cookie and leaves no partial change',
  async (world) => {
    const { server, browser, fixture } = world;
    const anna = await server.user('alpha', 'anna');
    const flow = await startToCode(browser, anna);
    await fixture.database.write((tx) => sql`alter table sessions rename to sessions_away`.execute(tx));
    const refused = await submit(browser, flow, totp(anna));
    assert.equal(refused.status, 503);
    assert.equal(refused.body.code, 'busy');
    assert.equal(refused.headers['retry-after'], '1');
    assert.deepEqual(refused.setCookies, []);
    await fixture.database.write((tx) => sql`alter table sessions_away rename to sessions`.execute(tx));
    const again = await submit(browser, flow, totp(anna));
    assert.equal(again.body.flow.status, 'done', 'the code was not used up, and the flow continues without a restart');
  },
);

withServerOnEach(
  'R49: without its database every route except health/live is 503, and the server recovers without a restart',
  async (world) => {
    const { server, browser, fixture } = world;
    const anna = await server.user('alpha', 'anna');
    const flow = await startToCode(browser, anna);
    browser.cookies.set('mfa-session', 'S'.repeat(43));
    const database = new URL(fixture.address).pathname.slice(1);
    const operator = await operatorOf(fixture.address);
    await operator.query(`alter database ${database} allow_connections false`);
    await operator.query('select pg_terminate_backend(pid) from pg_stat_activity where datname = $1', [database]);
    const replies = [
      await submit(browser, flow, totp(anna)),
      await browser.get(`/flows/${flow.id}`, { token: flow.token }),
      await browser.get('/organisations?q=a'),
      await browser.get('/session'),
      await browser.patch('/account', { rememberFor: '1d' }),
      await browser.get('/health/ready'),
    ];
    for (const { status, body } of replies) assert.deepEqual([status, body.code], [503, 'busy']);
    assert.equal((await browser.get('/health/live')).status, 200);
    await operator.query(`alter database ${database} allow_connections true`);
    await operator.end();
    assert.equal((await browser.get('/health/ready')).status, 200, 'the server recovers without a restart');
    browser.cookies.delete('mfa-session');
    assert.equal((await submit(browser, flow, totp(anna))).body.flow.status, 'done');
  },
  { databases: [postgresForTests] },
);

withServer(
  'passwords beyond the hashing queue are 503 busy and cost no attempt, and health stays available (R87 in part)',
  async ({ browser, fixture }) => {
    const login = (n: number) => [
      { step: 'organisation', organisation: 'alpha' },
      { step: 'username', username: `nobody${n}` },
      { step: 'password', password: 'x' },
    ];
    const tries = Array.from({ length: 30 }, (_, n) => browser.post('/flows', { kind: 'login', inputs: login(n) }));
    const [ready, ...replies] = await Promise.all([browser.get('/health/ready'), ...tries]);
    assert.equal(ready?.status, 200);
    const busy = replies.filter(({ status }) => status === 503);
    const evaluated = replies.filter(({ body }) => body.problem?.code === 'wrong-credentials');
    assert.ok(busy.length > 0 && evaluated.length > 0);
    assert.equal(busy.length + evaluated.length, replies.length);
    for (const { headers } of busy) assert.ok(Number(headers['retry-after']) >= 1);
    const counters = await fixture.database.read.selectFrom('counters').selectAll().execute();
    const counted = counters.filter(({ key, soft }) => key.startsWith('password.') && soft > 0);
    assert.equal(counted.length, evaluated.length);
  },
  { databases: [sqliteForTests], options: { hasher: { concurrency: 1, queueLimit: 2 } } },
);

withServer(
  'a password of 1 MB is 413 (R87 in part)',
  async ({ server, browser }) => {
    const anna = await server.user('alpha', 'anna');
    const flow = await startToCode(browser, anna);
    const reply = await submit(browser, flow, { step: 'password', password: 'x'.repeat(1_000_000) });
    assert.equal(reply.status, 413);
    assert.equal((await submit(browser, flow, totp(anna))).status, 200);
  },
  { databases: [sqliteForTests] },
);
