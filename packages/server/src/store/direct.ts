import type { QueryResult } from 'kysely';

/** Runs a compiled statement at once. @throws StoreUnavailableError, ConstraintError */
export type Direct = (sql: string, parameters: readonly unknown[]) => QueryResult<unknown>;

const known = new WeakMap<object, () => Direct | undefined>();

/** By the adapter of a dialect, which all handles of one connection share; undefined until the connection is open. */
export function offerDirect(adapter: object, direct: () => Direct | undefined): void {
  known.set(adapter, direct);
}

/**
 * The short way to a database that answers at once, past the layers that wait for a connection of a pool: on SQLite they
 * cost more than a statement does. Undefined where there is none.
 */
export function directTo(adapter: object): Direct | undefined {
  return known.get(adapter)?.();
}
