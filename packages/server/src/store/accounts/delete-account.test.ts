import assert from 'node:assert/strict';
import { insertSession } from '../sessions.ts';
import { withEachDatabase } from '../testing/databases.ts';
import { aDevice, addAccount, aSession } from '../testing/rows.ts';
import { untilTransactionWaits } from '../testing/until-transaction-waits.ts';
import { deleteAccount } from './delete-account.ts';
import { holdAccount } from './hold-account.ts';

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
