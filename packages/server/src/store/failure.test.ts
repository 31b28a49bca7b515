import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { sql } from 'kysely';
import { insertAccount } from './accounts.ts';
import { ConstraintError, StoreUnavailableError } from './database.ts';
import { findFlow } from './flows.ts';
import { openDatabase } from './open/open-database.ts';
import { findSession } from './sessions.ts';
import { postgresForTests, withDatabases } from './testing/databases.ts';
import { addAccount, addFlow, anAccount } from './testing/rows.ts';

/* Threat: a database that fails is taken for one that says 'no such session, no lock, no spent code'. */

withDatabases('R49: a failing database throws for reads and writes, never an empty answer', async ({ database }) => {
  await database.write((tx) => sql`drop table sessions`.execute(tx));
  await assert.rejects(findSession(database.read, 'any'), StoreUnavailableError);
  await assert.rejects(
    database.write((tx) => tx.deleteFrom('sessions').execute()),
    StoreUnavailableError,
  );
  await assert.rejects(
    Promise.all([1, 2, 3].map(() => database.write((tx) => findSession(tx, 'any')))),
    (error: Error) => {
      assert.ok(error instanceof StoreUnavailableError && error.cause instanceof Error);
      return true;
    },
  );
  await database.ping();
});

withDatabases('a key that exists is told apart from a failure', async ({ database }) => {
  const row = await addAccount(database);
  await assert.rejects(
    database.write((tx) => insertAccount(tx, anAccount({ username_key: row.username_key }))),
    ConstraintError,
  );
});

test('R49: lost connections fail the running unit, and the next one goes on without a restart', async () => {
  const fixture = await postgresForTests.open();
  const other = await fixture.openAnother();
  const flow = await addFlow(fixture.database);
  const cut = sql`select pg_terminate_backend(pid) from pg_stat_activity
    where datname = current_database() and pid <> pg_backend_pid()`;
  await assert.rejects(
    fixture.database.write(async (tx) => {
      await tx.deleteFrom('flows').where('id', '=', flow.id).execute();
      await cut.execute(other.read);
      await tx.deleteFrom('flows').execute();
    }),
    StoreUnavailableError,
  );
  assert.equal((await findFlow(fixture.database.read, flow.id))?.id, flow.id);
  await fixture.database.ping();
  await fixture.close();
});

test('an address with nothing behind it is told at once', async () => {
  await assert.rejects(
    openDatabase('postgres://nobody@127.0.0.1:1/none', { clock: Date.now }),
    (error: Error) => error instanceof StoreUnavailableError && /ECONNREFUSED/.test(error.message),
  );
});

test('a file that can not be a database is told in one line', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'tweestap-bad-'));
  const say = async (file: string, pattern: RegExp): Promise<void> => {
    await assert.rejects(openDatabase(file, { clock: Date.now }), (error: Error) => {
      assert.ok(error instanceof StoreUnavailableError);
      assert.match(error.message, pattern);
      assert.ok(!error.message.includes('\n'));
      return true;
    });
  };
  mkdirSync(join(folder, 'folder'));
  writeFileSync(join(folder, 'text'), 'this is a text and no database at all, however one looks at it '.repeat(20));
  await say(join(folder, 'none', 'a.db'), /folder does not exist/);
  await say(join(folder, 'folder'), /it is a folder/);
  await say(join(folder, 'text'), /not a database/);
  await say(':memory:', /no file's path/);
  rmSync(folder, { recursive: true });
});
