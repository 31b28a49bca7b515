import { randomBytes } from 'node:crypto';
import { after } from 'node:test';
import pg from 'pg';
import { openDatabase } from '../database.ts';
import { startPostgres, type TestPostgres } from './postgres.ts';

/*
 * Databases for tests on one PostgreSQL. Making one takes as long as a hundred queries, so that the tests of a process
 * use them one after another, emptied in between. One whose tables a test has altered is not used again.
 */

let own: Promise<TestPostgres> | undefined;
const made: string[] = [];
const free: string[] = [];

// At the end of a test file, whether or not its tests went well.
after(async () => {
  const ours = await own;
  if (ours) return await ours.stop();
  for (const name of made) await runOn(await serverUrl(), `drop database if exists ${name} with (force)`);
});

/** The address of an empty, migrated database that nobody else uses until it is given back. */
export async function takePlace(): Promise<{ address: string; giveBack(): Promise<void> }> {
  const server = await serverUrl();
  const name = free.pop() ?? (await make(server));
  const address = addressOf(server, name);
  return {
    address,
    async giveBack() {
      if (await emptied(address)) free.push(name);
    },
  };
}

async function make(server: string): Promise<string> {
  const name = `tweestap_test_${randomBytes(8).toString('hex')}`;
  await runOn(server, `create database ${name}`);
  made.push(name);
  const database = await openDatabase(addressOf(server, name), { clock: () => 0 });
  await database.close();
  expected ??= await shapeOf(addressOf(server, name));
  return name;
}

/** Deletes all rows; false when a test changed the tables themselves. */
async function emptied(address: string): Promise<boolean> {
  if ((await shapeOf(address)) !== expected) return false;
  const names = await runOn<{ name: string }>(
    address,
    `select tablename as name from pg_tables where schemaname = 'public'`,
  );
  const tables = names.map((row) => row.name).filter((name) => name !== 'schema_versions');
  const deletions = tables.map((table) => `delete from ${table};`).join(' ');
  await runOn(
    address,
    `alter table audit disable trigger user; ${deletions} alter table audit enable trigger user;
     alter sequence audit_seq_seq restart`,
  );
  return true;
}

let expected: string | undefined;

/** A fingerprint of what is in the catalogue and of which migrations were run. */
async function shapeOf(address: string): Promise<string | undefined> {
  const [row] = await runOn<{ shape: string }>(
    address,
    `select md5(
    (select string_agg(relname::text, ',' order by relname) from pg_class
      where relnamespace = 'public'::regnamespace)
    || (select string_agg(tgname::text, ',' order by tgname) from pg_trigger where not tgisinternal)
    || (select string_agg(version::text, ',' order by version) from schema_versions)) as shape`,
  );
  return row?.shape;
}

/** The PostgreSQL that was given by TEST_DATABASE_URL, else one of this process. */
async function serverUrl(): Promise<string> {
  const given = process.env.TEST_DATABASE_URL;
  if (given) return given;
  own ??= startPostgres();
  return (await own).url;
}

function addressOf(server: string, name: string): string {
  const url = new URL(server);
  url.pathname = `/${name}`;
  return url.href;
}

async function runOn<R extends pg.QueryResultRow>(url: string, statement: string): Promise<R[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<R>(statement)).rows;
  } finally {
    await client.end();
  }
}
