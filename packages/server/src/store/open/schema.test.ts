/*
 * Threat: the tables meet those of the portal in its own database, so that the server does not start; or a new version does
 * not find the tables of an earlier one, so that all users are gone.
 */
import assert from 'node:assert/strict';
import pg from 'pg';
import { createTweestap } from '../../create.ts';
import { encryptionKeys, organisations } from '../../http/testing/organisations.ts';
import { memoryLogger } from '../../http/testing/server.ts';
import { chooseSchema } from '../postgres/choose-schema.ts';
import { postgresForTests, testsOn } from '../testing/databases.ts';
import { openDatabase } from './open-database.ts';

const withPostgres = testsOn(postgresForTests);

/** Runs statements on a connection of its own. */
async function run(address: string, ...statements: string[]): Promise<pg.QueryResult[]> {
  const client = new pg.Client({ connectionString: address });
  await client.connect();
  try {
    const results: pg.QueryResult[] = [];
    for (const statement of statements) results.push(await client.query(statement));
    return results;
  } finally {
    await client.end();
  }
}

/** The tables of each schema. */
async function tablesIn(address: string, schema: string): Promise<string[]> {
  const [result] = await run(address, `select tablename from pg_tables where schemaname = '${schema}' order by 1`);
  return result?.rows.map(({ tablename }) => tablename) ?? [];
}

const WITHOUT_TABLES = 'drop schema if exists tweestap, public cascade; create schema public';

withPostgres('R95 the tables are in a schema of their own, beside the tables of a portal', async (fixture) => {
  const { address, clock } = fixture;
  await run(address, 'create table public.accounts (of_the_portal integer)', 'insert into public.accounts values (1)');
  const options = { encryptionKeys, organisations, clock, baseUrl: 'http://localhost', logger: memoryLogger() };
  await (await createTweestap({ ...options, database: address })).close();
  await (await createTweestap({ ...options, database: address, schema: 'login_data' })).close();
  assert.deepEqual(await tablesIn(address, 'public'), ['accounts']);
  assert.deepEqual(await tablesIn(address, 'login_data'), await tablesIn(address, 'tweestap'));
  const [portal, ours] = await run(
    address,
    'select of_the_portal from public.accounts',
    'select id from login_data.organisations order by id',
    'drop schema login_data cascade; drop table public.accounts',
  );
  assert.deepEqual(portal?.rows, [{ of_the_portal: 1 }]);
  assert.equal(ours?.rowCount, organisations.length);
});

withPostgres(
  'the tables of an earlier version stay where its search path finds them, unless `tweestap` has some',
  async (fixture) => {
    const { address, clock } = fixture;
    const earlier = new URL(address);
    earlier.searchParams.set('options', '-c search_path=own');
    await (await openDatabase(address, { clock, schema: 'own' })).close();
    // An instance of an earlier version that starts during an upgrade creates empty tables.
    assert.equal(await chooseSchema(earlier.href, undefined), 'tweestap');
    await run(address, WITHOUT_TABLES);
    const database = await openDatabase(earlier.href, { clock });
    assert.equal(database.schema, undefined);
    assert.equal((await database.read.selectFrom('accounts').selectAll().execute()).length, 0);
    await database.close();
    assert.deepEqual(await tablesIn(address, 'tweestap'), []);
    await run(address, 'drop schema own cascade');
  },
);

withPostgres('a table `schema_versions` of another program does not count as an earlier version', async (fixture) => {
  const { address } = fixture;
  for (const columns of ['of_the_portal integer', 'version integer, name text']) {
    await run(address, WITHOUT_TABLES, `create table public.schema_versions (${columns})`);
    assert.equal(await chooseSchema(address, undefined), 'tweestap');
  }
});

withPostgres('R95 a schema that may not be created is reported with its setting and the way out', async (fixture) => {
  const { address, clock } = fixture;
  const name = 'of_a_limited_user';
  await run(address, `create role ${name} login`);
  const limited = new URL(address);
  limited.username = name;
  const open = () => openDatabase(limited.href, { clock, schema: name });
  await assert.rejects(open(), (error: Error & { code?: string }) => {
    assert.equal(error.code, 'missing-schema');
    assert.match(
      error.message,
      /^schema \(TWEESTAP_SCHEMA\): .*"of_a_limited_user".*create schema of_a_limited_user auth/,
    );
    return true;
  });
  // The right to create schemas is not needed for one that exists.
  await run(address, `create schema ${name} authorization ${name}`);
  await (await open()).close();
  await run(address, `drop schema ${name} cascade; drop role ${name}`);
});
