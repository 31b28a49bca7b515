import { Kysely, PostgresDialect, type PostgresPool, type PostgresPoolClient, sql } from 'kysely';
import pg from 'pg';
import { budgetLeft, onBudget } from '../budget.ts';
import { ConstraintError, type Database, type StoreLogger, StoreUnavailableError } from '../database.ts';
import type { Schema } from '../schema.ts';

/** Eight connections are enough for a few cores. More connections would only wait for locks of each other. */
const CONNECTIONS = 8;
/** ms. The time that work without a budget waits for a connection: the sweeper, an import or the command line. */
const CONNECT_TIMEOUT = 5000;
/**
 * ms after which an unused connection is closed. The ten seconds of the driver are too short: a burst of requests after
 * a quiet minute would first open nine connections, and `health` would wait for one of them (R87).
 */
const IDLE_TIMEOUT = 600_000;
/**
 * ms. The time that a statement waits for a locked row. It is shorter than the budget of a request, so PostgreSQL gives
 * up first and the connection stays usable.
 */
const LOCK_TIMEOUT = 1200;
/** ms after which PostgreSQL cancels a statement. */
const STATEMENT_TIMEOUT = 5000;
/**
 * ms. The limit on this side for a statement without a budget, in case the database itself does not respond (a stopped
 * process, a cut cable).
 */
const QUERY_TIMEOUT = 7000;
/** ms. A stopped instance must not keep its row locks (R85): PostgreSQL rolls its transaction back. */
const IDLE_IN_TRANSACTION = 5000;
/**
 * ms. A result within this time shows that the database works, so a wait for a connection is only a queue in this
 * process.
 */
const PROMPT_RESPONSE = 500;
/**
 * The largest number of statements with a name. Further ones have none, so that the memory for plans on the server
 * stays bounded.
 */
const NAMED_STATEMENTS = 500;

/** int8 is the type of bigint columns and count(). All our values are far below 2^53. */
const parsers: pg.CustomTypesConfig = {
  getTypeParser: (oid, format) =>
    oid === pg.types.builtins.INT8 ? (text: string) => Number(text) : pg.types.getTypeParser(oid, format),
};

/** How the connections are opened. */
interface PostgresOptions {
  logger?: StoreLogger | undefined;
  /** The schema of the tables. Default: that of the connection's own search path. */
  schema?: string | undefined;
}

/**
 * The dialect of Kysely over a pool of connections. Its statements are named (planned once per connection), and its
 * errors are those of the store.
 */
export function postgresDialect(
  address: string,
  { logger, schema, connections = CONNECTIONS }: PostgresOptions & { connections?: number },
): PostgresDialect {
  const pool = new pg.Pool({
    connectionString: address,
    max: connections,
    connectionTimeoutMillis: CONNECT_TIMEOUT,
    idleTimeoutMillis: IDLE_TIMEOUT,
    lock_timeout: LOCK_TIMEOUT,
    statement_timeout: STATEMENT_TIMEOUT,
    idle_in_transaction_session_timeout: IDLE_IN_TRANSACTION,
    application_name: 'tweestap',
    types: parsers,
    // Before the first statement of a connection. If it fails, the connection is not used.
    ...(schema === undefined
      ? {}
      : { onConnect: (client) => client.query("select set_config('search_path', $1, false)", [schema]) }),
  } satisfies pg.PoolConfig as pg.PoolConfig);
  // Without listeners, a lost connection would end the process.
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
  let respondedAt = 0;
  const wrap = (client: pg.PoolClient): PostgresPoolClient => {
    // A statement that was abandoned may still be running. No other statement can follow it on its connection, not even
    // a rollback.
    let abandoned: unknown;
    const query = async (sql: string, values: readonly unknown[] = []): Promise<unknown> => {
      if (abandoned !== undefined) throw abandoned;
      const name = values.length > 0 ? nameOf(sql) : undefined;
      const query_timeout = timeoutOf(budgetLeft(QUERY_TIMEOUT));
      const config = { text: sql, values: [...values], query_timeout, ...(name === undefined ? {} : { name }) };
      const since = performance.now();
      try {
        const result = await client.query(config);
        if (performance.now() - since < PROMPT_RESPONSE) respondedAt = performance.now();
        return result;
      } catch (error) {
        if (!(error instanceof pg.DatabaseError)) abandoned = error;
        throw error;
      }
    };
    return {
      query: ((sql: string, values?: readonly unknown[]) =>
        onBudget(() => guarded(() => query(sql, values)))) as unknown as PostgresPoolClient['query'],
      release: (destroy) => client.release(destroy || abandoned !== undefined),
    };
  };
  return {
    options: pool.options,
    end: () => pool.end(),
    async connect() {
      const client = await guarded(() => connect(pool, () => respondedAt));
      const known = wrapped.get(client) ?? wrap(client);
      wrapped.set(client, known);
      return known;
    },
  };
}

/** The timeout in the form that the driver takes: a whole number of ms, or undefined for no limit. */
const timeoutOf = (ms: number): number | undefined => (Number.isFinite(ms) ? Math.ceil(ms) : undefined);

/**
 * Takes a connection from the pool. A request gives up when its budget is used, except while the database responds
 * promptly to others: then the wait is a queue in this process, which the pool ends after `CONNECT_TIMEOUT`.
 */
async function connect(pool: pg.Pool, respondedAt: () => number): Promise<pg.PoolClient> {
  const limit = budgetLeft(Number.POSITIVE_INFINITY);
  const connecting = pool.connect();
  if (!Number.isFinite(limit)) return await connecting;
  const { promise: noResponse, reject } = Promise.withResolvers<never>();
  let timer: NodeJS.Timeout;
  const check = (): void => {
    const silentFor = performance.now() - respondedAt();
    if (silentFor < limit) timer = setTimeout(check, limit - silentFor);
    else reject(new Error('no connection was free, and the database did not answer'));
  };
  timer = setTimeout(check, limit);
  try {
    return await Promise.race([connecting, noResponse]);
  } catch (error) {
    // The connection may still be opened. It then goes back to the pool.
    connecting.then(
      (client) => client.release(),
      () => undefined,
    );
    throw error;
  } finally {
    clearTimeout(timer);
  }
}

/** Runs one call of the driver and converts its error (R49). Class 23 is 'integrity constraint violation'. */
async function guarded<T>(call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (error) {
    const code = error instanceof pg.DatabaseError ? (error.code ?? '') : '';
    if (code.startsWith('23')) throw new ConstraintError(error);
    throw new StoreUnavailableError(`PostgreSQL failed: ${(error as Error).message}`, error);
  }
}

/** Opens a pool of connections, and one separate connection for `health`. The first statement connects. */
export function openPostgres(address: string, options: PostgresOptions): Database {
  const pool = new Kysely<Schema>({ dialect: postgresDialect(address, options) });
  const probe = new Kysely<Schema>({ dialect: postgresDialect(address, { ...options, connections: 1 }) });
  return {
    dialect: 'postgres',
    ...(options.schema === undefined ? {} : { schema: options.schema }),
    read: pool,
    probe,
    // READ COMMITTED is enough: every rule is a conditional statement, which is evaluated again after a wait for a row.
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
