/*
 * Threat: an attacker who has a backup of the database, or can read its files and the logs, finds a secret to log in
 * with.
 */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { Writable } from 'node:stream';
import { sql } from 'kysely';
import { pino } from 'pino';
import { stepOf, totpCode } from '../factors/totp/code.ts';
import { decodeSecret, encodeSecret } from '../factors/totp/secret.ts';
import { type Fixture, withDatabases } from '../store/testing/databases.ts';
import { first, type HeldFlow, serve, start, submit, type TestServer, totp } from './testing/server.ts';

const REQUEST = { actor: { role: 'administrator', name: 'desk' }, reason: 'asked by phone' } as const;
const PASSWORD = 'een heel lange zin voor mia';

/** Returns all rows of all tables as text, and on SQLite the files themselves too. */
async function everythingIn({ database, address }: Fixture): Promise<string> {
  const names = await (database.dialect === 'sqlite'
    ? sql<{ name: string }>`select name from sqlite_master where type = 'table' and name not like 'sqlite_%'`
    : sql<{ name: string }>`select tablename as name from pg_tables where schemaname = current_schema()`
  ).execute(database.read);
  assert.ok(names.rows.length > 15, `${names.rows.length} tables`);
  const parts: string[] = [];
  for (const { name } of names.rows) {
    const { rows } = await sql`select * from ${sql.table(name)}`.execute(database.read);
    parts.push(`${name} ${JSON.stringify(rows)}`);
  }
  if (database.dialect === 'sqlite') {
    for (const file of [address, `${address}-wal`]) parts.push(readFileSync(file).toString('latin1'));
  }
  return parts.join('\n');
}

/** Returns binary data in every text form in which it could be stored. */
const spellings = (secret: Uint8Array): string[] => {
  const bytes = Buffer.from(secret);
  const texts = (['hex', 'base64', 'base64url', 'latin1'] as const).map((encoding) => bytes.toString(encoding));
  return [encodeSecret(secret), ...texts.map((text) => text.replace(/=+$/, ''))];
};

const codeSpellings = (codes: readonly string[]): string[] => codes.flatMap((code) => [code, code.replaceAll('-', '')]);

const stepOfReply = ({ reply }: HeldFlow) => reply.body.flow.step;

/** A user enrolls an app and saves the recovery codes. Returns the secrets that occurred. */
async function enrollTotp(server: TestServer, { clock }: Fixture): Promise<string[]> {
  const browser = server.browser();
  const carl = await server.user('alpha', 'carl', { factor: false });
  const flow = await start(browser, 'login', [...first(carl), { step: 'enroll-offer', action: 'accept' }]);
  const { secret } = stepOfReply(flow);
  const bytes = decodeSecret(secret);
  assert.ok(bytes);
  const options = { token: flow.token, headers: { 'idempotency-key': 'k'.repeat(32) } };
  const code = totpCode(bytes, stepOf(clock()));
  const shown = await browser.post(`/flows/${flow.id}`, { inputs: [{ step: 'enroll-totp', code }] }, options);
  const { codes } = shown.body.flow.step;
  assert.equal(codes.length, 6);
  const done = await submit(browser, flow, { step: 'recovery-codes' });
  assert.equal(done.body.flow.status, 'done');
  return [carl.password, flow.token, ...spellings(bytes), ...codeSpellings(codes), ...browser.cookies.values()];
}

/** A user logs in on a remembered device, and leaves another flow open. Returns the secrets that occurred. */
async function logIn(server: TestServer): Promise<string[]> {
  const browser = server.browser();
  const anna = await server.user('alpha', 'anna');
  const flow = await start(browser, 'login', first(anna));
  const done = await submit(browser, flow, { ...totp(anna), remember: true });
  assert.equal(done.body.flow.status, 'done');
  const open = await start(server.browser(), 'login', first(anna));
  const codes = codeSpellings(anna.recoveryCodes);
  return [anna.password, flow.token, open.token, ...spellings(anna.secret), ...codes, ...browser.cookies.values()];
}

/**
 * A user is invited, requests a newer link, opens it and chooses a password; the help desk issues a code to another
 * user. Returns the secrets that occurred.
 */
async function activate(server: TestServer, { clock }: Pick<Fixture, 'clock'>): Promise<string[]> {
  const { admin, outbox } = server.tweestap;
  const mia = { ...REQUEST, organisation: 'alpha', account: 'mia' };
  await admin.addUser({ ...REQUEST, organisation: 'alpha', username: 'mia', email: 'mia@mail.example' });
  await admin.invite(mia);
  const firstLink = await linkIn(outbox);
  // Before this time, the same link would be sent again.
  clock.advance(15 * 60_000);
  const identify = { step: 'identify', username: 'mia', email: 'mia@mail.example' };
  await start(server.browser(), 'recover', [{ step: 'organisation', organisation: 'alpha' }, identify]);
  const link = await linkIn(outbox);
  assert.notEqual(firstLink, link);
  const browser = server.browser();
  const reply = await browser.post('/flows', { kind: 'activate', link });
  const flow = { id: reply.body.flow.id, token: reply.body.token, reply };
  const chosen = await submit(browser, flow, { step: 'new-password', password: PASSWORD });
  assert.equal(chosen.status, 200, chosen.text);
  const { code } = await admin.issueCode({ ...mia, account: 'anna' });
  return [PASSWORD, firstLink, link, flow.token, ...codeSpellings([code]), ...browser.cookies.values()];
}

async function linkIn(outbox: TestServer['tweestap']['outbox']): Promise<string> {
  const messages = await outbox.messages();
  const token = /#mfa-\w+=([\w-]{43})$/.exec(
    messages.flatMap(({ links }) => links).find((url) => url.includes('#')) ?? '',
  );
  assert.ok(token?.[1]);
  return token[1];
}

withDatabases(
  'R59: a full dump and all logs hold no password, secret, recovery code, session, device, flow or mailed token',
  async (fixture) => {
    let log = '';
    const sink = new Writable({
      write(chunk, _encoding, done) {
        log += String(chunk);
        done();
      },
    });
    const server = await serve(fixture, { logger: pino({ level: 'trace' }, sink) });
    const secrets: string[] = [];
    try {
      secrets.push(...(await enrollTotp(server, fixture)), ...(await logIn(server)));
      fixture.clock.advance(1000);
      secrets.push(...(await activate(server, fixture)));
      const dump = await everythingIn(fixture);
      assert.match(dump, /anna/, 'the dump contains the users');
      for (const secret of secrets) {
        // The device cookie is `id.secret`, and its id is not secret. A latin1 text may contain a dot too, so the form
        // is exact.
        const part = /^[\w-]{22}\.([\w-]{43})$/.exec(secret)?.[1] ?? secret;
        assert.ok(part.length >= 12, part);
        assert.ok(!dump.includes(part), `the dump contains ${part}`);
        assert.ok(!log.includes(part), `the log contains ${part}`);
      }
      assert.ok(secrets.length > 40, `${secrets.length} secrets`);
    } finally {
      await server.stop();
    }
  },
);
