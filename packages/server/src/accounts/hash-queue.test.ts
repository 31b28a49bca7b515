/*
 * Threats: a flood of logins uses all memory and cores; one address, or the logins of one organisation, fill the queue and
 * cause all other logins to be refused.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createHashQueue, HasherBusyError, type HashOrigin, type HashQueue } from './hash-queue.ts';

function gate() {
  const { promise, resolve } = Promise.withResolvers<void>();
  return { opened: promise, open: resolve };
}

const queueOf = (given: { concurrency?: number; queueLimit?: number; addressLimit?: number } = {}): HashQueue =>
  createHashQueue({ concurrency: 1, queueLimit: 1000, addressLimit: 1000, ...given });

const from = (organisation: string, address: string): HashOrigin => ({ organisation, address });

/** Returns a queue whose only place is taken until `release`. Waiting work records its name in `turns` when it runs. */
function blocked(limits: { queueLimit?: number; addressLimit?: number } = {}) {
  const queue = queueOf(limits);
  const { opened, open } = gate();
  const turns: string[] = [];
  const refused: string[] = [];
  const all: Promise<void>[] = [queue.run(() => opened)];
  return {
    queue,
    turns,
    refused,
    /** Adds `times` units of work with this name. */
    add(name: string, origin?: HashOrigin, times = 1): void {
      for (let count = 0; count < times; count += 1) {
        const work = queue.run(async () => void turns.push(name), origin);
        all.push(
          work.catch((error: unknown) => {
            assert.ok(error instanceof HasherBusyError && error.retryAfter === 1);
            refused.push(name);
          }),
        );
      }
    },
    /** Frees the place, and resolves when no work is waiting. */
    async release(): Promise<string[]> {
      open();
      await Promise.all(all);
      assert.deepEqual({ ...queue.stats }, { running: 0, waiting: 0 });
      return turns;
    },
  };
}

test('`concurrency` units run at the same time, in the order of their arrival', async () => {
  const queue = queueOf({ concurrency: 2 });
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

test('a full queue refuses work immediately, and accepts it again when there is room', async () => {
  for (const origin of [undefined, from('clinic', 'a')]) {
    const queue = queueOf({ queueLimit: 1 });
    const { opened, open } = gate();
    const running = queue.run(() => opened, origin);
    const waiting = queue.run(() => Promise.resolve('second'), origin);
    await assert.rejects(
      queue.run(() => Promise.resolve('third'), origin),
      (error) => error instanceof HasherBusyError && error.code === 'busy' && error.retryAfter === 1,
    );
    open();
    await running;
    assert.equal(await waiting, 'second');
    assert.equal(await queue.run(() => Promise.resolve('fourth'), origin), 'fourth');
  }
});

test('work that fails frees its place', async () => {
  const queue = queueOf({ queueLimit: 0 });
  await assert.rejects(
    queue.run(() => Promise.reject(new Error('broken'))),
    /broken/,
  );
  assert.equal(await queue.run(() => Promise.resolve('next')), 'next');
});

test('a flood from one address delays another address of the same organisation by one turn (R87 in part)', async () => {
  const line = blocked();
  line.add('flood', from('clinic', 'a'), 50);
  line.add('other', from('clinic', 'b'), 2);
  const turns = await line.release();
  assert.deepEqual(turns.slice(0, 5), ['flood', 'other', 'flood', 'other', 'flood']);
  assert.equal(turns.length, 52);
});

test('a flood from many addresses in one organisation delays another organisation by one turn (R87 in part)', async () => {
  const line = blocked();
  for (let address = 0; address < 50; address += 1) line.add('flood', from('clinic', `a${address}`));
  line.add('other', from('school', 'b'), 2);
  assert.deepEqual((await line.release()).slice(0, 5), ['flood', 'other', 'flood', 'other', 'flood']);
});

test('the entries of one address are limited over all organisations (R87 in part)', async () => {
  const line = blocked({ addressLimit: 3 });
  for (let organisation = 0; organisation < 5; organisation += 1) line.add('a', from(`o${organisation}`, 'a'));
  line.add('b', from('o0', 'b'));
  const turns = await line.release();
  assert.deepEqual(line.refused, ['a', 'a']);
  assert.deepEqual(turns.toSorted(), ['a', 'a', 'a', 'b']);
  // Finished work no longer counts.
  await line.queue.run(() => Promise.resolve(), from('o0', 'a'));
});

test('a queue that one organisation fills refuses its newest entries, not a new entry of another organisation (R87 in part)', async () => {
  const line = blocked({ queueLimit: 4 });
  for (const name of ['1', '2', '3', '4']) line.add(name, from('clinic', name));
  line.add('school', from('school', 'b'), 2);
  line.add('5', from('clinic', '5'));
  const turns = await line.release();
  // Both organisations then have two entries, so neither evicts an entry of the other.
  assert.equal(line.refused.length, 3);
  assert.deepEqual(
    line.refused.filter((name) => name === 'school'),
    [],
  );
  assert.equal(turns.filter((name) => name === 'school').length, 2);
});

test('a queue that one address fills refuses its newest entry, not a new address of the same organisation (R87 in part)', async () => {
  const line = blocked({ queueLimit: 4 });
  for (const name of ['1', '2', '3', '4']) line.add(name, from('clinic', 'a'));
  line.add('b', from('clinic', 'b'));
  assert.deepEqual(await line.release(), ['1', 'b', '2', '3']);
  assert.deepEqual(line.refused, ['4']);
});

test('a full queue with one entry per organisation refuses a new entry (R87 in part)', async () => {
  const line = blocked({ queueLimit: 3 });
  for (const name of ['1', '2', '3']) line.add(name, from(`o${name}`, name));
  line.add('late', from('o4', '4'));
  await line.release();
  assert.deepEqual(line.refused, ['late']);
});

test('work without an origin gets every fourth turn while requests wait, and otherwise all turns (R87 in part)', async () => {
  const line = blocked();
  line.add('import', undefined, 3);
  line.add('login', from('clinic', 'a'), 5);
  const turns = await line.release();
  assert.deepEqual(turns, ['login', 'login', 'login', 'import', 'login', 'login', 'import', 'import']);
});

test('logins and imports do not fill the lane of the other (R87 in part)', async () => {
  const line = blocked({ queueLimit: 2 });
  line.add('import', undefined, 3);
  line.add('login', from('clinic', 'a'), 3);
  const turns = await line.release();
  assert.deepEqual(line.refused, ['import', 'login']);
  assert.deepEqual(turns.toSorted(), ['import', 'import', 'login', 'login']);
});
