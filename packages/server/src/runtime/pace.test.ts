import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sqliteForTests, withDatabases } from '../store/testing/databases.ts';
import { createAdmission } from './pace.ts';

/*
 * Threat: hundreds of requests that become ready together are one turn of the event loop, in which `health` is not answered,
 * so that a load balancer takes the instance away at the moment of the rush.
 */

/** A piece of work that takes 2 ms of the processor's time at least. */
function work(): void {
  const from = performance.now();
  while (performance.now() - from < 2);
}

/** Counts the turns of the event loop until it is stopped. */
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

test('of requests that arrive together a few run before the event loop gets its turn', async () => {
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
  assert.ok(turns.stop() >= 15, 'at least one turn for each four requests');
  assert.deepEqual(
    order,
    order.toSorted((a, b) => a - b),
    'in the order of their arrival',
  );
});

test('requests that arrive in one turn of the event loop, each in a callback of its own, share its time', async () => {
  const admitted = createAdmission();
  const turns = countTurns();
  const request = async (): Promise<void> => {
    await admitted();
    work();
  };
  // Callbacks of one phase of the loop, with everything that is ready served in between, as with sockets.
  await Promise.all(Array.from({ length: 60 }, () => new Promise((resolve) => setImmediate(resolve)).then(request)));
  assert.ok(turns.stop() >= 15, 'at least one turn for each four requests');
});

test('what follows a group of commits is not one turn of the event loop', async () => {
  const { database, close } = await sqliteForTests.open();
  const turns = countTurns();
  await Promise.all(
    Array.from({ length: 60 }, async () => {
      await database.write(async () => {});
      work();
    }),
  );
  assert.ok(turns.stop() >= 15, 'at least one turn for each four requests');
  await close();
});

withDatabases('health waits behind no request for a connection of the database', async ({ database }) => {
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
  // On SQLite the units come one after another.
  await (database.dialect === 'postgres' ? Promise.all(started) : started[0]);
  await database.ping();
  await database.probe.selectFrom('canaries').selectAll().execute();
  held.resolve();
  await Promise.all(units);
});
