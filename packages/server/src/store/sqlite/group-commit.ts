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

/** Dies with its unit of writing: a query that was not awaited can't slip into the next one. */
class UnitGuard implements KyselyPlugin {
  #over = false;

  /** No more queries from now on. */
  end(): void {
    this.#over = true;
  }

  /** @throws when the unit has ended */
  check(): void {
    if (this.#over) throw new Error('This unit of writing is over: every query of it must be awaited.');
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
 * Whether the unit's guard is the only plugin. Asks the guard as well, since a query that is built already passes no plugin.
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

/** The most units that share one commit: what comes later waits for the next one. */
const GROUP = 64;
/** ms between two tries for the write lock that another process holds. */
const RETRY = 4;
/** ms from asking to giving up while another process holds the write lock: `503 busy` comes within two seconds (R49). */
const BUSY_LIMIT = 1500;
/** ms that a group tries in any case, however long its units have waited for the groups before it. */
const LEAST_TRY = 250;
const savepoint = prepared(() => ({ compile: () => CompiledQuery.raw('savepoint unit') }));
const RELEASE = CompiledQuery.raw('release unit');
const ROLLBACK_TO = CompiledQuery.raw('rollback to unit');

interface Unit {
  /** When it was asked for: it may have waited for the group before its own. */
  readonly since: number;
  run(tx: Tx): Promise<void>;
  /** Called after the durable commit. */
  settle(): void;
  /** Called when the commit of the group failed: nothing of any unit was kept. */
  fail(error: unknown): void;
}

/** Writes units one after another; those that wait at the same moment share one durable commit. */
interface GroupCommit {
  write<T>(work: Work<T>): Promise<T>;
  /** Resolves when everything that was asked before is settled; asks after it are refused. */
  close(): Promise<void>;
}

/**
 * A durable commit costs a sync of the disk, whatever stands in it: waiting units are put in one transaction, each in
 * a savepoint, so that a unit that throws takes only itself back. A promise settles only after the commit that holds
 * its unit (R63), also when the unit threw: what it saw of the units before it is durable as well.
 */
export function groupCommit(writer: Kysely<Schema>): GroupCommit {
  let waiting: Unit[] = [];
  let running: Promise<void> | undefined;
  let closed = false;

  const pump = async (): Promise<void> => {
    await gather();
    while (waiting.length > 0) {
      const group = waiting.slice(0, GROUP);
      waiting = waiting.slice(GROUP);
      await commitGroup(writer, group);
      await gather();
    }
    running = undefined;
  };

  /**
   * Turns of the event loop for as long as each brings somebody: requests that arrived together, or while the disk was
   * busy, are parsed first and then written together.
   */
  const gather = async (): Promise<void> => {
    for (let before = -1; waiting.length > before && waiting.length < GROUP; ) {
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
  const undone = new UnitUndone();
  const pace = createPace();
  try {
    await beginWhenFree(writer, group[0]?.since ?? 0, async (tx) => {
      const [only] = group;
      if (group.length === 1 && only) {
        await guardedRun(tx, only).catch(() => {
          throw undone;
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
    if (error !== undone) {
      const failure = error instanceof StoreUnavailableError ? error : new StoreUnavailableError(String(error), error);
      for (const unit of group) unit.fail(failure);
      return;
    }
  }
  for (const unit of group) {
    pace.begin();
    unit.settle();
    // What a caller does next runs before the next one is told: all of them at once would be one long turn.
    if (group.length > 1) await pace.settle();
  }
}

/**
 * Another process (the command line, say) may hold the write lock. SQLite's own waiting would stop the event loop, so
 * this asks again by and by: nothing of the group has run before its begin succeeded.
 */
async function beginWhenFree(writer: Kysely<Schema>, since: number, work: Work<void>): Promise<void> {
  const until = Math.max(since + BUSY_LIMIT, performance.now() + LEAST_TRY);
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
      await setTimeout(RETRY);
    }
  }
}

/** A lone unit threw: its transaction goes back, its own error reaches its caller. */
class UnitUndone extends Error {}

async function runInSavepoint(tx: Tx, unit: Unit): Promise<void> {
  await savepoint(tx);
  try {
    await guardedRun(tx, unit);
  } catch {
    // When SQLite has already given up the whole transaction (disk full), this throws, and the group fails as one.
    await tx.executeQuery(ROLLBACK_TO);
  }
  // The long way round: it waits for queries of this unit that nobody awaited, so that none of them comes after it.
  await tx.executeQuery(RELEASE);
}

/** Runs a unit on a handle that dies with it. */
async function guardedRun(tx: Tx, unit: Unit): Promise<void> {
  const guard = new UnitGuard();
  try {
    await unit.run(tx.withPlugin(guard));
  } finally {
    guard.end();
  }
}
