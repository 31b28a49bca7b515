import { setTimeout } from 'node:timers/promises';
import {
  CompiledQuery,
  type Kysely,
  type KyselyPlugin,
  type PluginTransformQueryArgs,
  type PluginTransformResultArgs,
  type QueryResult,
  type RootOperationNode,
  type Transaction,
  type UnknownRow,
} from 'kysely';
import { createPace } from '../../runtime/pace.ts';
import { StoreUnavailableError } from '../database.ts';
import { prepared } from '../prepared.ts';
import type { Schema } from '../schema.ts';

/**
 * Refuses queries after the end of its unit, so that a query that was not awaited can't run in the next unit. A unit is
 * the work of one `Database.write`.
 */
class UnitGuard implements KyselyPlugin {
  #over = false;

  /** Refuses all queries from now on. */
  end(): void {
    this.#over = true;
  }

  /** @throws when the unit has ended */
  check(): void {
    if (this.#over) throw new Error('This transaction has ended: every query in it must be awaited.');
  }

  transformQuery({ node }: PluginTransformQueryArgs): RootOperationNode {
    this.check();
    return node;
  }

  async transformResult({ result }: PluginTransformResultArgs): Promise<QueryResult<UnknownRow>> {
    return result;
  }
}

/**
 * Whether the guard of the unit is the only plugin. Also checks the guard, because a prepared query is not transformed
 * by plugins.
 * @throws when the unit has ended
 */
export function isPlain(plugins: readonly KyselyPlugin[]): boolean {
  let plain = true;
  for (const plugin of plugins) {
    if (plugin instanceof UnitGuard) plugin.check();
    else plain = false;
  }
  return plain;
}

type Tx = Transaction<Schema>;
type Work<T> = (tx: Tx) => Promise<T>;

/** The largest number of units that share one commit. Further units wait for the next one. */
const MAX_GROUP = 64;
/** ms between two attempts to get a write lock that another process holds. */
const RETRY_INTERVAL = 4;
/**
 * ms. The time after which a unit gives up while another process holds the write lock, so that `503 busy` is sent
 * within two seconds (R49).
 */
const BUSY_LIMIT = 1500;
/** ms. The minimum time for which a group tries, however long its units have waited for earlier groups. */
const MIN_TRY = 250;
const savepoint = prepared(() => ({ compile: () => CompiledQuery.raw('savepoint unit') }));
const RELEASE = CompiledQuery.raw('release unit');
const ROLLBACK_TO = CompiledQuery.raw('rollback to unit');

interface Unit {
  /** When the unit was requested, by `performance.now()`. It may have waited for the previous group. */
  readonly since: number;
  run(tx: Tx): Promise<void>;
  /** Settles the promise of the caller, after the durable commit. */
  settle(): void;
  /** Rejects the promise of the caller when the commit of the group failed and nothing was kept. */
  fail(error: unknown): void;
}

/** Runs units one after another. Units that wait at the same moment share one durable commit. */
interface GroupCommit {
  /** Runs a unit and resolves after its commit. */
  write<T>(work: Work<T>): Promise<T>;
  /** Refuses new units, and resolves when all earlier ones are settled. */
  close(): Promise<void>;
}

/**
 * Creates the group commit of a writer. A durable commit costs a sync of the disk, whatever its size. Waiting units
 * therefore share one transaction, each in its own savepoint, so a unit that throws rolls back only itself. A promise
 * settles only after the commit that contains its unit (R63). This also applies to a unit that throws, because the
 * changes of earlier units that it saw are then durable as well.
 */
export function groupCommit(writer: Kysely<Schema>): GroupCommit {
  let waiting: Unit[] = [];
  let running: Promise<void> | undefined;
  let closed = false;

  const pump = async (): Promise<void> => {
    await gather();
    while (waiting.length > 0) {
      const group = waiting.slice(0, MAX_GROUP);
      waiting = waiting.slice(MAX_GROUP);
      await commitGroup(writer, group);
      await gather();
    }
    running = undefined;
  };

  /**
   * Waits for turns of the event loop for as long as each adds a unit. Requests that arrived together, or while the
   * disk was busy, are thus parsed first and then written together.
   */
  const gather = async (): Promise<void> => {
    for (let before = -1; waiting.length > before && waiting.length < MAX_GROUP; ) {
      before = waiting.length;
      await new Promise<void>((resolve) => setImmediate(resolve));
    }
  };

  return {
    write<T>(work: Work<T>): Promise<T> {
      if (closed) return Promise.reject(new StoreUnavailableError('The database is closed.'));
      return new Promise<T>((resolve, reject) => {
        waiting.push(unitOf(work, resolve, reject));
        running ??= pump();
      });
    },
    async close() {
      closed = true;
      await running;
    },
  };
}

function unitOf<T>(work: Work<T>, resolve: (value: T) => void, reject: (reason: unknown) => void): Unit {
  let outcome: { value: T } | { error: unknown } | undefined;
  return {
    since: performance.now(),
    async run(tx) {
      try {
        outcome = { value: await work(tx) };
      } catch (error) {
        outcome = { error };
        throw error;
      }
    },
    settle() {
      if (outcome && 'value' in outcome) resolve(outcome.value);
      else reject(outcome?.error);
    },
    fail: reject,
  };
}

async function commitGroup(writer: Kysely<Schema>, group: readonly Unit[]): Promise<void> {
  const rolledBack = new UnitRolledBack();
  const pace = createPace();
  try {
    await beginWhenFree(writer, group[0]?.since ?? 0, async (tx) => {
      const [only] = group;
      if (group.length === 1 && only) {
        await guardedRun(tx, only).catch(() => {
          throw rolledBack;
        });
        return;
      }
      for (const unit of group) {
        pace.begin();
        await runInSavepoint(tx, unit);
        await pace.settle();
      }
    });
  } catch (error) {
    if (error !== rolledBack) {
      const failure = error instanceof StoreUnavailableError ? error : new StoreUnavailableError(String(error), error);
      for (const unit of group) unit.fail(failure);
      return;
    }
  }
  for (const unit of group) {
    pace.begin();
    unit.settle();
    // The caller of this unit continues before the next unit is settled. Settling all units together would cause one
    // long turn of the event loop.
    if (group.length > 1) await pace.settle();
  }
}

/**
 * Begins a transaction, and retries for a while if another process (for example the command line) holds the write lock.
 * The built-in wait of SQLite would block the event loop. A retry is safe because no unit of the group runs before the
 * begin succeeds.
 */
async function beginWhenFree(writer: Kysely<Schema>, since: number, work: Work<void>): Promise<void> {
  const until = Math.max(since + BUSY_LIMIT, performance.now() + MIN_TRY);
  for (;;) {
    let begun = false;
    try {
      return await writer.transaction().execute(async (tx) => {
        begun = true;
        await work(tx);
      });
    } catch (error) {
      const late = performance.now() >= until;
      if (begun || late || !(error instanceof StoreUnavailableError && error.busy)) throw error;
      await setTimeout(RETRY_INTERVAL);
    }
  }
}

/** Rolls back the transaction of a single unit that threw. The caller gets the error of the unit. */
class UnitRolledBack extends Error {}

async function runInSavepoint(tx: Tx, unit: Unit): Promise<void> {
  await savepoint(tx);
  try {
    await guardedRun(tx, unit);
  } catch {
    // If SQLite has already rolled back the whole transaction (disk full), this statement throws, and the group fails
    // together.
    await tx.executeQuery(ROLLBACK_TO);
  }
  // This does not use the direct way: Kysely waits for queries of this unit that were not awaited, so that none of them
  // runs later.
  await tx.executeQuery(RELEASE);
}

/** Runs a unit on a handle that refuses queries after the end of the unit. */
async function guardedRun(tx: Tx, unit: Unit): Promise<void> {
  const guard = new UnitGuard();
  try {
    await unit.run(tx.withPlugin(guard));
  } finally {
    guard.end();
  }
}
