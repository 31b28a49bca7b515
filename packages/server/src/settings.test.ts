import assert from 'node:assert/strict';
import { test } from 'node:test';
import { resolveOptions } from './options.ts';
import { readDatabaseSettings, readSettings, readStoreSettings, SettingsError } from './settings.ts';

const KEY = `main:${Buffer.alloc(32, 1).toString('base64')}`;
const GOOD = { TWEESTAP_DATABASE: './tweestap.db', TWEESTAP_ENCRYPTION_KEYS: KEY };

function linesOf(read: () => unknown): readonly string[] {
  try {
    read();
  } catch (error) {
    assert.ok(error instanceof SettingsError, String(error));
    return error.lines;
  }
  return assert.fail('nothing was thrown');
}

test('only the database and the keys are required, the other settings have defaults', () => {
  assert.deepEqual(readSettings({ ...GOOD, PORT: '', HOST: '' }), {
    port: 3000,
    host: '127.0.0.1',
    database: './tweestap.db',
    baseUrl: 'http://localhost:3000',
    encryptionKeys: KEY,
    trustedProxies: [],
    logLevel: 'info',
  });
});

test('every setting is read', () => {
  const settings = readSettings({
    PORT: '8443',
    HOST: '::',
    TWEESTAP_DATABASE: 'postgres://me:secret@db:5432/tweestap',
    TWEESTAP_BASE_URL: 'https://login.example/',
    TWEESTAP_ENCRYPTION_KEYS: KEY,
    TWEESTAP_TRUSTED_PROXIES: '10.0.0.1, 192.168.0.0/16',
    TWEESTAP_SMTP: 'smtps://me:secret@mail.example?from=portal@login.example',
    TWEESTAP_LOG_LEVEL: 'debug',
  });
  assert.equal(settings.mail, 'smtps://me:secret@mail.example?from=portal@login.example');
  assert.equal(settings.baseUrl, 'https://login.example');
  assert.deepEqual([settings.port, settings.host, settings.logLevel], [8443, '::', 'debug']);
  assert.deepEqual(settings.trustedProxies, ['10.0.0.1', '192.168.0.0/16']);
});

test('a schema is a plain name, and is for PostgreSQL only', () => {
  const postgres = { ...GOOD, TWEESTAP_DATABASE: 'postgres://me@db/portal', TWEESTAP_SCHEMA: 'login' };
  assert.equal(readSettings(postgres).schema, 'login');
  assert.equal(readStoreSettings(postgres).schema, 'login');
  assert.deepEqual(readDatabaseSettings(postgres), { database: postgres.TWEESTAP_DATABASE, schema: 'login' });
  for (const read of [readSettings, readStoreSettings, readDatabaseSettings]) {
    const [line] = linesOf(() => read({ ...postgres, TWEESTAP_DATABASE: './tweestap.db' }));
    assert.equal(line, 'TWEESTAP_SCHEMA must be absent with a file; only PostgreSQL has schemas.');
    for (const name of ['Login', 'pg_login', '1st', 'a-b', 'a"; drop schema public', 'x'.repeat(64)]) {
      const lines = linesOf(() => read({ ...postgres, TWEESTAP_SCHEMA: name }));
      assert.match(
        lines.join(),
        /^TWEESTAP_SCHEMA must be a name of a PostgreSQL schema such as tweestap: [^\n]+, got "/,
      );
    }
  }
});

test('each wrong setting has one line with its name, and without secrets', () => {
  const lines = linesOf(() =>
    readSettings({
      PORT: '80x',
      HOST: 'two words',
      TWEESTAP_DATABASE: 'mysql://me:hunter2@db/x',
      TWEESTAP_BASE_URL: 'ftp://x',
      TWEESTAP_ENCRYPTION_KEYS: 'main:hunter2',
      TWEESTAP_TRUSTED_PROXIES: 'everybody',
      TWEESTAP_SMTP: 'smtp://me:hunter2@mail.example?from=portal',
      TWEESTAP_LOG_LEVEL: 'loud\nline',
    }),
  );
  const names = lines.map((line) => /^[A-Z_]+/.exec(line)?.[0]);
  assert.deepEqual(names, [
    'PORT',
    'HOST',
    'TWEESTAP_DATABASE',
    'TWEESTAP_BASE_URL',
    'TWEESTAP_ENCRYPTION_KEYS',
    'TWEESTAP_TRUSTED_PROXIES',
    'TWEESTAP_SMTP',
    'TWEESTAP_LOG_LEVEL',
  ]);
  for (const line of lines) assert.doesNotMatch(line, /hunter2|\n/);
});

test('the line for a missing key says how to create one', () => {
  const lines = linesOf(() => readSettings({}));
  assert.equal(lines.length, 2);
  assert.match(lines[0] ?? '', /TWEESTAP_DATABASE is missing/);
  assert.match(lines[1] ?? '', /TWEESTAP_ENCRYPTION_KEYS is missing.*openssl rand/);
});

test('the error for a wrong setting has the same words as the error for the option of the same field', () => {
  const wrong = 'portal';
  const [line = ''] = linesOf(() => readSettings({ ...GOOD, TWEESTAP_BASE_URL: wrong }));
  assert.equal(line, 'TWEESTAP_BASE_URL must be an absolute https URL, got "portal".');
  const options = { database: './tweestap.db', encryptionKeys: KEY, baseUrl: wrong };
  assert.throws(() => resolveOptions(options), { message: line.replace('TWEESTAP_BASE_URL', 'baseUrl') });
});

test('wrong values of several kinds are refused', () => {
  const wrong = {
    PORT: ['65536', '-1', '1.5', ' 80'],
    TWEESTAP_BASE_URL: ['portal.example', 'http://portal.example', 'https://a.example/?q', 'https://u:p@a.example'],
    TWEESTAP_DATABASE: ['postgres://', 'postgres://host', 'redis://x/1'],
    TWEESTAP_ENCRYPTION_KEYS: ['x', `${KEY},${KEY}`, 'main:AAAA'],
  };
  for (const [name, values] of Object.entries(wrong)) {
    for (const value of values) {
      const lines = linesOf(() => readSettings({ ...GOOD, [name]: value }));
      assert.equal(lines.length, 1, value);
      assert.ok(lines[0]?.startsWith(name), `${name} ${value}`);
    }
  }
});

test('the command line requires only the settings that it uses', () => {
  const needed = { database: './tweestap.db', encryptionKeys: KEY, baseUrl: undefined };
  assert.deepEqual(readStoreSettings({ ...GOOD, PORT: 'x' }), needed);
  assert.deepEqual(readDatabaseSettings({ TWEESTAP_DATABASE: 'x.db' }), { database: 'x.db' });
  assert.equal(linesOf(() => readStoreSettings({})).length, 2);
  assert.equal(linesOf(() => readDatabaseSettings({})).length, 1);
});
