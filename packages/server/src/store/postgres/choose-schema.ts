import pg from 'pg';
import { StoreUnavailableError } from '../database.ts';

/** The schema of new tables. */
export const DEFAULT_SCHEMA = 'tweestap';
const CONNECT_TIMEOUT_MS = 5000;
/** PostgreSQL's code for 'the column does not exist'. */
const UNDEFINED_COLUMN = '42703';

/** A form of a name that needs no quotes: PostgreSQL shows and stores it as it is written. */
export const SCHEMA_NAME = /^(?!pg_)[a-z_][a-z0-9_]{0,62}$/;

/**
 * Returns the schema to use: the given one, otherwise `tweestap`. A database of an earlier version has its tables where the
 * connection's own search path finds them, mostly in `public`. They stay there: the result is then undefined.
 * @throws StoreUnavailableError when the database can't be reached
 */
export async function chooseSchema(address: string, given: string | undefined): Promise<string | undefined> {
  if (given !== undefined) return given;
  const client = new pg.Client({
    connectionString: address,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    query_timeout: CONNECT_TIMEOUT_MS,
    application_name: 'tweestap',
  });
  client.on('error', () => undefined);
  try {
    await client.connect();
    const isEarlier = !(await hasOwnTables(client, `${DEFAULT_SCHEMA}.`)) && (await hasOwnTables(client, ''));
    return isEarlier ? undefined : DEFAULT_SCHEMA;
  } catch (error) {
    throw new StoreUnavailableError(`PostgreSQL failed: ${(error as Error).message}`, error);
  } finally {
    await client.end().catch(() => undefined);
  }
}

/** Whether the first migration of this program has run there. Another program may have a table of the same name. */
async function hasOwnTables(client: pg.Client, prefix: string): Promise<boolean> {
  const name = `${prefix}schema_versions`;
  const { rows } = await client.query<{ found: boolean }>('select to_regclass($1) is not null as found', [name]);
  if (!rows[0]?.found) return false;
  try {
    const first = await client.query(`select 1 from ${name} where version = 1 and name = '0001-initial'`);
    return first.rowCount === 1;
  } catch (error) {
    if (error instanceof pg.DatabaseError && error.code === UNDEFINED_COLUMN) return false;
    throw error;
  }
}
