import type { Database, OpenOptions } from '../database.ts';
import { openPostgres } from '../postgres/open-postgres.ts';
import { openSqlite } from '../sqlite/open-sqlite.ts';
import { migrate } from './migrate.ts';

/**
 * Opens a file's path (node:sqlite) or a `postgres://` address and brings its tables up to date under a lock.
 * @throws SchemaTooNewError, StoreUnavailableError
 */
export async function openDatabase(address: string, options: OpenOptions): Promise<Database> {
  const database = isPostgres(address) ? openPostgres(address, options.logger) : openSqlite(address);
  try {
    await migrate(database, options);
  } catch (error) {
    await database.close();
    throw error;
  }
  return database;
}

/** Whether an address names a PostgreSQL database; all else is a file's path. */
function isPostgres(address: string): boolean {
  return /^postgres(?:ql)?:\/\//.test(address);
}
