// Threat: a flood of logins takes all memory and cores, so that nobody gets in.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createHashQueue, HasherBusyError } from './hash-queue.ts';

function gate() {
  const { promise, resolve } = Promise.withResolvers<void>();
  return { opened: promise, open: resolve };
}

test('so many run at a time, in the order they came', async () => {
  const queue = createHashQueue({ concurrency: 2, queueLimit: 10 });
  const gates = Array.from({ length: 5 }, gate);
  const started: number[] = [];
  const work = gates.map(({ opened }, index) =>
    queue.run(() => {
      started.push(index);
      return opened;
    }),
  );
  await Promise.resolve();
  assert.deepEqual(started, [0, 1]);
  assert.deepEqual({ ...queue.stats }, { running: 2, waiting: 3 });
  gates[1]?.open();
  await work[1];
  await Promise.resolve();
  assert.deepEqual(started, [0, 1, 2]);
  for (const { open } of gates) open();
  await Promise.all(work);
  assert.deepEqual(started, [0, 1, 2, 3, 4]);
  assert.deepEqual({ ...queue.stats }, { running: 0, waiting: 0 });
});

test('a full line refuses at once, and takes work again when there is room', async () => {
  const queue = createHashQueue({ concurrency: 1, queueLimit: 1 });
  const { opened, open } = gate();
  const running = queue.run(() => opened);
  const waiting = queue.run(() => Promise.resolve('second'));
  await assert.rejects(
    queue.run(() => Promise.resolve('third')),
    (error) => error instanceof HasherBusyError && error.code === 'busy' && error.retryAfter === 1,
  );
  open();
  await running;
  assert.equal(await waiting, 'second');
  assert.equal(await queue.run(() => Promise.resolve('fourth')), 'fourth');
});

test('work that fails gives its place back', async () => {
  const queue = createHashQueue({ concurrency: 1, queueLimit: 0 });
  await assert.rejects(
    queue.run(() => Promise.reject(new Error('broken'))),
    /broken/,
  );
  assert.equal(await queue.run(() => Promise.resolve('next')), 'next');
});
