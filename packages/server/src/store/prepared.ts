import type { CompiledQuery, KyselyPlugin, QueryResult } from 'kysely';
import type { Database, Db, Tx } from './database.ts';

/** A query of the query builder or of `sql`, which can be compiled and has a row type. */
interface Compilable<Row> {
  compile(db: Db): CompiledQuery<Row>;
}

/**
 * Runs a compiled statement directly on the driver, without the layers of Kysely.
 * @throws StoreUnavailableError, ConstraintError
 */
export type Direct = (sql: string, parameters: readonly unknown[]) => QueryResult<unknown>;

/**
 * The direct way for a handle with these plugins; undefined where there is none.
 * @throws when the transaction of the handle has ended
 */
type Shortcut = (plugins: readonly KyselyPlugin[]) => Direct | undefined;

const shortcuts = new WeakMap<object, Shortcut>();

/** Registers the direct way of a driver for prepared queries, by the adapter that all handles of a connection share. */
export function offerShortcut(adapter: object, shortcut: Shortcut): void {
  shortcuts.set(adapter, shortcut);
}

/** The named columns of a row, for a prepared insert: the slots of a prepared query have no list of members. */
export function pick<Row extends object, Name extends keyof Row>(row: Row, names: readonly Name[]): Pick<Row, Name> {
  return Object.fromEntries(names.map((name) => [name, row[name]])) as Pick<Row, Name>;
}

/** Builds a query. For each value of a run it gets a slot, which it uses in place of the value. */
type Build<V extends readonly unknown[], Query> = (db: Db, ...slots: V) => Query;
/** Converts the result and the values of the run to what the caller gets. */
type Read<V extends readonly unknown[], Row, T> = (result: QueryResult<Row>, ...values: V) => T;
type Run<Handle extends Db, V extends readonly unknown[], T> = (db: Handle, ...values: V) => Promise<T>;

/**
 * A query that is built and compiled once for each dialect. Each run only fills in its values: building a query costs
 * more than SQLite needs to run it, so the queries of a login are prepared. A value is used as a whole or by its
 * members; a member that is undefined becomes null. `read` converts the result; without it the caller gets the result.
 */
export function prepared<V extends readonly unknown[], Row>(
  build: Build<V, Compilable<Row>>,
): Run<Db, V, QueryResult<Row>>;
export function prepared<V extends readonly unknown[], Row, T>(
  build: Build<V, Compilable<Row>>,
  read: Read<V, Row, T>,
): Run<Db, V, T>;
export function prepared<V extends readonly unknown[], Row>(
  build: Build<V, Compilable<Row>>,
  read: Read<V, Row, unknown> = (result, ..._values) => result,
): Run<Db, V, unknown> {
  const known = new WeakMap<object, Filled<Row>>();
  return async (db, ...values) => {
    const { adapter, plugins } = db.getExecutor();
    let filled = known.get(adapter);
    if (!filled) {
      filled = fillable(db, build);
      known.set(adapter, filled);
    }
    const { query, places } = filled;
    const parameters = query.parameters.map((same, index) => {
      const place = places[index];
      return place ? valueAt(place, values) : same;
    });
    const direct = shortcuts.get(adapter)?.(plugins);
    const result = direct ? direct(query.sql, parameters) : await db.executeQuery({ ...query, parameters });
    return read(result as QueryResult<Row>, ...values);
  };
}

/** The same for a change, which needs a transaction. Without `read` the caller gets nothing. */
export function preparedWrite<V extends readonly unknown[], Row>(build: Build<V, Compilable<Row>>): Run<Tx, V, void>;
export function preparedWrite<V extends readonly unknown[], Row, T>(
  build: Build<V, Compilable<Row>>,
  read: Read<V, Row, T>,
): Run<Tx, V, T>;
export function preparedWrite<V extends readonly unknown[], Row>(
  build: Build<V, Compilable<Row>>,
  read: Read<V, Row, unknown> = (_result, ..._values) => undefined,
): Run<Tx, V, unknown> {
  return prepared(build, read);
}

/**
 * A query for one row that stays unchanged until the transaction ends. On PostgreSQL the row is locked as strongly as
 * by an update: with a weaker, shared lock, two transactions could block each other when both update the row later.
 * SQLite has one writer at a time.
 */
export function preparedHold<V extends readonly unknown[], Row>(
  build: Build<V, Compilable<Row> & { forNoKeyUpdate(): Compilable<Row> }>,
): (tx: Tx, dialect: Database['dialect'], ...values: V) => Promise<Row | undefined> {
  const row: Read<V, Row, Row | undefined> = ({ rows }, ..._values) => rows[0];
  const read = prepared(build, row);
  const hold = prepared((db, ...slots: V) => build(db, ...slots).forNoKeyUpdate(), row);
  return (tx, dialect, ...values) => (dialect === 'postgres' ? hold : read)(tx, ...values);
}

/** The first row of a result; undefined when there is none. */
export const firstRow = <Row>({ rows }: QueryResult<Row>): Row | undefined => rows[0];
/** All rows of a result. */
export const allRows = <Row>({ rows }: QueryResult<Row>): Row[] => rows;
/** Whether a conditional change changed exactly one row. */
export const changedOne = ({ numAffectedRows }: QueryResult<unknown>): boolean => numAffectedRows === 1n;

/** The source of a parameter: one of the values of a run, or a member of a value. */
interface Place {
  at: number;
  member?: string;
}

interface Filled<Row> {
  query: CompiledQuery<Row>;
  /** By the index of the parameter. Undefined where the parameter is the same in each run. */
  places: readonly (Place | undefined)[];
}

/** The largest number of values of a query. */
const MAX_VALUES = 6;

function fillable<V extends readonly unknown[], Row>(db: Db, build: Build<V, Compilable<Row>>): Filled<Row> {
  const placeOf = new WeakMap<object, Place>();
  const slotFor = (place: Place, slot: object): object => {
    placeOf.set(slot, place);
    return slot;
  };
  const slots = Array.from({ length: MAX_VALUES }, (_, at) =>
    slotFor({ at }, new Proxy({}, { get: (_target, name) => slotFor({ at, member: String(name) }, {}) })),
  );
  const query = build(db, ...(slots as unknown as V)).compile(db);
  const places = query.parameters.map((value) =>
    typeof value === 'object' && value !== null ? placeOf.get(value) : undefined,
  );
  return { query, places };
}

function valueAt({ at, member }: Place, values: readonly unknown[]): unknown {
  const value = values[at];
  return member === undefined ? value : ((value as Record<string, unknown>)[member] ?? null);
}

/** The number of rows in one statement, far below the parameter limits of both databases. */
const SIZE = 500;

/** Splits rows into parts that fit into one statement. */
export function* chunks<T>(rows: readonly T[]): Generator<T[]> {
  for (let from = 0; from < rows.length; from += SIZE) yield rows.slice(from, from + SIZE);
}
