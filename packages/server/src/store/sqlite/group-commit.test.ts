import assert from 'node:assert/strict';
import { test } from 'node:test';
import { resetCounter } from '../counters.ts';
import type { Database, Tx } from '../database.ts';
import { Rollback, StoreUnavailableError } from '../database.ts';
import { sqliteForTests, withEachDatabase } from '../testing/databases.ts';

const put = (name: string) => (tx: Tx) => tx.insertInto('leases').values({ name, holder: 'h', until: 1 }).execute();

async function names(database: Database): Promise<string[]> {
  const rows = await database.read.selectFrom('leases').select('name').orderBy('name').execute();
  return rows.map((row) => row.name);
}

withEachDatabase('a transaction that throws is rolled back, and no other', async ({ database }) => {
  const outcomes = await Promise.allSettled([
    database.write(put('a')),
    database.write(async (tx) => {
      await put('b')(tx);
      throw new Rollback('no b');
    }),
    database.write(put('c')),
    database.write(put('a')),
    database.write(put('d')),
  ]);
  const [one, thrown, third, other, last] = outcomes;
  // PostgreSQL writes in parallel: either of the two transactions with the same name may succeed.
  assert.deepEqual([one, other].map((outcome) => outcome?.status).sort(), ['fulfilled', 'rejected']);
  assert.deepEqual([third?.status, last?.status], ['fulfilled', 'fulfilled']);
  assert.deepEqual(await names(database), ['a', 'c', 'd']);
  assert.ok(thrown?.status === 'rejected' && thrown.reason instanceof Rollback && thrown.reason.message === 'no b');
});

withEachDatabase('a single transaction that throws is rolled back too', async ({ database }) => {
  const reason = { kind: 'not an Error' };
  const failed = database.write(async (tx) => {
    await put('a')(tx);
    throw reason;
  });
  await assert.rejects(failed, (error) => error === reason);
  assert.deepEqual(await names(database), []);
});

withEachDatabase('a write returns the result of its work', async ({ database }) => {
  const answers = await Promise.all([1, 2, 3].map((value) => database.write(async () => value)));
  assert.deepEqual(answers, [1, 2, 3]);
});

withEachDatabase('the changes of a transaction are invisible to others until its commit', async ({ database }) => {
  assert.deepEqual(await names(database), []);
  const seen: [own: string, all: string[]][] = [];
  const transaction = (name: string) =>
    database.write(async (tx) => {
      await put(name)(tx);
      seen.push([name, await names(database)]);
    });
  await transaction('a');
  await Promise.all([transaction('b'), transaction('c')]);
  for (const [own, all] of seen) assert.ok(!all.includes(own), own);
  assert.deepEqual(await names(database), ['a', 'b', 'c']);
});

test('a query that was not awaited does not run in a later transaction', async () => {
  const fixture = await sqliteForTests.open();
  let late: (() => Promise<unknown>) | undefined;
  await Promise.all([
    fixture.database.write(async (tx) => {
      late = () => put('late')(tx);
    }),
    fixture.database.write(async (tx) => {
      await put('mine')(tx);
      await assert.rejects(late?.() ?? Promise.resolve(), /This transaction has ended/);
    }),
  ]);
  assert.deepEqual(await names(fixture.database), ['mine']);
  await fixture.close();
});

test('a prepared query that was not awaited does not run in a later transaction', async () => {
  const fixture = await sqliteForTests.open();
  const reset = (tx: Tx) => resetCounter(tx, 'k', 1);
  await fixture.database.write(reset);
  let late: (() => Promise<unknown>) | undefined;
  await Promise.all([
    fixture.database.write(async (tx) => {
      late = () => reset(tx);
    }),
    fixture.database.write(async () => {
      await assert.rejects(late?.() ?? Promise.resolve(), /This transaction has ended/);
    }),
  ]);
  await fixture.close();
});

test('no change of the parallel queries in a failed transaction is kept', async () => {
  const fixture = await sqliteForTests.open();
  await fixture.database.write(put('taken'));
  const outcomes = await Promise.allSettled([
    fixture.database.write(async (tx) => {
      await Promise.all([put('first')(tx), put('taken')(tx), put('second')(tx)]);
    }),
    fixture.database.write(put('other')),
  ]);
  assert.deepEqual(
    outcomes.map((outcome) => outcome.status),
    ['rejected', 'fulfilled'],
  );
  assert.deepEqual(await names(fixture.database), ['other', 'taken']);
  await fixture.close();
});

test('closing completes pending writes and refuses later ones', async () => {
  const fixture = await sqliteForTests.open();
  const database = fixture.database;
  const pending = [database.write(put('a')), database.write(put('b'))];
  const closing = database.close();
  await assert.rejects(database.write(put('c')), StoreUnavailableError);
  await Promise.all([...pending, closing]);
  const again = await fixture.openAnother();
  assert.deepEqual(await names(again), ['a', 'b']);
  await fixture.close();
});
