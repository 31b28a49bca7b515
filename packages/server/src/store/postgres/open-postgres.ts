import { Kysely, PostgresDialect, type PostgresPool, type PostgresPoolClient, sql } from 'kysely';
import pg from 'pg';
import { budgetLeft, onBudget } from '../budget.ts';
import { ConstraintError, type Database, type StoreLogger, StoreUnavailableError } from '../database.ts';
import type { Schema } from '../schema.ts';

/** Eight connections are enough for a few cores: more of them only wait for each other's locks. */
const CONNECTIONS = 8;
/** ms that work without a request's budget waits for a connection: the sweeper, an import, the command line. */
const CONNECT_TIMEOUT = 5000;
/**
 * ms after which a connection that nothing uses is closed. Longer than the driver's ten seconds: after a quiet minute a rush
 * would begin with nine logins to the database, and `health` would wait for one of them (R87).
 */
const IDLE_TIMEOUT = 600_000;
/** ms that a statement waits for a row. Below a request's budget, so that PostgreSQL gives up first and the connection lives. */
const LOCK_TIMEOUT = 1200;
const STATEMENT_TIMEOUT = 5000;
/** ms without a request's budget. The database itself stands still (a stopped process, a cut cable): give up from this side. */
const QUERY_TIMEOUT = 7000;
/** ms. A stopped instance must not keep its row locks (R85): what it was doing is rolled back. */
const IDLE_IN_TRANSACTION = 5000;
/** ms. An answer within this time shows that the database works, and that a wait for a connection is only a queue. */
const PROMPT = 500;
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
    idleTimeoutMillis: IDLE_TIMEOUT,
    lock_timeout: LOCK_TIMEOUT,
    statement_timeout: STATEMENT_TIMEOUT,
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
  let promptAt = 0;
  const wrap = (client: pg.PoolClient): PostgresPoolClient => {
    // A statement that was given up may still run: nothing can follow it on its connection, not even a rollback.
    let given: unknown;
    const query = async (sql: string, values: readonly unknown[] = []): Promise<unknown> => {
      if (given !== undefined) throw given;
      const name = values.length > 0 ? nameOf(sql) : undefined;
      const query_timeout = timeoutOf(budgetLeft(QUERY_TIMEOUT));
      const config = { text: sql, values: [...values], query_timeout, ...(name === undefined ? {} : { name }) };
      const since = performance.now();
      try {
        const result = await client.query(config);
        if (performance.now() - since < PROMPT) promptAt = performance.now();
        return result;
      } catch (error) {
        if (!(error instanceof pg.DatabaseError)) given = error;
        throw error;
      }
    };
    return {
      query: ((sql: string, values?: readonly unknown[]) =>
        onBudget(() => guarded(() => query(sql, values)))) as unknown as PostgresPoolClient['query'],
      release: (destroy) => client.release(destroy || given !== undefined),
    };
  };
  return {
    options: pool.options,
    end: () => pool.end(),
    async connect() {
      const client = await guarded(() => connect(pool, () => promptAt));
      const known = wrapped.get(client) ?? wrap(client);
      wrapped.set(client, known);
      return known;
    },
  };
}

/** The driver takes a whole number of ms, and nothing where there is no limit. */
const timeoutOf = (ms: number): number | undefined => (Number.isFinite(ms) ? Math.ceil(ms) : undefined);

/**
 * Takes a connection from the pool. A request gives up when its budget is over, but not while the database answers others
 * promptly: then the wait is a queue of this process, which the pool itself ends after `CONNECT_TIMEOUT`.
 */
async function connect(pool: pg.Pool, promptAt: () => number): Promise<pg.PoolClient> {
  const limit = budgetLeft(Number.POSITIVE_INFINITY);
  const connecting = pool.connect();
  if (!Number.isFinite(limit)) return await connecting;
  const { promise: silence, reject } = Promise.withResolvers<never>();
  let timer: NodeJS.Timeout;
  const look = (): void => {
    const quiet = performance.now() - promptAt();
    if (quiet < limit) timer = setTimeout(look, limit - quiet);
    else reject(new Error('no connection was free, and the database did not answer'));
  };
  timer = setTimeout(look, limit);
  try {
    return await Promise.race([connecting, silence]);
  } catch (error) {
    // It may still come: then it goes back to the pool.
    connecting.then(
      (client) => client.release(),
      () => undefined,
    );
    throw error;
  } finally {
    clearTimeout(timer);
  }
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

/** A pool of connections, and one more for `health`. The first statement connects. */
export function openPostgres(address: string, logger: StoreLogger | undefined): Database {
  const pool = new Kysely<Schema>({ dialect: postgresDialect(address, logger) });
  const probe = new Kysely<Schema>({ dialect: postgresDialect(address, logger, 1) });
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
