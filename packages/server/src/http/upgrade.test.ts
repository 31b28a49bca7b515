import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import pg from 'pg';
import { stepOf, totpCode } from '../factors/totp/code.ts';
import { type Fixture, testDatabases, testsOn } from '../store/testing/databases.ts';
import type { Browser } from './testing/browser.ts';
import { type HeldFlow, serve, start, submit } from './testing/server.ts';

/*
 * Threat: an upgrade locks users out, ends their open flows or sessions, or breaks the hash chain of the audit. The
 * dumps were created by the code before factor rows had the column `data` (schema version 12). They contain two users
 * with an authenticator and recovery codes, an open flow at the code step, a session and a remembered device. A failed
 * email is added to them, because an upgrade copies the outbox on SQLite.
 */

const dumps = join(import.meta.dirname, '../store/testing/dumps');

interface DumpedUser {
  id: string;
  organisation: string;
  username: string;
  password: string;
  /** The TOTP secret, in base64. */
  secret: string;
  recoveryCodes: string[];
}

/** The secrets, tokens and cookies of the users in the dump. */
interface Dump {
  users: { ada: DumpedUser; bob: DumpedUser };
  openFlow: { id: string; token: string; cookies: [string, string][] };
  loggedIn: { cookies: [string, string][] };
}

/** An email that was given up before the upgrade. */
const failedMail = (account: string, organisation: string): string => `
  insert into outbox (id, organisation_id, account_id, channel, template, data, created_at, send_after, attempts, state,
    last_error) values ('failed', '${organisation}', '${account}', 'mail', 'unlocked', '{}', 1767225600000, 1767225600000, 47,
    'dead', 'smtp-550');`;

/** Loads the dump into an empty database, and returns a fixture with the address of that database. */
async function load(fixture: Fixture, kind: 'sqlite' | 'postgres'): Promise<Fixture & { dump: Dump }> {
  const dump = JSON.parse(readFileSync(join(dumps, `version-12.${kind}.json`), 'utf8')) as Dump;
  const { ada } = dump.users;
  const statements = readFileSync(join(dumps, `version-12.${kind}.sql`), 'utf8') + failedMail(ada.id, ada.organisation);
  if (kind === 'postgres') {
    const client = new pg.Client({ connectionString: fixture.address });
    await client.connect();
    await client.query(`drop schema if exists tweestap, public cascade; create schema public; ${statements}`);
    await client.end();
    return { ...fixture, schema: undefined, dump };
  }
  const address = join(dirname(fixture.address), 'dumped.db');
  const database = new DatabaseSync(address);
  database.exec(statements);
  database.close();
  return { ...fixture, address, dump };
}

function holding(browser: Browser, cookies: readonly [string, string][]): Browser {
  for (const [name, value] of cookies) browser.cookies.set(name, value);
  return browser;
}

const firstInputs = ({ organisation, username, password }: DumpedUser): object[] => [
  { step: 'organisation', organisation },
  { step: 'username', username },
  { step: 'password', password },
];

for (const kind of testDatabases) {
  testsOn(kind)('an upgrade from a dump of version 12 keeps users, open flows, sessions and devices', async (empty) => {
    const fixture = await load(empty, kind.name);
    const { dump, clock } = fixture;
    clock.advance(60_000);
    const server = await serve(fixture);
    const code = ({ secret }: DumpedUser): string => totpCode(Buffer.from(secret, 'base64'), stepOf(clock()));
    try {
      const { ada, bob } = dump.users;
      const interrupted = holding(server.browser(), dump.openFlow.cookies);
      const flow = { ...dump.openFlow, reply: undefined } as unknown as HeldFlow;
      const ended = await submit(interrupted, flow, { step: 'totp', code: code(ada) });
      assert.equal(ended.body.flow?.status, 'done', ended.text);

      const returning = holding(server.browser(), dump.loggedIn.cookies);
      assert.equal((await returning.get('/session')).body.session?.user.username, 'bob');
      assert.equal((await start(returning, 'login', firstInputs(bob))).reply.body.flow.status, 'done', 'remembered');

      const onNewDevice = server.browser();
      const login = await start(onNewDevice, 'login', firstInputs(bob));
      assert.equal(login.reply.body.flow.step.type, 'totp');
      await submit(onNewDevice, login, { step: 'totp', action: 'switch', method: 'recovery-code' });
      const byCode = await submit(onNewDevice, login, { step: 'recovery-code', code: bob.recoveryCodes[0] });
      assert.equal(byCode.body.flow?.status, 'done', byCode.text);

      const request = { actor: { role: 'administrator', name: 'root' }, reason: 'test' } as const;
      const rotation = await server.tweestap.admin.rotateKey(request);
      assert.deepEqual(rotation.failed, []);
      const { mails } = await server.tweestap.admin.listMail({ ...request, organisation: ada.organisation });
      assert.partialDeepStrictEqual(mails, [{ id: 'failed', username: 'ada', attempts: 47, lastError: 'smtp-550' }]);
    } finally {
      await server.stop();
    }
  });
}
