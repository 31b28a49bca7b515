import type { CompiledQuery, KyselyPlugin, QueryResult } from 'kysely';
import type { Db } from './database.ts';

/** Something that a query builder can compile and that knows its rows. */
interface Compilable<Row> {
  compile(): CompiledQuery<Row>;
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

/** Takes the place of a value that each run gives anew. */
class Slot {
  readonly name: string;
  constructor(name: string) {
    this.name = name;
  }
}

/**
 * A query that is built and compiled once for each dialect, and then only filled in: building one costs more than SQLite
 * needs to run it, so what every login runs is prepared. `build` is given a slot for each value, to be used where the
 * value would be.
 */
export function prepared<V extends object, Row>(
  build: (db: Db, slots: V) => Compilable<Row>,
): (db: Db, values: V) => Promise<QueryResult<Row>> {
  const compiled = new WeakMap<object, CompiledQuery<Row>>();
  const slots = new Proxy({} as V, { get: (_target, name) => new Slot(String(name)) });
  return async (db, values) => {
    const { adapter, plugins } = db.getExecutor();
    let query = compiled.get(adapter);
    if (!query) {
      query = build(db, slots).compile();
      compiled.set(adapter, query);
    }
    const parameters = query.parameters.map((value) => (value instanceof Slot ? values[value.name as keyof V] : value));
    const direct = shortcuts.get(adapter)?.(plugins);
    return direct
      ? (direct(query.sql, parameters) as QueryResult<Row>)
      : await db.executeQuery({ ...query, parameters });
  };
}
