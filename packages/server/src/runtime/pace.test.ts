import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sqliteForTests, withDatabases } from '../store/testing/databases.ts';
import { createAdmission } from './pace.ts';

/*
 * Threat: hundreds of requests that become ready together run in one turn of the event loop. Meanwhile `health` does not
 * respond, and a load balancer removes the instance when it is needed most.
 */

/** A unit of work that takes at least 2 ms of processor time. */
function work(): void {
  const from = performance.now();
  while (performance.now() - from < 2);
}

/** Counts the turns of the event loop until `stop` is called. */
function countTurns(): { stop(): number } {
  let turns = 0;
  let isOver = false;
  const next = (): void => {
    turns += 1;
    if (!isOver) setImmediate(next);
  };
  setImmediate(next);
  return {
    stop() {
      isOver = true;
      return turns;
    },
  };
}

test('only a few of the requests that arrive together run in one turn of the event loop', async () => {
  const admitted = createAdmission();
  const order: number[] = [];
  const turns = countTurns();
  await Promise.all(
    Array.from({ length: 60 }, async (_, index) => {
      await admitted();
      order.push(index);
      work();
    }),
  );
  assert.ok(turns.stop() >= 15, 'at least one turn per four requests');
  assert.deepEqual(
    order,
    order.toSorted((a, b) => a - b),
    'requests run in the order of their arrival',
  );
});

test('requests that arrive in separate callbacks of one turn of the event loop share its time', async () => {
  const admitted = createAdmission();
  const turns = countTurns();
  const request = async (): Promise<void> => {
    await admitted();
    work();
  };
  // Callbacks in one phase of the loop, with everything that is ready run after each of them, as for sockets.
  await Promise.all(Array.from({ length: 60 }, () => new Promise((resolve) => setImmediate(resolve)).then(request)));
  assert.ok(turns.stop() >= 15, 'at least one turn per four requests');
});

test('the work after a group of commits is spread over several turns of the event loop', async () => {
  const { database, close } = await sqliteForTests.open();
  const turns = countTurns();
  await Promise.all(
    Array.from({ length: 60 }, async () => {
      await database.write(async () => {});
      work();
    }),
  );
  assert.ok(turns.stop() >= 15, 'at least one turn per four requests');
  await close();
});

withDatabases('health does not wait for requests that use the connections of the database', async ({ database }) => {
  const held = Promise.withResolvers<void>();
  const started: Promise<void>[] = [];
  const units = Array.from({ length: 8 }, () => {
    const start = Promise.withResolvers<void>();
    started.push(start.promise);
    return database.write(async () => {
      start.resolve();
      await held.promise;
    });
  });
  // On SQLite the transactions run one after another.
  await (database.dialect === 'postgres' ? Promise.all(started) : started[0]);
  await database.ping();
  await database.probe.selectFrom('canaries').selectAll().execute();
  held.resolve();
  await Promise.all(units);
});
