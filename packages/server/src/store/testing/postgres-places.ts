import { randomBytes } from 'node:crypto';
import { after } from 'node:test';
import pg from 'pg';
import { openDatabase } from '../open/open-database.ts';
import { startPostgres, type TestPostgres } from './postgres.ts';

/*
 * Databases for tests on one PostgreSQL. Making one takes as long as a hundred queries, so that tests use them one after
 * another, emptied in between: within a process, and over all processes of a run whose PostgreSQL ends with the run. One
 * whose tables a test has altered is not used again.
 */

let own: Promise<TestPostgres> | undefined;
const made: string[] = [];
const free: string[] = [];

// At the end of a test file, whether or not its tests went well.
after(async () => {
  try {
    await leavePlaces();
  } finally {
    await disconnect();
    await (await own)?.stop();
  }
});

async function leavePlaces(): Promise<void> {
  if (own !== undefined || made.length + free.length === 0) return;
  const server = await serverUrl();
  for (const name of isShared() ? free : made) {
    await runOn(
      server,
      isShared() ? `insert into places (name) values ('${name}')` : `drop database if exists ${name} with (force)`,
    );
  }
}

/** Whether all processes of this run use one PostgreSQL that ends with it (`global-setup.ts`). */
function isShared(): boolean {
  return process.env.TWEESTAP_TEST_PLACES === 'shared';
}

/** Where databases wait that no test file uses. */
export async function preparePlaces(server: string): Promise<void> {
  await runOn(server, 'create table places (name text primary key)');
  await disconnect();
}

/** The address of an empty, migrated database that nobody else uses until it is given back. */
export async function takePlace(): Promise<{ address: string; giveBack(): Promise<void> }> {
  const server = await serverUrl();
  const name = free.pop() ?? (await waiting(server)) ?? (await make(server));
  const address = addressOf(server, name);
  expected ??= await shapeOf(address);
  return {
    address,
    async giveBack() {
      if (await emptied(address)) free.push(name);
    },
  };
}

/** A database that another test file has left behind, if there is one. */
async function waiting(server: string): Promise<string | undefined> {
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

/** Deletes all rows; false when a test changed the tables themselves. */
async function emptied(address: string): Promise<boolean> {
  if ((await shapeOf(address)) !== expected) return false;
  // One statement, so that one connection and one round trip do.
  await runOn(
    address,
    `do $$ declare name text; begin
      alter table audit disable trigger user;
      for name in select tablename from pg_tables where schemaname = 'public' and tablename <> 'schema_versions' loop
        execute 'delete from ' || quote_ident(name);
      end loop;
      alter table audit enable trigger user;
      alter sequence audit_seq_seq restart;
    end $$`,
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

/** Kept open for as long as the process tests: a new connection costs as much as emptying a database. */
const clients = new Map<string, Promise<pg.Client>>();

async function runOn<R extends pg.QueryResultRow>(url: string, statement: string): Promise<R[]> {
  const client = clients.get(url) ?? connect(url);
  clients.set(url, client);
  return (await (await client).query<R>(statement)).rows;
}

async function connect(url: string): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: url });
  // A server that a test stops ends it: the next statement says so.
  client.on('error', () => clients.delete(url));
  await client.connect();
  return client;
}

async function disconnect(): Promise<void> {
  const open = await Promise.allSettled(clients.values());
  clients.clear();
  for (const result of open) if (result.status === 'fulfilled') await result.value.end();
}
