import assert from 'node:assert/strict';
import { sql } from 'kysely';
import { deleteAccount, holdAccount } from './accounts.ts';
import type { Database } from './database.ts';
import { insertSession } from './sessions.ts';
import { withEachDatabase } from './testing/databases.ts';
import { aDevice, addAccount, aSession } from './testing/rows.ts';

/** Resolves once another transaction waits for a row on PostgreSQL. On SQLite a transaction waits before it begins. */
async function untilTransactionWaits({ dialect, read }: Database): Promise<void> {
  if (dialect === 'sqlite') return;
  for (;;) {
    const { rows } = await sql`select 1 from pg_stat_activity
      where datname = current_database() and wait_event_type = 'Lock'`.execute(read);
    if (rows.length > 0) return;
  }
}

withEachDatabase(
  'R66 R92 deleting an account leaves nothing of a login that is in progress',
  async ({ database, openAnother }) => {
    const { id } = await addAccount(database);
    const other = await openAnother();
    const mayCommit = Promise.withResolvers<void>();
    const hasWritten = Promise.withResolvers<void>();
    const login = database.write(async (tx) => {
      await holdAccount(tx, database.dialect, id);
      await insertSession(tx, aSession({ account_id: id }));
      await tx
        .insertInto('devices')
        .values(aDevice({ account_id: id }))
        .execute();
      hasWritten.resolve();
      await mayCommit.promise;
    });
    await hasWritten.promise;
    const deletion = other.write((tx) => deleteAccount(tx, id));
    await untilTransactionWaits(database);
    mayCommit.resolve();
    await login;
    assert.equal(await deletion, true);
    for (const table of ['sessions', 'devices', 'accounts'] as const) {
      assert.deepEqual(await database.read.selectFrom(table).selectAll().execute(), [], table);
    }
  },
);
