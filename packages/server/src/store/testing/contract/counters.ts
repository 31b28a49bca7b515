import assert from 'node:assert/strict';
import {
  type CountedAttempt,
  countAttempt,
  getCounter,
  liftLock,
  resetCounter,
  resetHard,
  resetSoft,
  returnAttempt,
  type Taken,
} from '../../counters.ts';
import type { Database } from '../../database.ts';
import { type TestDatabase, testsOn } from '../databases.ts';

/* Threat: parallel guesses are all evaluated before the first of them is counted. */

const WAIT = { first: 60_000, max: 3_600_000 };

function taken(attempt: CountedAttempt): Taken {
  assert.ok(attempt.counted);
  return attempt;
}

/** The tests of the counters of attempts. */
export function countersContract(kind: TestDatabase): void {
  const it = testsOn(kind);
  const attempt = (database: Database, now: number, hardLimit?: number): Promise<CountedAttempt> =>
    database.write((tx) =>
      countAttempt(tx, { key: 'k', now, softLimit: 10, wait: WAIT, ...(hardLimit === undefined ? {} : { hardLimit }) }),
    );

  it('R43 of 200 parallel attempts on two instances ten are counted', async ({ database, openAnother, clock }) => {
    const instances = [database, await openAnother()];
    const results = await Promise.all(
      Array.from({ length: 200 }, (_, index) => attempt(instances[index % 2] ?? database, clock())),
    );
    assert.equal(results.filter((result) => result.counted).length, 10);
    const counter = await getCounter(database.read, 'k');
    const resets = { soft_resets: 0, hard_resets: 0 };
    const count = { key: 'k', soft: 10, hard: 10, locked_until: clock() + 60_000, updated_at: clock() };
    assert.deepEqual(counter, { ...count, ...resets });
  });

  it('R42 each attempt after a lock doubles the wait, up to the longest wait', async ({ database, clock }) => {
    for (let index = 0; index < 9; index++) await attempt(database, clock());
    const waits: number[] = [];
    for (let index = 0; index < 9; index++) {
      const counted = await attempt(database, clock());
      assert.equal(counted.counted, true);
      assert.equal((await attempt(database, counted.lockedUntil - 1)).counted, false);
      waits.push((counted.lockedUntil - clock()) / 60_000);
      clock.advance(counted.lockedUntil - clock());
    }
    assert.deepEqual(waits, [1, 2, 4, 8, 16, 32, 60, 60, 60]);
  });

  it('R42 at the hard cap no attempt is counted, and lifting the lock does not change the hard count', async ({
    database,
    clock,
  }) => {
    for (let index = 0; index < 12; index++) {
      assert.equal((await attempt(database, clock(), 12)).counted, true);
      await database.write((tx) => liftLock(tx, 'k', clock()));
    }
    const refused = await attempt(database, clock(), 12);
    assert.deepEqual(refused, { counted: false, soft: 0, hard: 12, lockedUntil: 0, hardCap: true });
    await database.write((tx) => resetCounter(tx, 'k', clock()));
    assert.equal((await attempt(database, clock(), 12)).counted, true);
  });

  it('a soft limit of one sets the lock at the first attempt', async ({ database, clock }) => {
    const only = await database.write((tx) => countAttempt(tx, { key: 'one', now: clock(), softLimit: 1, wait: WAIT }));
    const resets = { softResets: 0, hardResets: 0 };
    assert.deepEqual(only, { counted: true, soft: 1, hard: 1, lockedUntil: clock() + 60_000, ...resets });
  });

  it('R43 R51 an attempt whose verifier failed is given back, with the lock that it set', async ({
    database,
    clock,
  }) => {
    for (let index = 0; index < 9; index++) await attempt(database, clock());
    const tenth = taken(await attempt(database, clock()));
    assert.equal(tenth.lockedUntil, clock() + 60_000);
    assert.equal(await database.write((tx) => returnAttempt(tx, 'k', tenth)), true);
    const counter = await getCounter(database.read, 'k');
    assert.deepEqual([counter?.soft, counter?.hard, counter?.locked_until], [9, 9, 0]);
  });

  it('R43 an attempt is not given back after the counter was reset', async ({ database, clock }) => {
    await attempt(database, clock());
    const second = taken(await attempt(database, clock()));
    await database.write((tx) => resetCounter(tx, 'k', clock()));
    assert.equal(await database.write((tx) => returnAttempt(tx, 'k', second)), false);
    await attempt(database, clock());
    assert.equal(await database.write((tx) => returnAttempt(tx, 'k', second)), false);
    const counter = await getCounter(database.read, 'k');
    assert.deepEqual([counter?.soft, counter?.hard], [1, 1]);
  });

  it('R43 attempts are given back in any order, and the lock is removed with the attempt that set it', async ({
    database,
    clock,
  }) => {
    const all: Taken[] = [];
    for (let index = 0; index < 10; index++) all.push(taken(await attempt(database, clock())));
    for (const one of all.slice(0, 9)) await database.write((tx) => returnAttempt(tx, 'k', one));
    const locked = await getCounter(database.read, 'k');
    assert.deepEqual([locked?.soft, locked?.hard, locked?.locked_until], [1, 1, clock() + 60_000]);
    for (const one of all.slice(9)) await database.write((tx) => returnAttempt(tx, 'k', one));
    const counter = await getCounter(database.read, 'k');
    assert.deepEqual([counter?.soft, counter?.hard, counter?.locked_until], [0, 0, 0]);
  });

  it('R43 D12 after a correct password, a copy gives back only its part of the hard count', async ({
    database,
    clock,
  }) => {
    const [one, copy] = [taken(await attempt(database, clock())), taken(await attempt(database, clock()))];
    await database.write((tx) => resetSoft(tx, 'k', one, clock()));
    await attempt(database, clock());
    await database.write((tx) => returnAttempt(tx, 'k', copy));
    const counter = await getCounter(database.read, 'k');
    assert.deepEqual([counter?.soft, counter?.hard], [1, 1]);
    await database.write((tx) => resetHard(tx, 'k', clock()));
    await database.write((tx) => returnAttempt(tx, 'k', copy));
    const after = await getCounter(database.read, 'k');
    assert.deepEqual([after?.soft, after?.hard], [1, 0]);
  });

  it('D7 lifting a lock resets the soft count only', async ({ database, clock }) => {
    for (let index = 0; index < 10; index++) await attempt(database, clock());
    assert.equal(await database.write((tx) => liftLock(tx, 'k', clock())), true);
    assert.equal(await database.write((tx) => liftLock(tx, 'k', clock())), false);
    assert.equal(await database.write((tx) => liftLock(tx, 'unknown', clock())), false);
    const counter = await getCounter(database.read, 'k');
    assert.deepEqual([counter?.soft, counter?.hard, counter?.locked_until], [0, 10, 0]);
  });
}
