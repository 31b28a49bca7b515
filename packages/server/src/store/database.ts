import { Kysely, sql } from 'kysely';
import { groupCommit } from './group-commit.ts';
import type { Database, OpenOptions } from './handles.ts';
import { migrate } from './migrate.ts';
import { postgresDialect } from './postgres.ts';
import type { Schema } from './schema.ts';
import { sqliteDialect } from './sqlite-dialect.ts';
import { prepareFile } from './sqlite-file.ts';
import type { WriterAtRest } from './writer-at-rest.ts';

export { ConstraintError, Rollback, SchemaTooNewError, StoreUnavailableError } from './errors.ts';
export type { Database, Db, OpenOptions, Tx } from './handles.ts';

/**
 * Opens a file's path (node:sqlite) or a `postgres://` address and brings its tables up to date under a lock.
 * @throws SchemaTooNewError, StoreUnavailableError
 */
export async function openDatabase(address: string, options: OpenOptions): Promise<Database> {
  const database = isPostgres(address) ? openPostgres(address, options) : openSqlite(address);
  try {
    await migrate(database, options);
  } catch (error) {
    await database.close();
    throw error;
  }
  return database;
}

/** Whether an address names a PostgreSQL; all else is a file's path. */
function isPostgres(address: string): boolean {
  return /^postgres(?:ql)?:\/\//.test(address);
}

function openSqlite(file: string): Database {
  prepareFile(file);
  const atRest: WriterAtRest = {};
  const writer = new Kysely<Schema>({ dialect: sqliteDialect(file, 'writer', atRest) });
  const read = new Kysely<Schema>({ dialect: sqliteDialect(file, 'reader', atRest) });
  const group = groupCommit(writer);
  return {
    dialect: 'sqlite',
    read,
    probe: read,
    write: group.write,
    ping: async () => {
      await sql`select 1`.execute(read);
    },
    async close() {
      await group.close();
      await read.destroy();
      await writer.destroy();
    },
  };
}

function openPostgres(address: string, options: OpenOptions): Database {
  const pool = new Kysely<Schema>({ dialect: postgresDialect(address, options.logger) });
  const probe = new Kysely<Schema>({ dialect: postgresDialect(address, options.logger, 1) });
  return {
    dialect: 'postgres',
    read: pool,
    probe,
    // READ COMMITTED: every rule of ours is a conditional statement that looks again after waiting for a row.
    write: (work) => pool.transaction().setIsolationLevel('read committed').execute(work),
    ping: async () => {
      await sql`select 1`.execute(probe);
    },
    async close() {
      await pool.destroy();
      await probe.destroy();
    },
  };
}
