import { type Database, type OpenOptions, StoreUnavailableError } from '../database.ts';
import { chooseSchema } from '../postgres/choose-schema.ts';
import { openPostgres } from '../postgres/open-postgres.ts';
import { openSqlite } from '../sqlite/open-sqlite.ts';
import { migrate } from './migrate.ts';

/**
 * Opens the database at the path of a file (node:sqlite) or at a `postgres://` address, and runs the missing migrations
 * under a lock.
 * @throws SchemaTooNewError, ForeignTableError, MissingSchemaError, StoreUnavailableError
 */
export async function openDatabase(address: string, options: OpenOptions): Promise<Database> {
  try {
    return await open(address, options);
  } catch (error) {
    throw error instanceof StoreUnavailableError ? withSetting(error, address) : error;
  }
}

async function open(address: string, options: OpenOptions): Promise<Database> {
  const { logger } = options;
  const database = isPostgres(address)
    ? openPostgres(address, { logger, schema: await chooseSchema(address, options.schema) })
    : openSqlite(address);
  try {
    await migrate(database, options);
  } catch (error) {
    await database.close();
    throw error;
  }
  return database;
}

/** Names the setting, and the file (R95). The address of PostgreSQL may contain a password, so it is not repeated. */
function withSetting({ message, cause, busy }: StoreUnavailableError, address: string): StoreUnavailableError {
  const file = isPostgres(address) || message.includes(address) ? '' : ` (${address})`;
  return new StoreUnavailableError(`database (TWEESTAP_DATABASE): ${message}${file}`, cause, busy);
}

/** Whether an address names a PostgreSQL database. Any other address is the path of a file. */
export function isPostgres(address: string): boolean {
  return /^postgres(?:ql)?:\/\//.test(address);
}
