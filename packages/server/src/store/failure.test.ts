import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { sql } from 'kysely';
import { insertAccount } from './accounts/accounts.ts';
import { ConstraintError, StoreUnavailableError } from './database.ts';
import { findFlow } from './flows.ts';
import { openDatabase } from './open/open-database.ts';
import { findSession } from './sessions.ts';
import { postgresForTests, withEachDatabase } from './testing/databases.ts';
import { addAccount, addFlow, anAccount } from './testing/rows.ts';

/* Threat: the failure of a database is treated like an empty result: no session, no lock, no spent code. */

withEachDatabase(
  'R49 reads and writes throw when the database fails, and never give an empty result',
  async ({ database }) => {
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
  },
);

withEachDatabase('a duplicate key is distinguished from a failure of the database', async ({ database }) => {
  const row = await addAccount(database);
  await assert.rejects(
    database.write((tx) => insertAccount(tx, anAccount({ username_key: row.username_key }))),
    ConstraintError,
  );
});

test('R49 a lost connection fails the running transaction, and the next one succeeds without a restart', async () => {
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

test('opening an address where no database listens fails with the connection error', async () => {
  await assert.rejects(
    openDatabase('postgres://nobody@127.0.0.1:1/none', { clock: Date.now }),
    (error: Error) => error instanceof StoreUnavailableError && /ECONNREFUSED/.test(error.message),
  );
});

test('opening a path that cannot be a database fails with a message of one line', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'tweestap-bad-'));
  const rejects = async (file: string, pattern: RegExp): Promise<void> => {
    await assert.rejects(openDatabase(file, { clock: Date.now }), (error: Error) => {
      assert.ok(error instanceof StoreUnavailableError);
      assert.match(error.message, pattern);
      assert.ok(!error.message.includes('\n'));
      return true;
    });
  };
  mkdirSync(join(folder, 'folder'));
  writeFileSync(join(folder, 'text'), 'this is a text file and not a database, as its first bytes show '.repeat(20));
  await rejects(join(folder, 'none', 'a.db'), /folder does not exist/);
  await rejects(join(folder, 'folder'), /it is a folder/);
  await rejects(join(folder, 'text'), /not a database/);
  await rejects(':memory:', /must be the path of a file/);
  rmSync(folder, { recursive: true });
});
