import { Kysely, sql, type Transaction } from 'kysely';
import type { Clock } from '../crypto/tokens.ts';
import { groupCommit } from './group-commit.ts';
import { migrate } from './migrate.ts';
import { postgresDialect } from './postgres.ts';
import type { Schema } from './schema.ts';
import { sqliteDialect } from './sqlite-dialect.ts';
import { prepareFile } from './sqlite-file.ts';
import type { StoreLogger } from './store-logger.ts';

export { ConstraintError, Rollback, SchemaTooNewError, StoreUnavailableError } from './errors.ts';

/** A handle for queries: the database itself or one transaction of it. */
export type Db = Kysely<Schema>;
export type Tx = Transaction<Schema>;

export interface Database {
  readonly dialect: 'sqlite' | 'postgres';
  /** Sees every acknowledged write. Never for changes: they would miss the group commit (SQLite: they fail). */
  readonly read: Db;
  /**
   * Runs `work` as one short durable transaction and resolves after its commit. A throw undoes this unit alone and
   * reaches the caller unchanged. Nothing slow and nothing outside belongs in `work`: on SQLite all writers wait for
   * it, and a `write` inside it waits for itself. Await every query of it.
   * @throws StoreUnavailableError, ConstraintError
   */
  write<T>(work: (tx: Tx) => Promise<T>): Promise<T>;
  /** Whether it answers now. @throws StoreUnavailableError */
  ping(): Promise<void>;
  /** Finishes what was asked, then lets go. */
  close(): Promise<void>;
}

export interface OpenOptions {
  clock: Clock;
  logger?: StoreLogger;
}

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
export function isPostgres(address: string): boolean {
  return /^postgres(?:ql)?:\/\//.test(address);
}

function openSqlite(file: string): Database {
  prepareFile(file);
  const writer = new Kysely<Schema>({ dialect: sqliteDialect(file, 'writer') });
  const read = new Kysely<Schema>({ dialect: sqliteDialect(file, 'reader') });
  const group = groupCommit(writer);
  return {
    dialect: 'sqlite',
    read,
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
  return {
    dialect: 'postgres',
    read: pool,
    // READ COMMITTED: every rule of ours is a conditional statement that looks again after waiting for a row.
    write: (work) => pool.transaction().setIsolationLevel('read committed').execute(work),
    ping: async () => {
      await sql`select 1`.execute(pool);
    },
    close: () => pool.destroy(),
  };
}
