import { sql } from 'kysely';
import { withoutLimit } from './budget.ts';
import { SchemaTooNewError } from './errors.ts';
import type { Database, Db, OpenOptions, Tx } from './handles.ts';
import { migrations } from './migrations/index.ts';
import type { Migration } from './migrations/migration.ts';

/** The key of the advisory lock: 'tweestap' in ASCII would not fit, so its first bytes. */
const LOCK = 0x74776565;

/**
 * Brings the tables up to date: all missing migrations in one transaction, under a lock, so that instances that start
 * together do it once and a killed one leaves nothing half-made.
 * @throws SchemaTooNewError when a newer program was here before
 */
export async function migrate(
  database: Database,
  options: OpenOptions,
  list: readonly Migration[] = migrations,
): Promise<void> {
  const done = await withoutLimit(() =>
    database.write(async (tx) => {
      // SQLite's writer holds the lock since its BEGIN IMMEDIATE.
      if (database.dialect === 'postgres') await lockPatiently(tx);
      const version = await versionOf(tx);
      const known = list.at(-1)?.version ?? 0;
      if (version > known) throw new SchemaTooNewError(version, known);
      const missing = list.filter((migration) => migration.version > version);
      for (const migration of missing) {
        await migration.up(tx, database.dialect);
        await sql`insert into schema_versions (version, name, applied_at)
        values (${migration.version}, ${migration.name}, ${options.clock()})`.execute(tx);
      }
      return missing.map((migration) => migration.name);
    }),
  );
  if (done.length > 0) options.logger?.info({ migrations: done }, 'the database was brought up to date');
}

/** A large table takes longer than a request may, and another instance that migrates it is waited for. */
async function lockPatiently(tx: Tx): Promise<void> {
  await sql`set local lock_timeout = 0`.execute(tx);
  await sql`set local statement_timeout = 0`.execute(tx);
  await sql`select pg_advisory_xact_lock(${LOCK})`.execute(tx);
}

/** The version that the tables have; 0 before the first migration. */
export async function schemaVersion(db: Db): Promise<number> {
  const found = await sql<{ version: number | null }>`select max(version) as version from schema_versions`.execute(db);
  return found.rows[0]?.version ?? 0;
}

async function versionOf(tx: Tx): Promise<number> {
  await sql`create table if not exists schema_versions
    (version integer primary key, name text not null, applied_at bigint not null)`.execute(tx);
  return await schemaVersion(tx);
}
