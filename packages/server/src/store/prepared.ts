import type { CompiledQuery, KyselyPlugin, QueryResult } from 'kysely';
import type { Database, Db, Tx } from './database.ts';

/** A query of the query builder, or of `sql`: it can be compiled, and knows its rows. */
interface Compilable<Row> {
  compile(db: Db): CompiledQuery<Row>;
}

/** Runs a compiled statement past the layers of Kysely. @throws StoreUnavailableError, ConstraintError */
export type Direct = (sql: string, parameters: readonly unknown[]) => QueryResult<unknown>;

/** The shorter way for a handle with these plugins; undefined where there is none. @throws when the handle is dead */
type Shortcut = (plugins: readonly KyselyPlugin[]) => Direct | undefined;

const shortcuts = new WeakMap<object, Shortcut>();

/** A driver offers a shorter way for prepared queries, by the adapter that all handles of one connection share. */
export function offerShortcut(adapter: object, shortcut: Shortcut): void {
  shortcuts.set(adapter, shortcut);
}

/** The named columns of a row, for an insert that is prepared: slots have no list of their own. */
export function pick<Row extends object, Name extends keyof Row>(row: Row, names: readonly Name[]): Pick<Row, Name> {
  return Object.fromEntries(names.map((name) => [name, row[name]])) as Pick<Row, Name>;
}

/** A query over the values of a run, for each of which `build` is given a slot, to be used where the value would be. */
type Build<V extends readonly unknown[], Query> = (db: Db, ...slots: V) => Query;
/** Makes what the caller gets of the result and the values of the run. */
type Read<V extends readonly unknown[], Row, T> = (result: QueryResult<Row>, ...values: V) => T;
type Run<Handle extends Db, V extends readonly unknown[], T> = (db: Handle, ...values: V) => Promise<T>;

/**
 * A query that is built and compiled once for each dialect, and then only filled in: building one costs more than SQLite
 * needs to run it, so what every login runs is prepared. A value is used whole or by its members; a member that is
 * undefined is null. `read` makes what the caller gets; without it that is the result.
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

/** The same for a change, which needs a unit of writing. Without `read` the caller gets nothing. */
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
 * A row that stays as it is read until the unit ends. On PostgreSQL it is locked as strongly as an update locks it: two
 * units that shared a weaker lock could not both update the row later. SQLite has one writer at a time.
 */
export function preparedHold<V extends readonly unknown[], Row>(
  build: Build<V, Compilable<Row> & { forNoKeyUpdate(): Compilable<Row> }>,
): (tx: Tx, dialect: Database['dialect'], ...values: V) => Promise<Row | undefined> {
  const row: Read<V, Row, Row | undefined> = ({ rows }, ..._values) => rows[0];
  const read = prepared(build, row);
  const hold = prepared((db, ...slots: V) => build(db, ...slots).forNoKeyUpdate(), row);
  return (tx, dialect, ...values) => (dialect === 'postgres' ? hold : read)(tx, ...values);
}

export const firstRow = <Row>({ rows }: QueryResult<Row>): Row | undefined => rows[0];
export const allRows = <Row>({ rows }: QueryResult<Row>): Row[] => rows;
/** Whether a conditional change won. */
export const changedOne = ({ numAffectedRows }: QueryResult<unknown>): boolean => numAffectedRows === 1n;

/** Where a run's parameter comes from: one of its values, or a member of it. */
interface Place {
  at: number;
  member?: string;
}

interface Filled<Row> {
  query: CompiledQuery<Row>;
  /** By the index of the parameter; undefined where the parameter is the same in each run. */
  places: readonly (Place | undefined)[];
}

/** The most values that a query takes. */
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

/** Rows of one statement: far below what both databases take as parameters. */
const SIZE = 500;

export function* chunks<T>(rows: readonly T[]): Generator<T[]> {
  for (let from = 0; from < rows.length; from += SIZE) yield rows.slice(from, from + SIZE);
}
