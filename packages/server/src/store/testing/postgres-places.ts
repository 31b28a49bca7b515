import { randomBytes } from 'node:crypto';
import { after } from 'node:test';
import pg from 'pg';
import { openDatabase } from '../open/open-database.ts';
import { DEFAULT_SCHEMA } from '../postgres/choose-schema.ts';
import { startPostgres, type TestPostgres } from './postgres.ts';

/*
 * Databases for tests on one PostgreSQL. Creating a database takes as long as a hundred queries, so tests reuse
 * databases and empty them after each test: within a process, and among all processes of a run whose PostgreSQL ends
 * with the run. A database whose tables were altered by a test is not reused.
 */

let own: Promise<TestPostgres> | undefined;
const made: string[] = [];
const free: string[] = [];

// At the end of a test file, even if tests failed.
after(async () => {
  try {
    await releaseDatabases();
  } finally {
    await disconnect();
    await (await own)?.stop();
  }
});

async function releaseDatabases(): Promise<void> {
  if (own !== undefined || made.length + free.length === 0) return;
  const server = await serverUrl();
  for (const name of isShared() ? free : made) {
    await runOn(
      server,
      isShared() ? `insert into places (name) values ('${name}')` : `drop database if exists ${name} with (force)`,
    );
  }
}

/** Whether all processes of this run share one PostgreSQL that ends with the run (`global-setup.ts`). */
function isShared(): boolean {
  return process.env.TWEESTAP_TEST_PLACES === 'shared';
}

/** Creates the table of databases that no test file is using. */
export async function preparePlaces(server: string): Promise<void> {
  await runOn(server, 'create table places (name text primary key)');
  await disconnect();
}

/** Takes an empty, migrated database that no other test uses until it is returned with `giveBack`. */
export async function takePlace(): Promise<{ address: string; giveBack(): Promise<void> }> {
  const server = await serverUrl();
  const name = free.pop() ?? (await unused(server)) ?? (await make(server));
  const address = addressOf(server, name);
  expected ??= await shapeOf(address);
  return {
    address,
    async giveBack() {
      if (await emptied(address)) free.push(name);
    },
  };
}

/** The name of an unused database of another test file; undefined when there is none. */
async function unused(server: string): Promise<string | undefined> {
  if (!isShared()) return undefined;
  const [row] = await runOn<{ name: string }>(
    server,
    'delete from places where name = (select name from places limit 1 for update skip locked) returning name',
  );
  return row?.name;
}

async function make(server: string): Promise<string> {
  const name = `tweestap_test_${randomBytes(8).toString('hex')}`;
  await runOn(server, `create database ${name}`);
  made.push(name);
  const database = await openDatabase(addressOf(server, name), { clock: () => 0 });
  await database.close();
  return name;
}

/** Deletes all rows of a database. Returns false when a test changed the tables themselves. */
async function emptied(address: string): Promise<boolean> {
  if ((await shapeOf(address)) !== expected) return false;
  // This is one statement, so that it takes one connection and one round trip.
  await runOn(
    address,
    `do $$ declare name text; begin
      set local search_path = ${DEFAULT_SCHEMA};
      alter table audit disable trigger user;
      for name in select tablename from pg_tables where schemaname = '${DEFAULT_SCHEMA}' and tablename <> 'schema_versions' loop
        execute 'delete from ' || quote_ident(name);
      end loop;
      alter table audit enable trigger user;
      alter sequence audit_seq_seq restart;
    end $$`,
  );
  return true;
}

let expected: string | undefined;

/** A fingerprint of the catalogue and of the migrations that were run. Undefined when a test has deleted the tables. */
async function shapeOf(address: string): Promise<string | undefined> {
  const [table] = await runOn<{ found: boolean }>(
    address,
    `select to_regclass('${DEFAULT_SCHEMA}.schema_versions') is not null as found`,
  );
  if (!table?.found) return undefined;
  const [row] = await runOn<{ shape: string }>(
    address,
    `select md5(
    (select string_agg(nspname || '.' || relname, ',' order by nspname, relname) from pg_class
      join pg_namespace on pg_namespace.oid = relnamespace
      where nspname not like 'pg\\_%' and nspname <> 'information_schema')
    || (select string_agg(tgname::text, ',' order by tgname) from pg_trigger where not tgisinternal)
    || (select string_agg(version::text, ',' order by version) from ${DEFAULT_SCHEMA}.schema_versions)) as shape`,
  );
  return row?.shape;
}

/** The PostgreSQL in TEST_DATABASE_URL, otherwise one that this process starts. */
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

/**
 * The connections by URL, which stay open while the process runs tests: opening one costs as much as emptying a
 * database.
 */
const clients = new Map<string, Promise<pg.Client>>();

async function runOn<R extends pg.QueryResultRow>(url: string, statement: string): Promise<R[]> {
  const client = clients.get(url) ?? connect(url);
  clients.set(url, client);
  return (await (await client).query<R>(statement)).rows;
}

async function connect(url: string): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: url });
  // If a test stops the server, the connection is lost, and the next statement reports the failure.
  client.on('error', () => clients.delete(url));
  await client.connect();
  return client;
}

async function disconnect(): Promise<void> {
  const open = await Promise.allSettled(clients.values());
  clients.clear();
  for (const result of open) if (result.status === 'fulfilled') await result.value.end();
}
