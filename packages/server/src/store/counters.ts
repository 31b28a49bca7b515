import { sql } from 'kysely';
import type { Db, Tx } from './database.ts';
import { allRows, firstRow, prepared, preparedWrite } from './prepared.ts';
import type { CounterRow } from './schema.ts';

/** An attempt to be counted, with the limits that apply to it. */
export interface Attempt {
  /** A hash (`locks/locks.ts`), so the table holds no entered username. */
  key: string;
  /** ms since the epoch. */
  now: number;
  /**
   * The attempt with which the soft count reaches this number sets the first lock. Each attempt after a lock doubles
   * the wait.
   */
  softLimit: number;
  /** The wait after the first lock, and the longest wait, in ms. */
  wait: { first: number; max: number };
  /**
   * The number of attempts since the last success at which attempts are no longer counted or evaluated (D7). Default:
   * no limit.
   */
  hardLimit?: number;
}

/** The counter after an attempt was counted, with everything that is needed to give the attempt back. */
export interface Taken {
  /** Attempts since the last reset or lifted lock. */
  soft: number;
  /** Attempts since the last success. */
  hard: number;
  /** ms since the epoch; 0 without a lock. */
  lockedUntil: number;
  /** How often the soft count was reset. */
  softResets: number;
  /** How often the hard count was reset. */
  hardResets: number;
}

/**
 * The result of `countAttempt`: the counter after the attempt, or the counter that refused it. `hardCap`: the hard
 * limit was reached.
 */
export type CountedAttempt =
  | ({ counted: true } & Taken)
  | { counted: false; soft: number; hard: number; lockedUntil: number; hardCap: boolean };

/**
 * Counts an attempt before it is evaluated (R43). One statement takes the lock of the row, so at most `softLimit`
 * parallel attempts are counted before the lock is set, over all flows and instances. An attempt that was not counted
 * must not be evaluated.
 */
export async function countAttempt(tx: Tx, attempt: Attempt): Promise<CountedAttempt> {
  const { key, now, softLimit, wait } = attempt;
  const hardLimit = attempt.hardLimit ?? Number.MAX_SAFE_INTEGER;
  // After this many doublings the longest wait applies. The bound also keeps the shift below 2^53.
  const doublings = Math.max(0, Math.ceil(Math.log2(wait.max / wait.first)));
  const firstLock = softLimit <= 1 ? now + wait.first : 0;
  const row = await count(tx, { key, now, softLimit, hardLimit, doublings, firstLock, ...wait });
  if (row) {
    const resets = { softResets: row.soft_resets, hardResets: row.hard_resets };
    return { counted: true, soft: row.soft, hard: row.hard, lockedUntil: row.locked_until, ...resets };
  }
  const counter = await getCounter(tx, key);
  return {
    counted: false,
    soft: counter?.soft ?? 0,
    hard: counter?.hard ?? 0,
    lockedUntil: counter?.locked_until ?? 0,
    hardCap: (counter?.hard ?? 0) >= hardLimit,
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

/** Gives the parameter a width, because PostgreSQL would treat a small number as a 4-byte integer. */
function int(value: number) {
  return sql`cast(${value} as bigint)`;
}

/**
 * Gives an attempt back: its verifier failed (R43, R51), or it was a copy of a correct one. Parallel attempts can be
 * given back in any order, each once. Nothing is given back to a count that was reset since the attempt. A lock is
 * removed only if this attempt set it. Returns false when there was nothing to give back.
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

/** Records a success: both counts and the lock are reset. */
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
 * Records a correct password in an unfinished flow: the soft count and the lock are reset. The attempt itself, which
 * was counted before it was evaluated, is subtracted from the hard count (D12).
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

/** Records a completed login that used the credential: the hard count is reset, and a running wait continues (D12). */
export const resetHard = preparedWrite((db, key: string, now: number) =>
  db
    .updateTable('counters')
    .set((eb) => ({ hard: 0, updated_at: now, hard_resets: eb('hard_resets', '+', 1) }))
    .where('key', '=', key)
    .where('hard', '>', 0),
);

/**
 * Lifts a lock, for the help desk or a mailed link. The hard count stays (D7). Returns false when there was nothing to
 * lift.
 */
export async function liftLock(tx: Tx, key: string, now: number): Promise<boolean> {
  const result = await tx
    .updateTable('counters')
    .set((eb) => ({ soft: 0, locked_until: 0, updated_at: now, soft_resets: eb('soft_resets', '+', 1) }))
    .where('key', '=', key)
    .where((eb) => eb.or([eb('soft', '>', 0), eb('locked_until', '>', 0)]))
    .executeTakeFirst();
  return result.numUpdatedRows === 1n;
}

/** The counter with a key; undefined when nothing was counted under it. */
export const getCounter = prepared(
  (db, key: string) => db.selectFrom('counters').selectAll().where('key', '=', key),
  firstRow,
);

/** The number of digits of a time in ms until the year 2286. With a fixed width, keys of windows sort by time. */
const DIGITS = 13;

/**
 * The prefix of the keys of budgets in the window from `start` on, in ms since the epoch. The keys sort by time, so the
 * sweeper deletes those of past windows as one range of the primary key and reads no others.
 */
export function budgetPrefix(start: number): string {
  return `budget.${String(start).padStart(DIGITS, '0')}`;
}

/**
 * The prefix of the keys of text messages in a day (UTC), counted from the epoch. With a fixed width, the sweeper deletes those
 * of past days as one range of the primary key.
 */
export function sendingPrefix(day: number): string {
  return `sms.${String(day).padStart(6, '0')}.`;
}

/** The largest number of counters that one query reads. */
const MAX_KEYS = 4;

/**
 * At most four counters in one query, by key. Keys without a counter are left out.
 * @throws RangeError with more than four keys
 */
export async function countersOf(db: Db, keys: readonly string[]): Promise<Map<string, CounterRow>> {
  if (keys.length > MAX_KEYS) throw new RangeError(`keys: at most ${MAX_KEYS}, got ${keys.length}`);
  const [a = '', b = '', c = '', d = ''] = keys;
  const rows = await countersByKey(db, { a, b, c, d });
  return new Map(rows.map((row) => [row.key, row]));
}

const countersByKey = prepared(
  (db, { a, b, c, d }: Record<'a' | 'b' | 'c' | 'd', string>) =>
    db.selectFrom('counters').selectAll().where('key', 'in', [a, b, c, d]),
  allRows,
);

/**
 * Moves a count to another key, such as that of a new username. Failures that were counted there already stay: of each number
 * the higher one counts.
 */
export async function moveCounter(tx: Tx, from: string, to: string): Promise<void> {
  const moved = await getCounter(tx, from);
  if (!moved) return;
  const there = await getCounter(tx, to);
  await tx.deleteFrom('counters').where('key', 'in', [from, to]).execute();
  const higher = (name: 'soft' | 'hard' | 'locked_until' | 'updated_at'): number =>
    Math.max(moved[name], there?.[name] ?? 0);
  await tx
    .insertInto('counters')
    .values({
      key: to,
      soft: higher('soft'),
      hard: higher('hard'),
      locked_until: higher('locked_until'),
      updated_at: higher('updated_at'),
      // An attempt that is running is given back to neither count.
      soft_resets: moved.soft_resets + (there?.soft_resets ?? 0) + 1,
      hard_resets: moved.hard_resets + (there?.hard_resets ?? 0) + 1,
    })
    .execute();
}

/** Deletes the counters of a deleted account. */
export async function deleteCounters(tx: Tx, keys: readonly string[]): Promise<void> {
  await tx.deleteFrom('counters').where('key', 'in', keys).execute();
}
