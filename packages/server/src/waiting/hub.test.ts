/* Threat: waiting screens exhaust the memory, or one user's screens push out those of others. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createHub } from './hub.ts';

function waiter(name: string, log: string[]) {
  return {
    wake: () => void log.push(`${name} woken`),
    end: (reason: string) => void log.push(`${name} ended: ${reason}`),
    beat: () => void log.push(`${name} beat`),
  };
}

test('a signal wakes what waits for its topic, once, and nothing else', () => {
  const log: string[] = [];
  const hub = createHub();
  hub.add(waiter('a', log), { topics: ['one', 'two'], group: 'a' });
  const remove = hub.add(waiter('b', log), { topics: ['two'], group: 'b' });
  hub.emit(['one', 'two', 'three']);
  assert.deepEqual(log, ['a woken', 'b woken']);
  remove();
  hub.emit(['two']);
  assert.deepEqual(log.slice(2), ['a woken']);
  assert.equal(hub.size, 1);
  hub.close();
});

test('R87 at the limit the oldest waiter ends, and a flow has at most four', () => {
  const log: string[] = [];
  const hub = createHub({ limit: 6 });
  for (let index = 1; index <= 5; index += 1) hub.add(waiter(`a${index}`, log), { topics: ['a'], group: 'a' });
  assert.deepEqual(log, ['a1 ended: full']);
  for (let index = 1; index <= 3; index += 1) hub.add(waiter(`b${index}`, log), { topics: ['b'], group: `b${index}` });
  assert.deepEqual(log.slice(1), ['a2 ended: full']);
  assert.equal(hub.size, 6);
  hub.close();
  assert.equal(hub.size, 0);
});

test('closing ends all waiters, and later ones at once', () => {
  const log: string[] = [];
  const hub = createHub();
  hub.add(waiter('a', log), { topics: ['a'], group: 'a' });
  hub.close();
  hub.add(waiter('b', log), { topics: ['a'], group: 'b' });
  assert.deepEqual(log, ['a ended: closing', 'b ended: closing']);
});

test('a waiter that is woken may remove itself and others', () => {
  const hub = createHub();
  const removers: (() => void)[] = [];
  let woken = 0;
  const once = {
    wake: () => {
      woken += 1;
      for (const remove of removers) remove();
    },
    end: () => undefined,
  };
  removers.push(
    hub.add({ ...once }, { topics: ['a'], group: 'a' }),
    hub.add({ ...once }, { topics: ['a'], group: 'b' }),
  );
  hub.emit(['a']);
  assert.ok(woken >= 1 && hub.size === 0);
});

test('after lost signals everything is woken within a second', (t) => {
  t.mock.timers.enable({ apis: ['setTimeout', 'setInterval'] });
  const log: string[] = [];
  const hub = createHub();
  for (const name of ['a', 'b', 'c']) hub.add(waiter(name, log), { topics: [name], group: name });
  hub.emitAll();
  t.mock.timers.tick(1);
  assert.deepEqual(log, ['a woken']);
  t.mock.timers.tick(1000);
  assert.equal(log.length, 3);
  t.mock.timers.tick(15_000);
  assert.equal(log.filter((line) => line.endsWith('beat')).length, 3, 'a sign of life after 15 seconds');
  hub.close();
});
