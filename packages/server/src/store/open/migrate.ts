import { sql } from 'kysely';
import { withoutLimit } from '../budget.ts';
import {
  type Database,
  type Db,
  ForeignTableError,
  MissingSchemaError,
  type OpenOptions,
  SchemaTooNewError,
  StoreUnavailableError,
  type Tx,
} from '../database.ts';
import { migrations } from '../migrations/index.ts';
import type { Migration } from '../migrations/migration.ts';

/** The key of the advisory lock: the first bytes of 'tweestap' in ASCII, because all of it would not fit. */
const LOCK = 0x74776565;

/**
 * Runs all missing migrations in one transaction, under a lock. Instances that start at the same moment migrate once,
 * and an instance that is killed leaves nothing incomplete.
 * @throws SchemaTooNewError when a newer version has migrated the database; ForeignTableError, MissingSchemaError
 */
export async function migrate(
  database: Database,
  options: OpenOptions,
  list: readonly Migration[] = migrations,
): Promise<void> {
  const done = await withoutLimit(() =>
    database.write(async (tx) => {
      // On SQLite, the writer has held the lock since its BEGIN IMMEDIATE.
      if (database.dialect === 'postgres') await lockPatiently(tx);
      if (database.schema !== undefined) await createSchema(tx, database.schema);
      const version = await ownTables(database, () => versionOf(tx));
      const known = list.at(-1)?.version ?? 0;
      if (version > known) throw new SchemaTooNewError(version, known);
      const missing = list.filter((migration) => migration.version > version);
      for (const migration of missing) {
        await ownTables(database, () => migration.up(tx, database.dialect));
        await sql`insert into schema_versions (version, name, applied_at)
        values (${migration.version}, ${migration.name}, ${options.clock()})`.execute(tx);
      }
      return missing.map((migration) => migration.name);
    }),
  );
  if (done.length > 0) options.logger?.info({ migrations: done }, 'the database was migrated');
}

/**
 * Takes the lock without a time limit: the migration of a large table takes longer than a request may, and so does
 * waiting for another instance that migrates.
 */
async function lockPatiently(tx: Tx): Promise<void> {
  await sql`set local lock_timeout = 0`.execute(tx);
  await sql`set local statement_timeout = 0`.execute(tx);
  await sql`select pg_advisory_xact_lock(${LOCK})`.execute(tx);
}

/** The message of PostgreSQL when its user may not create a schema (code 42501, 'insufficient privilege'). */
const REFUSED = /permission denied/;

/**
 * Creates the schema if it is missing. Its existence is checked first, because 'if not exists' requires the right to create
 * schemas even if the schema exists. @throws MissingSchemaError
 */
async function createSchema(tx: Tx, schema: string): Promise<void> {
  const found = await sql`select 1 from pg_namespace where nspname = ${schema}`.execute(tx);
  if (found.rows.length > 0) return;
  try {
    await sql`create schema ${sql.id(schema)}`.execute(tx);
  } catch (error) {
    if (error instanceof StoreUnavailableError && REFUSED.test(error.message)) {
      throw new MissingSchemaError(schema, error);
    }
    throw error;
  }
}

/** The schema version of the database; 0 before the first migration. */
export async function schemaVersion(db: Db): Promise<number> {
  const found = await sql<{ version: number | null }>`select max(version) as version from schema_versions`.execute(db);
  return found.rows[0]?.version ?? 0;
}

/** The errors of SQLite ('table accounts already exists') and PostgreSQL ('relation "accounts" already exists'). */
const TAKEN = /(?:table|relation) "?(\w+)"? already exists/;
/** The errors for a table `schema_versions` that has other columns than ours. */
const OTHER_COLUMNS = /no such column: "?version|column "version" does not exist/;

/**
 * Replaces the error of the driver, which names no setting.
 * @throws ForeignTableError when a table of another program has one of our names
 */
async function ownTables<T>(database: Database, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const message = error instanceof StoreUnavailableError ? error.message : '';
    const [, table] = TAKEN.exec(message) ?? [];
    if (table !== undefined) throw new ForeignTableError(table, database);
    if (OTHER_COLUMNS.test(message)) throw new ForeignTableError('schema_versions', database);
    throw error;
  }
}

async function versionOf(tx: Tx): Promise<number> {
  await sql`create table if not exists schema_versions
    (version integer primary key, name text not null, applied_at bigint not null)`.execute(tx);
  return await schemaVersion(tx);
}
