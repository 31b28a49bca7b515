import assert from 'node:assert/strict';
import { rotateSigningKeys, signingKeyAt } from '../../assertion/signing-keys.ts';
import type { Database } from '../../store/database.ts';
import { listSigningKeys } from '../../store/signing-keys.ts';
import { postgresForTests, testsOn, withDatabases, withEachDatabase } from '../../store/testing/databases.ts';
import { DESK, openDesk } from '../testing/desk.ts';

/* Threat: a thief of the database and its key signs assertions, and the operator has no way to end that. */

withDatabases(
  'R74 replaceSigningKeys deletes a key that may be stolen, and its successor signs at once',
  async (fixture) => {
    const desk = await openDesk(fixture);
    const keys = { database: fixture.database, keyring: desk.keyring };
    const now = fixture.clock();
    await rotateSigningKeys(keys, now);
    await rotateSigningKeys(keys, now + 29 * 86_400_000);
    const stolen = (await listSigningKeys(fixture.database.read)).map(({ id }) => id);
    assert.equal(stolen.length, 2, 'the present key and its successor');
    const { key, removed } = await desk.admin.replaceSigningKeys(DESK);
    assert.deepEqual(removed, stolen);
    const rows = await listSigningKeys(fixture.database.read);
    assert.deepEqual([rows.map(({ id }) => id), signingKeyAt(rows, now)?.id], [[key], key]);
    assert.ok(!stolen.includes(key));
    const [event] = await fixture.database.read
      .selectFrom('audit')
      .selectAll()
      .where('event', '=', 'admin-replace-signing-keys')
      .execute();
    assert.deepEqual(JSON.parse(event?.detail ?? '{}').removed, stolen);
    // The usual rotation goes on from there.
    await rotateSigningKeys(keys, now + 29 * 86_400_000);
    assert.equal((await listSigningKeys(fixture.database.read)).length, 2);
  },
);

withEachDatabase('R74 replaceSigningKeys at two instances at the same time leaves one key', async (fixture) => {
  const [one, two] = [await openDesk(fixture), await openDesk({ ...fixture, database: await fixture.openAnother() })];
  await Promise.allSettled([one, two, one, two].map(({ admin }) => admin.replaceSigningKeys(DESK)));
  assert.equal((await listSigningKeys(fixture.database.read)).length, 1);
});

/** A database that does the given work, once, after the first query of a transaction. */
function interrupted(database: Database, works: (() => Promise<unknown>)[]): Database {
  const write: Database['write'] = (work) =>
    database.write((tx) =>
      work(
        tx.withPlugin({
          transformQuery: ({ node }) => node,
          async transformResult({ result }) {
            await works.pop()?.();
            return result;
          },
        }) as typeof tx,
      ),
    );
  return { ...database, write };
}

// On SQLite one transaction ends before the next one begins.
testsOn(postgresForTests)(
  'R74 a replacement of the keys is refused if two others ended since it read them',
  async (fixture) => {
    const works: (() => Promise<unknown>)[] = [];
    const { admin } = await openDesk({ ...fixture, database: interrupted(fixture.database, works) });
    const { admin: other } = await openDesk({ ...fixture, database: await fixture.openAnother() });
    works.push(async () => {
      await other.replaceSigningKeys(DESK);
      await other.replaceSigningKeys(DESK);
    });
    await assert.rejects(admin.replaceSigningKeys(DESK), { code: 'busy' });
    assert.equal((await listSigningKeys(fixture.database.read)).length, 1);
  },
);
