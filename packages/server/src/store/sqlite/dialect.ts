import { DatabaseSync, type StatementSync } from 'node:sqlite';
import { type Dialect, type SqliteDatabase, SqliteDialect, type SqliteStatement } from 'kysely';
import { ConstraintError, StoreUnavailableError } from '../database.ts';
import { type Direct, offerShortcut } from '../prepared.ts';
import { isPlain } from './group-commit.ts';

/** One of the connections to a file. */
interface Connection extends SqliteDatabase {
  inTransaction: boolean;
}

/** What the reading connection of a file knows of the writing one. */
export interface WriterAtRest {
  /** Undefined while the writer is in a transaction, whose changes nobody else may see. */
  prepare?(sql: string): SqliteStatement | undefined;
}

/** Such a statement can't write. */
const PLAIN_SELECT = /^select /;

/**
 * Reads on the writing connection while that is at rest: it knows its own pages, while each commit makes any other
 * connection read all of its pages anew. What is no plain select stays with the reader, which can't write.
 */
function besideWriter(reader: Connection, writer: WriterAtRest): SqliteDatabase {
  return {
    close() {
      delete writer.prepare;
      reader.close();
    },
    prepare(sql) {
      const isRead = PLAIN_SELECT.test(sql) && !reader.inTransaction;
      const statement = isRead ? writer.prepare?.(sql) : undefined;
      return statement ? orElse(statement, () => reader.prepare(sql)) : reader.prepare(sql);
    },
  };
}

/** The writer waits for nobody, as that would stop the event loop for long; where another process has the file, the reader does. */
function orElse(statement: SqliteStatement, other: () => SqliteStatement): SqliteStatement {
  return {
    ...statement,
    all(values) {
      try {
        return statement.all(values);
      } catch (error) {
        if (error instanceof StoreUnavailableError && error.busy) return other().all(values);
        throw error;
      }
    },
  };
}

/** How long a connection waits for another process while it opens, ms. */
const BUSY_TIMEOUT = 5000;
/** Statements with lists of several lengths make new texts; beyond this many the oldest is prepared anew. */
const CACHED_STATEMENTS = 500;
/** Primary result codes, the low byte of all extended ones (sqlite.org/rescode.html). */
const SQLITE_CONSTRAINT = 19;
const SQLITE_BUSY = 5;
/** Statements that give rows. All values are parameters, so the word can't stand in a text. */
const GIVES_ROWS = /^\s*(?:select|with|pragma|values)\b|\breturning\b/i;

/** Where transactions begin and end. */
const BOUNDARY = /^(?:begin(?: immediate)?|commit|rollback)$/;

type Values = (null | number | bigint | string | Uint8Array)[];

/**
 * Kysely's dialect over node:sqlite: WAL, and `synchronous=FULL`, so that an acknowledged commit outlives a power cut
 * (R63). The writer's transactions take the write lock at their begin: a later upgrade of a read lock can't wait.
 * Both connections to a file are given the same `writer`.
 * @throws StoreUnavailableError when the file can't be opened
 */
export function sqliteDialect(file: string, mode: 'reader' | 'writer', writer?: WriterAtRest): Dialect {
  let direct: Direct | undefined;
  const dialect = new SqliteDialect({
    async database() {
      const own = adapt(open(file, mode), mode);
      if (writer && mode === 'writer') writer.prepare = (sql) => (own.inTransaction ? undefined : own.prepare(sql));
      const database = writer && mode === 'reader' ? besideWriter(own, writer) : own;
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
      // The layers that wait for a connection of a pool cost more than a statement does.
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
    const database = new DatabaseSync(file, { readOnly: mode === 'reader' });
    database.exec(`PRAGMA busy_timeout = ${BUSY_TIMEOUT}`);
    if (mode === 'writer') database.exec('PRAGMA journal_mode = WAL');
    database.exec('PRAGMA synchronous = FULL');
    // A savepoint keeps the pages as they were until it is released. Beyond 64 KiB they would go to a temporary file,
    // three writes of four in a group commit; in memory they cost nothing, and no page is left behind on the disk.
    database.exec('PRAGMA temp_store = MEMORY');
    // KiB: what a group of logins touches stays at hand (the default is 2000).
    database.exec('PRAGMA cache_size = -16000');
    // Pages, 16 MiB: a page that many logins change is copied into the database's file once for all of them.
    if (mode === 'writer') database.exec('PRAGMA wal_autocheckpoint = 4000');
    // The group commit does the waiting from here on, without stopping the event loop.
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

/** Notes on its connection where a transaction begins and ends. */
function boundary(statement: SqliteStatement, text: string, connection: { inTransaction: boolean }): SqliteStatement {
  return {
    ...statement,
    run(values) {
      // It fails only where SQLite has already ended the transaction by itself.
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

/** Since Node 22.16. */
type Arrays = Pick<StatementSync, 'setReturnArrays' | 'columns'>;

/**
 * How a result of a statement becomes a row. A result that is an array costs half: the driver reads the names of the columns
 * anew for each run, and makes a slower kind of object.
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

/** node:sqlite's rows have no prototype, which deepEqual and some libraries stumble over; a copy costs twice as much. */
function withPrototype(row: object): object {
  return Object.setPrototypeOf(row, Object.prototype);
}

/** Runs one call of the driver and translates its error (R49). */
function guarded<T>(call: () => T): T {
  try {
    return call();
  } catch (error) {
    const code = error instanceof Error && 'errcode' in error ? Number(error.errcode) : 0;
    // Extended codes carry the primary one in their low byte.
    if (code % 256 === SQLITE_CONSTRAINT) throw new ConstraintError(error);
    throw new StoreUnavailableError(
      `The SQLite database failed: ${(error as Error).message}`,
      error,
      code % 256 === SQLITE_BUSY,
    );
  }
}
