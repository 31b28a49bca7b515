import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { type Dialect, type SqliteDatabase, SqliteDialect, type SqliteStatement } from 'kysely';
import { ConstraintError, StoreUnavailableError } from '../database.ts';
import { type Direct, offerShortcut } from '../prepared.ts';
import { isPlain } from './group-commit.ts';
import { sqlite } from './node-sqlite.ts';

/** A connection to a file. */
interface Connection extends SqliteDatabase {
  inTransaction: boolean;
}

/** The access that the read connection of a file has to the write connection. */
export interface IdleWriter {
  /**
   * Prepares a statement on the write connection. Undefined while a transaction is in progress, because other readers
   * must not see its changes.
   */
  prepare?(sql: string): SqliteStatement | undefined;
}

/** The start of a statement that only reads. */
const PLAIN_SELECT = /^select /;

/**
 * Reads on the write connection while it is idle. That connection keeps its pages in its cache, while each commit makes
 * every other connection read all of its pages again. Other statements stay on the read connection, which can't write.
 */
function preferWriter(reader: Connection, writer: IdleWriter): SqliteDatabase {
  return {
    close() {
      delete writer.prepare;
      reader.close();
    },
    prepare(sql) {
      const isRead = PLAIN_SELECT.test(sql) && !reader.inTransaction;
      const statement = isRead ? writer.prepare?.(sql) : undefined;
      return statement ? withFallback(statement, () => reader.prepare(sql)) : reader.prepare(sql);
    },
  };
}

/**
 * Runs a statement on the write connection, or on the read connection while another process has locked the file. The
 * write connection never waits for a lock, because that would block the event loop.
 */
function withFallback(statement: SqliteStatement, fallback: () => SqliteStatement): SqliteStatement {
  return {
    ...statement,
    all(values) {
      try {
        return statement.all(values);
      } catch (error) {
        if (error instanceof StoreUnavailableError && error.busy) return fallback().all(values);
        throw error;
      }
    },
  };
}

/** ms. The time that a connection waits for another process while it opens. */
const BUSY_TIMEOUT = 5000;
/**
 * The largest number of cached statements; beyond it the oldest is prepared again. Statements with lists of different
 * lengths have different texts.
 */
const CACHED_STATEMENTS = 500;
/** Primary result codes, which are the low byte of the extended codes (sqlite.org/rescode.html). */
const SQLITE_CONSTRAINT = 19;
const SQLITE_BUSY = 5;
/** Statements that return rows. All values are parameters, so these words never occur in a text value. */
const GIVES_ROWS = /^\s*(?:select|with|pragma|values)\b|\breturning\b/i;

/** The statements that begin or end a transaction. */
const BOUNDARY = /^(?:begin(?: immediate)?|commit|rollback)$/;

type Values = (null | number | bigint | string | Uint8Array)[];

/**
 * The dialect of Kysely over node:sqlite, with WAL mode and `synchronous=FULL`, so that an acknowledged commit survives
 * a power failure (R63). Transactions of the writer take the write lock when they begin, because a later upgrade of a
 * read lock can't wait. Both connections to a file get the same `writer`.
 * @throws StoreUnavailableError when the file can't be opened
 */
export function sqliteDialect(file: string, mode: 'reader' | 'writer', writer?: IdleWriter): Dialect {
  let direct: Direct | undefined;
  const dialect = new SqliteDialect({
    async database() {
      const own = adapt(open(file, mode), mode);
      if (writer && mode === 'writer') writer.prepare = (sql) => (own.inTransaction ? undefined : own.prepare(sql));
      const database = writer && mode === 'reader' ? preferWriter(own, writer) : own;
      direct = directOn(database);
      return database;
    },
  });
  return {
    createDriver: () => dialect.createDriver(),
    createQueryCompiler: () => dialect.createQueryCompiler(),
    createIntrospector: (db) => dialect.createIntrospector(db),
    createAdapter() {
      const adapter = dialect.createAdapter();
      // The layers of Kysely that wait for a pooled connection cost more than a statement.
      offerShortcut(adapter, (plugins) => (isPlain(plugins) ? direct : undefined));
      return adapter;
    },
  };
}

function directOn(database: SqliteDatabase): Direct {
  return (sql, parameters) => {
    const statement = database.prepare(sql);
    if (statement.reader) return { rows: statement.all(parameters) };
    return { rows: [], numAffectedRows: BigInt(statement.run(parameters).changes) };
  };
}

function open(file: string, mode: 'reader' | 'writer'): DatabaseSync {
  return guarded(() => {
    const database = new sqlite.DatabaseSync(file, { readOnly: mode === 'reader' });
    database.exec(`PRAGMA busy_timeout = ${BUSY_TIMEOUT}`);
    if (mode === 'writer') database.exec('PRAGMA journal_mode = WAL');
    database.exec('PRAGMA synchronous = FULL');
    // A savepoint keeps the previous content of pages until it is released. Beyond 64 KiB it would go to a temporary
    // file, which costs three of four writes in a group commit. In memory it costs nothing, and no page is left on the
    // disk.
    database.exec('PRAGMA temp_store = MEMORY');
    // KiB. The pages that a group of logins uses stay in the cache (the default is 2000).
    database.exec('PRAGMA cache_size = -16000');
    // Pages, 16 MiB. A page that many logins change is copied into the file of the database once for all of them.
    if (mode === 'writer') database.exec('PRAGMA wal_autocheckpoint = 4000');
    // From here on the group commit waits for locks, without blocking the event loop.
    if (mode === 'writer') database.exec('PRAGMA busy_timeout = 0');
    return database;
  });
}

function adapt(database: DatabaseSync, mode: 'reader' | 'writer'): Connection {
  const prepared = new Map<string, SqliteStatement>();
  return {
    inTransaction: false,
    close: () => database.close(),
    prepare(sql) {
      const text = mode === 'writer' && sql === 'begin' ? 'begin immediate' : sql;
      const known = prepared.get(text);
      if (known) return known;
      const plain = adaptStatement(
        guarded(() => database.prepare(text)),
        GIVES_ROWS.test(text),
      );
      const statement = BOUNDARY.test(text) ? boundary(plain, text, this) : plain;
      const oldest = prepared.keys().next();
      if (prepared.size >= CACHED_STATEMENTS && !oldest.done) prepared.delete(oldest.value);
      prepared.set(text, statement);
      return statement;
    },
  };
}

/** Records on its connection whether a transaction is in progress. */
function boundary(statement: SqliteStatement, text: string, connection: { inTransaction: boolean }): SqliteStatement {
  return {
    ...statement,
    run(values) {
      // A rollback fails only if SQLite has already ended the transaction.
      if (text === 'rollback') connection.inTransaction = false;
      const result = statement.run(values);
      connection.inTransaction = text !== 'commit' && text !== 'rollback';
      return result;
    },
  };
}

function adaptStatement(statement: StatementSync, reader: boolean): SqliteStatement {
  const toRow = reader ? rowsOf(statement) : withPrototype;
  return {
    reader,
    all: (values) => guarded(() => statement.all(...(values as Values)).map(toRow)),
    run: (values) => guarded(() => statement.run(...(values as Values))),
    *iterate(values) {
      for (const result of statement.iterate(...(values as Values))) yield toRow(result);
    },
  };
}

/** Methods that Node has since 22.16. */
type Arrays = Pick<StatementSync, 'setReturnArrays' | 'columns'>;

/**
 * Returns the function that converts a result to a row. An array as result takes half the time: for an object, the
 * driver reads the names of the columns again in each run and creates a slower kind of object.
 */
function rowsOf(statement: Omit<StatementSync, keyof Arrays> & Partial<Arrays>): (result: object) => object {
  if (!statement.setReturnArrays || !statement.columns) return withPrototype;
  statement.setReturnArrays(true);
  const names = statement.columns().map(({ name }) => name);
  return (result) => {
    const values = result as unknown[];
    const row: Record<string, unknown> = {};
    for (let index = 0; index < names.length; index += 1) row[names[index] as string] = values[index];
    return row;
  };
}

/**
 * Rows of node:sqlite have no prototype, which deepEqual and some libraries do not support. A copy would take twice the
 * time.
 */
function withPrototype(row: object): object {
  return Object.setPrototypeOf(row, Object.prototype);
}

/** Runs one call of the driver and converts its error (R49). */
function guarded<T>(call: () => T): T {
  try {
    return call();
  } catch (error) {
    const code = error instanceof Error && 'errcode' in error ? Number(error.errcode) : 0;
    // The low byte of an extended code is the primary code.
    if (code % 256 === SQLITE_CONSTRAINT) throw new ConstraintError(error);
    throw new StoreUnavailableError(
      `The SQLite database failed: ${(error as Error).message}`,
      error,
      code % 256 === SQLITE_BUSY,
    );
  }
}
