import assert from 'node:assert/strict';
import { sql } from 'kysely';
import { SchemaTooNewError } from '../database.ts';
import { migrations } from '../migrations/index.ts';
import { withEachDatabase } from '../testing/databases.ts';
import { migrate } from './migrate.ts';
import { openDatabase } from './open-database.ts';

withEachDatabase('opening an up-to-date database changes nothing', async ({ database, openAnother }) => {
  await openAnother();
  const found = await sql<{ version: number }>`select version from schema_versions`.execute(database.read);
  assert.deepEqual(
    found.rows.map((row) => row.version),
    migrations.map((migration) => migration.version),
  );
});

withEachDatabase('instances that start at the same moment migrate the database once', async ({ database, clock }) => {
  let runs = 0;
  const next = {
    version: 1000,
    name: '1000-test',
    up: async (db: Parameters<(typeof migrations)[0]['up']>[0]) => {
      runs += 1;
      await sql`create table made_once (id integer)`.execute(db);
    },
  };
  const list = [...migrations, next];
  await Promise.all([1, 2, 3, 4].map(() => migrate(database, { clock }, list)));
  assert.equal(runs, 1);
});

withEachDatabase('a migration that fails is rolled back completely', async ({ database, clock }) => {
  const broken = {
    version: 1000,
    name: '1000-test',
    up: async (db: Parameters<(typeof migrations)[0]['up']>[0]) => {
      await sql`create table partly_made (id integer)`.execute(db);
      throw new Error('the power failed');
    },
  };
  await assert.rejects(migrate(database, { clock }, [...migrations, broken]), /the power failed/);
  await assert.rejects(sql`select * from partly_made`.execute(database.read), /partly_made/);
  await migrate(database, { clock });
});

withEachDatabase(
  'a database of a newer version is refused, with instructions',
  async ({ database, address, clock }) => {
    await database.write((tx) => sql`insert into schema_versions values (9999, 'from-the-future', 0)`.execute(tx));
    await assert.rejects(openDatabase(address, { clock }), (error: Error) => {
      assert.ok(error instanceof SchemaTooNewError);
      assert.match(error.message, /9999.*start the newer version/);
      return true;
    });
  },
);
