/*
 * Threat: a misconfigured server starts and looks healthy, but every login fails, and nothing says which setting is
 * wrong. Each mistake must be reported once, with its setting.
 */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { sql } from 'kysely';
import { createPasswordHasher } from '../accounts/password-hasher.ts';
import { createAdmin } from '../admin/admin.ts';
import { createTweestap } from '../create.ts';
import { parseKeyring } from '../crypto/keyring.ts';
import { systemRandom } from '../crypto/tokens.ts';
import { factors } from '../factors/index.ts';
import { openDatabase } from '../store/open/open-database.ts';
import { type Fixture, withDatabases } from '../store/testing/databases.ts';
import { cheapHashing } from '../testing/users.ts';
import { encryptionKeys, organisations } from './testing/organisations.ts';
import { first, login, memoryLogger, serve, totp } from './testing/server.ts';

const otherKey = `other:${Buffer.alloc(32, 9).toString('base64')}`;
const sameIdOtherKey = `test:${Buffer.alloc(32, 9).toString('base64')}`;

/** Starts and stops a server with these keys. Returns the error if it did not start. */
async function startsWith(fixture: Fixture, keys: string): Promise<Error | undefined> {
  try {
    const server = await serve(fixture, { encryptionKeys: keys });
    await server.stop();
    return undefined;
  } catch (error) {
    assert.ok(error instanceof Error);
    return error;
  }
}

function assertNamesKeys(error: Error | undefined): void {
  assert.equal((error as { code?: string } | undefined)?.code, 'wrong-encryption-key', String(error));
  assert.match(error?.message ?? '', /^encryptionKeys \(TWEESTAP_ENCRYPTION_KEYS\): [^\n]+$/);
  assert.ok(!error?.message.includes(Buffer.alloc(32, 9).toString('base64')));
}

withDatabases(
  'R95 a server with a wrong encryption key does not start, and the error names the setting',
  async (fixture) => {
    assert.equal(await startsWith(fixture, encryptionKeys), undefined);
    assertNamesKeys(await startsWith(fixture, otherKey));
    assertNamesKeys(await startsWith(fixture, sameIdOtherKey));
    assert.equal(
      await startsWith(fixture, `${otherKey},${encryptionKeys}`),
      undefined,
      'a new key in front of the old one',
    );
    assertNamesKeys(await startsWith(fixture, encryptionKeys));
  },
);

withDatabases(
  'R95 a server with a wrong key does not start on a database of an older version, which has no canary',
  async (fixture) => {
    const server = await serve(fixture);
    await server.user('alpha', 'anna');
    await server.stop();
    await fixture.database.write((tx) => tx.deleteFrom('canaries').execute());
    assertNamesKeys(await startsWith(fixture, otherKey));
    assert.equal(await startsWith(fixture, encryptionKeys), undefined);
  },
);

withDatabases(
  'R95 health/ready fails after another instance has changed the key, and the reason is logged once',
  async (fixture) => {
    const logger = memoryLogger();
    const server = await serve(fixture, { logger });
    const browser = server.browser();
    assert.equal((await browser.get('/health/ready')).status, 200);
    assert.equal(await startsWith(fixture, `${otherKey},${encryptionKeys}`), undefined);
    for (let count = 0; count < 3; count += 1) {
      const reply = await browser.get('/health/ready');
      assert.deepEqual([reply.status, reply.body.code], [503, 'busy']);
    }
    assert.equal((await browser.get('/health/live')).status, 200);
    assert.equal(logger.lines.filter((line) => line.includes('TWEESTAP_ENCRYPTION_KEYS')).length, 1);
    await server.stop();
  },
);

withDatabases('R60 a key rotation seals the canary again, so the old key is no longer needed', async (fixture) => {
  const server = await serve(fixture);
  const anna = await server.user('alpha', 'anna');
  await server.stop();
  const both = await serve(fixture, { encryptionKeys: `${otherKey},${encryptionKeys}` });
  await both.tweestap.admin.rotateKey({ actor: { role: 'administrator', name: 'test' } as const, reason: 'test' });
  await both.stop();
  assertNamesKeys(await startsWith(fixture, encryptionKeys));
  const fresh = await serve(fixture, { encryptionKeys: otherKey });
  assert.equal((await login(fresh.browser(), anna)).body.flow.status, 'done');
  await fresh.stop();
});

withDatabases(
  'R95 after a lost key, resetting the affected factors and a key rotation make the server start again',
  async (fixture) => {
    const server = await serve(fixture);
    const anna = await server.user('alpha', 'anna');
    await server.stop();
    // The command line works even if the server does not start.
    const { database, clock } = fixture;
    const deps = {
      factors,
      database,
      clock,
      hasher: createPasswordHasher(cheapHashing),
      random: systemRandom,
      baseUrl: undefined,
    };
    const admin = createAdmin({ ...deps, keyring: parseKeyring(otherKey) });
    const request = { actor: { role: 'administrator', name: 'test' } as const, reason: 'the key is lost' };
    assert.equal((await admin.rotateKey(request)).failed.length, 1);
    assertNamesKeys(await startsWith(fixture, otherKey));
    await admin.resetFactors({ ...request, organisation: 'alpha', account: anna.id, as: 'lost' });
    assert.equal((await admin.rotateKey(request)).failed.length, 0);
    assert.equal(await startsWith(fixture, otherKey), undefined);
  },
);

withDatabases(
  'R95 a refused origin is logged once a minute, with the expected origins and the correlation id',
  async (fixture) => {
    const logger = memoryLogger();
    const server = await serve(fixture, { logger });
    const browser = server.browser();
    const refuse = async (origin: string) => {
      const reply = await browser.post('/flows', { kind: 'login' }, { headers: { origin } });
      assert.deepEqual([reply.status, reply.body.code], [403, 'cross-site']);
      const expected = `The request came from ${origin}, expected http://localhost: set baseUrl (TWEESTAP_BASE_URL) or origins, or add the page's origin to portals.`;
      assert.equal(reply.body.detail, expected);
      return reply.body.correlationId as string;
    };
    const lines = () => logger.lines.filter((line) => line.includes('The request came from'));
    const id = await refuse('https://www.portal.example');
    await refuse('https://www.portal.example');
    assert.equal(lines().length, 1);
    const expected = `"origin":"https://www.portal.example","site":null,"expected":["http://localhost"]`;
    assert.ok(lines()[0]?.includes(`"correlationId":"${id}",${expected}`), lines()[0]);
    assert.match(lines()[0] ?? '', /TWEESTAP_BASE_URL/);
    fixture.clock.advance(60_000);
    await refuse('https://www.portal.example');
    assert.equal(lines().length, 2);
    // Made-up origins fill neither the log nor the memory.
    for (let count = 0; count < 150; count += 1) await refuse(`https://${count}.example`);
    assert.ok(lines().length <= 102, `${lines().length} lines`);
    await server.stop();
  },
);

withDatabases(
  'R95 `X-Forwarded-For` of a proxy that is not in `trustedProxies` is logged once an hour, with the setting',
  async (fixture) => {
    const logger = memoryLogger();
    const server = await serve(fixture, { logger, trustedProxies: ['10.0.0.0/8'] });
    const lines = () => logger.lines.filter((line) => line.includes('TWEESTAP_TRUSTED_PROXIES'));
    const ask = (forwarded: string) =>
      server.browser().post('/flows', { kind: 'login' }, { headers: { 'x-forwarded-for': forwarded } });
    await ask('127.0.0.1');
    await ask('unknown');
    assert.deepEqual(lines(), [], 'the address of the peer itself, no address');
    for (let count = 0; count < 3; count += 1) await ask('203.0.113.9, 198.51.100.1');
    assert.equal(lines().length, 1);
    assert.match(lines()[0] ?? '', /trustedProxies.*"proxy":"127\.0\.0\.1"/);
    assert.doesNotMatch(lines()[0] ?? '', /198\.51|203\.0/, 'no address of a user');
    fixture.clock.advance(60 * 60_000);
    await ask('198.51.100.1');
    assert.equal(lines().length, 2);
    await server.stop();
  },
);

withDatabases('R95 a server without a mail transport logs this once, when it starts', async (fixture) => {
  const logger = memoryLogger();
  const server = await serve(fixture, { logger });
  await server.browser().get('/health/ready');
  assert.equal(logger.lines.filter((line) => line.includes('TWEESTAP_SMTP')).length, 1);
  await server.stop();
  const quiet = memoryLogger();
  const transport = { send: async () => {}, close: () => {} };
  for (const mail of [transport, false] as const) await (await serve(fixture, { logger: quiet, mail })).stop();
  assert.ok(!quiet.lines.some((line) => line.includes('TWEESTAP_SMTP')));
});

withDatabases('R95 a refused return-to is logged once, with its setting and without the full URL', async (fixture) => {
  const logger = memoryLogger();
  const server = await serve(fixture, { logger });
  const anna = await server.user('alpha', 'anna');
  for (let count = 0; count < 3; count += 1) {
    fixture.clock.advance(30_000);
    const body = { kind: 'login', inputs: [...first(anna), totp(anna)], returnTo: 'https://evil.example/path?secret' };
    const reply = await server.browser().post('/flows', body);
    assert.equal(reply.body.flow.step.returnTo, undefined);
  }
  const lines = logger.lines.filter((line) => line.includes('`returnTo`'));
  assert.equal(lines.length, 1);
  assert.ok(lines[0]?.includes('{"organisation":"alpha","origin":"https://evil.example"}'), lines[0]);
  await server.stop();
});

withDatabases(
  'R95 a server does not start on a database with a foreign table of the same name, and the error names the setting',
  async (fixture) => {
    const { address, clock, database } = fixture;
    const names = ['accounts', 'schema_versions'];
    const setting = database.dialect === 'sqlite' ? 'database (TWEESTAP_DATABASE)' : 'schema (TWEESTAP_SCHEMA)';
    for (const name of names) {
      await database.write(async (tx) => {
        const tables = await tx.introspection.getTables();
        for (const table of tables) await sql`drop table ${sql.table(table.name)}`.execute(tx);
        await sql`create table ${sql.table(name)} (of_another_program integer)`.execute(tx);
      });
      await assert.rejects(openDatabase(address, { clock }), (error: Error & { code?: string }) => {
        assert.equal(error.code, 'foreign-table', error.message);
        assert.ok(error.message.startsWith(`${setting}: `) && error.message.includes(`"${name}"`), error.message);
        return true;
      });
      const options = { database: address, encryptionKeys, organisations, baseUrl: 'http://localhost', clock };
      await assert.rejects(createTweestap({ ...options, logger: memoryLogger() }), { code: 'foreign-table' });
    }
    // Other tests reuse the database and read this table.
    await database.write(async (tx) => {
      await sql`drop table schema_versions`.execute(tx);
      await sql`create table schema_versions (version integer)`.execute(tx);
    });
  },
);

test('R95 a server whose database can’t be opened does not start, and the error names the setting', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'tweestap-no-database-'));
  const text = join(folder, 'notes.txt');
  writeFileSync(text, 'a text that is long enough to have the header of a database, but has none'.repeat(10));
  const cases = [
    [join(folder, 'missing', 'tweestap.db'), /its folder does not exist/],
    [folder, /it is a folder/],
    [text, /notes\.txt.*not a database|not a database.*notes\.txt/],
    ['postgres://portal:pass-word@127.0.0.1:1/portal', /ECONNREFUSED 127\.0\.0\.1:1/],
  ] as const;
  for (const schema of [undefined, 'portal']) {
    for (const [database, reason] of cases) {
      const options = { database, encryptionKeys, baseUrl: 'http://localhost', logger: memoryLogger() };
      const own = schema && database.startsWith('postgres:') ? { schema } : {};
      await assert.rejects(createTweestap({ ...options, ...own }), (error: Error & { code?: string }) => {
        assert.equal(error.code, 'store-unavailable', error.message);
        assert.match(error.message, /^database \(TWEESTAP_DATABASE\): [^\n]+$/);
        assert.match(error.message, reason);
        assert.ok(!error.message.includes('pass-word'));
        return true;
      });
    }
  }
  rmSync(folder, { recursive: true });
});
