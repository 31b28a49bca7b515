import { sql } from 'kysely';
import type { Db, Tx } from './database.ts';
import { allRows, firstRow, prepared, preparedWrite } from './prepared.ts';
import type { CounterRow } from './schema.ts';

export interface Attempt {
  /** A hash (`locks/keys.ts`): no typed name stands in the table. */
  key: string;
  now: number;
  /** The attempt that makes the count reach this sets the first lock; each one after a lock doubles the wait. */
  softLimit: number;
  /** ms. */
  wait: { first: number; max: number };
  /** Attempts since the last success, at which no more are counted or evaluated (D7). */
  hardLimit?: number;
}

/** An attempt that was counted, with all that is needed to give it back. */
export interface Taken {
  soft: number;
  hard: number;
  lockedUntil: number;
  softResets: number;
  hardResets: number;
}

export type CountedAttempt =
  | ({ counted: true } & Taken)
  | { counted: false; soft: number; hard: number; lockedUntil: number; hardCap: boolean };

/**
 * Counts an attempt before it is evaluated (R43): one statement that takes the row's lock, so that of any number of
 * parallel attempts, over flows and instances, at most `softLimit` are counted before the lock stands. An attempt that
 * was not counted must not be evaluated.
 */
export async function countAttempt(tx: Tx, attempt: Attempt): Promise<CountedAttempt> {
  const { key, now, softLimit, wait } = attempt;
  const hardLimit = attempt.hardLimit ?? Number.MAX_SAFE_INTEGER;
  // Beyond this many doublings the longest wait holds; it also keeps the shift below 2^53.
  const doublings = Math.max(0, Math.ceil(Math.log2(wait.max / wait.first)));
  const firstLock = softLimit <= 1 ? now + wait.first : 0;
  const row = await count(tx, { key, now, softLimit, hardLimit, doublings, firstLock, ...wait });
  if (row) {
    const resets = { softResets: row.soft_resets, hardResets: row.hard_resets };
    return { counted: true, soft: row.soft, hard: row.hard, lockedUntil: row.locked_until, ...resets };
  }
  const held = await getCounter(tx, key);
  return {
    counted: false,
    soft: held?.soft ?? 0,
    hard: held?.hard ?? 0,
    lockedUntil: held?.locked_until ?? 0,
    hardCap: (held?.hard ?? 0) >= hardLimit,
  };
}

interface Counting {
  key: string;
  now: number;
  softLimit: number;
  hardLimit: number;
  doublings: number;
  firstLock: number;
  first: number;
  max: number;
}

const count = preparedWrite(
  (_db, { key, now, softLimit, hardLimit, doublings, firstLock, first, max }: Counting) => sql<CounterRow>`
    insert into counters (key, soft, hard, locked_until, updated_at) values (${key}, 1, 1, ${firstLock}, ${now})
    on conflict (key) do update set
      soft = counters.soft + 1,
      hard = counters.hard + 1,
      updated_at = excluded.updated_at,
      locked_until = case
        when counters.soft + 1 < ${int(softLimit)} then 0
        when counters.soft + 1 - ${int(softLimit)} >= ${int(doublings)} then excluded.updated_at + ${int(max)}
        else excluded.updated_at + (${int(first)} << cast(counters.soft + 1 - ${int(softLimit)} as integer))
      end
    where counters.locked_until <= excluded.updated_at and counters.hard < ${int(hardLimit)}
    returning *`,
  firstRow,
);

/** The width is said, since PostgreSQL would take a small number's parameter for a 4-byte one. */
function int(value: number) {
  return sql`cast(${value} as bigint)`;
}

/**
 * Gives an attempt back: the verifier failed by itself (R43, R51), or the attempt was a copy of one that was right. Of any
 * number of attempts each gives back its own, in any order, and none gives back to a count that began again since. A lock
 * goes only if this attempt set it. False when there was nothing to give back.
 */
export async function returnAttempt(tx: Tx, key: string, as: Omit<Taken, 'soft' | 'hard'>): Promise<boolean> {
  const result = await tx
    .updateTable('counters')
    .set((eb) => ({
      soft: eb
        .case()
        .when(eb.and([eb('soft_resets', '=', as.softResets), eb('soft', '>', 0)]))
        .then(eb('soft', '-', 1))
        .else(eb.ref('soft'))
        .end(),
      hard: eb
        .case()
        .when(eb.and([eb('hard_resets', '=', as.hardResets), eb('hard', '>', 0)]))
        .then(eb('hard', '-', 1))
        .else(eb.ref('hard'))
        .end(),
      locked_until: eb.case().when('locked_until', '=', as.lockedUntil).then(0).else(eb.ref('locked_until')).end(),
    }))
    .where('key', '=', key)
    .where((eb) => eb.or([eb('soft_resets', '=', as.softResets), eb('hard_resets', '=', as.hardResets)]))
    .executeTakeFirst();
  return result.numUpdatedRows === 1n;
}

/** Success: both counters begin anew. */
export const resetCounter = preparedWrite((db, key: string, now: number) =>
  db
    .updateTable('counters')
    .set((eb) => ({
      ...{ soft: 0, hard: 0, locked_until: 0, updated_at: now },
      ...{ soft_resets: eb('soft_resets', '+', 1), hard_resets: eb('hard_resets', '+', 1) },
    }))
    .where('key', '=', key),
);

/**
 * A right password in a flow that is not at its end: the soft count begins again, and the attempt itself, which was counted
 * before it was looked at, leaves the hard count (D12).
 */
export const resetSoft = preparedWrite((db, key: string, { hardResets }: Pick<Taken, 'hardResets'>, now: number) =>
  db
    .updateTable('counters')
    .set((eb) => ({
      ...{ soft: 0, locked_until: 0, updated_at: now, soft_resets: eb('soft_resets', '+', 1) },
      hard: eb
        .case()
        .when(eb.and([eb('hard_resets', '=', hardResets), eb('hard', '>', 0)]))
        .then(eb('hard', '-', 1))
        .else(eb.ref('hard'))
        .end(),
    }))
    .where('key', '=', key),
);

/** A login that used the credential is complete: the hard count begins again, and waits that run go on (D12). */
export const resetHard = preparedWrite((db, key: string, now: number) =>
  db
    .updateTable('counters')
    .set((eb) => ({ hard: 0, updated_at: now, hard_resets: eb('hard_resets', '+', 1) }))
    .where('key', '=', key)
    .where('hard', '>', 0),
);

/** The help desk or a mailed link lifts the lock; the hard counter stays (D7). False when there was nothing to lift. */
export async function liftLock(tx: Tx, key: string, now: number): Promise<boolean> {
  const result = await tx
    .updateTable('counters')
    .set((eb) => ({ soft: 0, locked_until: 0, updated_at: now, soft_resets: eb('soft_resets', '+', 1) }))
    .where('key', '=', key)
    .where((eb) => eb.or([eb('soft', '>', 0), eb('locked_until', '>', 0)]))
    .executeTakeFirst();
  return result.numUpdatedRows === 1n;
}

export const getCounter = prepared(
  (db, key: string) => db.selectFrom('counters').selectAll().where('key', '=', key),
  firstRow,
);

/** Digits of a time in ms until the year 2286: keys of windows sort by time. */
const DIGITS = 13;

/**
 * How the keys of budgets begin that belong to the window from `start` on, in ms since the epoch. Keys sort by time, so that
 * the sweep deletes those of past windows as one range of the primary key and reads no others.
 */
export function budgetPrefix(start: number): string {
  return `budget.${String(start).padStart(DIGITS, '0')}`;
}

/** Counters that one query reads at most. */
const READ_TOGETHER = 4;

/** Several counters in one query, by key; those that don't exist are left out. At most four. */
export async function countersOf(db: Db, keys: readonly string[]): Promise<Map<string, CounterRow>> {
  if (keys.length > READ_TOGETHER) throw new RangeError(`keys: at most ${READ_TOGETHER}, got ${keys.length}`);
  const [a = '', b = '', c = '', d = ''] = keys;
  const rows = await countersByKey(db, { a, b, c, d });
  return new Map(rows.map((row) => [row.key, row]));
}

const countersByKey = prepared(
  (db, { a, b, c, d }: Record<'a' | 'b' | 'c' | 'd', string>) =>
    db.selectFrom('counters').selectAll().where('key', 'in', [a, b, c, d]),
  allRows,
);

/** For a person who is deleted. */
export async function deleteCounters(tx: Tx, keys: readonly string[]): Promise<void> {
  await tx.deleteFrom('counters').where('key', 'in', keys).execute();
}
