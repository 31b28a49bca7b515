import type { CompiledQuery, KyselyPlugin, QueryResult } from 'kysely';
import { directTo } from './direct.ts';
import type { Db } from './handles.ts';
import { UnitGuard } from './unit-guard.ts';

/** Something that a query builder can compile and that knows its rows. */
interface Compilable<Row> {
  compile(): CompiledQuery<Row>;
}

/** The named columns of a row, for an insert that is prepared: slots have no list of their own. */
export function pick<Row extends object, Name extends keyof Row>(row: Row, names: readonly Name[]): Pick<Row, Name> {
  return Object.fromEntries(names.map((name) => [name, row[name]])) as Pick<Row, Name>;
}

/** Stands in a query for a value that each run gives anew. */
class Slot {
  readonly name: string;
  constructor(name: string) {
    this.name = name;
  }
}

/**
 * A query that is built and compiled once for each dialect, and then only filled in: building one costs more than SQLite
 * needs to run it, so what every login runs is prepared. `build` is given a slot for each value, to be used where the
 * value would stand.
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
    const direct = isPlain(plugins) ? directTo(adapter) : undefined;
    return direct
      ? (direct(query.sql, parameters) as QueryResult<Row>)
      : await db.executeQuery({ ...query, parameters });
  };
}

/** Whether nobody but a unit's guard looks on, which is asked here: a query that is built already passes no plugin. */
function isPlain(plugins: readonly KyselyPlugin[]): boolean {
  let plain = true;
  for (const plugin of plugins) {
    if (plugin instanceof UnitGuard) plugin.check();
    else plain = false;
  }
  return plain;
}
