import { PostgresDialect, type PostgresPool, type PostgresPoolClient } from 'kysely';
import pg from 'pg';
import { ConstraintError, StoreUnavailableError } from './errors.ts';
import type { StoreLogger } from './store-logger.ts';

/** Eight connections are enough for a few cores: more of them only wait for each other's locks. */
const CONNECTIONS = 8;
/** ms. A request that waits longer than this is better answered with `503 busy`. */
const CONNECT_TIMEOUT = 5000;
const LOCK_TIMEOUT = 4000;
const STATEMENT_TIMEOUT = 5000;
/** The database itself stands still (a stopped process, a cut cable): give up from this side. */
const QUERY_TIMEOUT = 7000;
/** A stopped instance must not keep its row locks for ever (R85). */
const IDLE_IN_TRANSACTION = 10_000;
/** Statements beyond this many are sent without a name, so that a server's memory for plans stays bounded. */
const NAMED_STATEMENTS = 500;

/** int8, which bigint columns and count() give: all of ours are far below 2^53. */
const parsers: pg.CustomTypesConfig = {
  getTypeParser: (oid, format) =>
    oid === pg.types.builtins.INT8 ? (text: string) => Number(text) : pg.types.getTypeParser(oid, format),
};

/** Kysely's dialect over a pool whose statements are named (planned once a connection) and whose errors are ours. */
export function postgresDialect(
  address: string,
  logger: StoreLogger | undefined,
  connections = CONNECTIONS,
): PostgresDialect {
  const pool = new pg.Pool({
    connectionString: address,
    max: connections,
    connectionTimeoutMillis: CONNECT_TIMEOUT,
    lock_timeout: LOCK_TIMEOUT,
    statement_timeout: STATEMENT_TIMEOUT,
    query_timeout: QUERY_TIMEOUT,
    idle_in_transaction_session_timeout: IDLE_IN_TRANSACTION,
    application_name: 'tweestap',
    types: parsers,
  });
  // Without listeners a lost connection would end the process.
  pool.on('error', (error) => logger?.warn({ err: error }, 'an idle database connection was lost'));
  pool.on('connect', (client) => client.on('error', () => {}));
  return new PostgresDialect({ pool: namedStatements(pool) });
}

function namedStatements(pool: pg.Pool): PostgresPool {
  const names = new Map<string, string>();
  const wrapped = new WeakMap<pg.PoolClient, PostgresPoolClient>();
  const nameOf = (sql: string): string | undefined => {
    const known = names.get(sql);
    if (known || names.size >= NAMED_STATEMENTS) return known;
    const name = `tweestap_${names.size + 1}`;
    names.set(sql, name);
    return name;
  };
  const wrap = (client: pg.PoolClient): PostgresPoolClient => ({
    query: (async (sql: string, values: readonly unknown[] = []) => {
      const name = values.length > 0 ? nameOf(sql) : undefined;
      const config = { text: sql, values: [...values], ...(name === undefined ? {} : { name }) };
      return await guarded(() => client.query(config));
    }) as unknown as PostgresPoolClient['query'],
    release: (destroy) => client.release(destroy ?? false),
  });
  return {
    options: pool.options,
    end: () => pool.end(),
    async connect() {
      const client = await guarded(() => pool.connect());
      const known = wrapped.get(client) ?? wrap(client);
      wrapped.set(client, known);
      return known;
    },
  };
}

/** Runs one call of the driver and translates its error (R49). Class 23 is 'integrity constraint violation'. */
async function guarded<T>(call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (error) {
    const code = error instanceof pg.DatabaseError ? (error.code ?? '') : '';
    if (code.startsWith('23')) throw new ConstraintError(error);
    throw new StoreUnavailableError(`PostgreSQL failed: ${(error as Error).message}`, error);
  }
}
