import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createServerClock } from './server-clock.ts';

const at = (ms: number) => new Date(ms).toISOString();

test('The middle of the round trip is compared with the time of the server', () => {
  const clock = createServerClock(() => 1_000);
  clock.measure(at(61_000), { sentAt: 900, receivedAt: 1_100 });
  assert.equal(clock.offset, 60_000);
  assert.equal(clock.now(), 61_000);
});

test('A slow round trip does not spoil the measurement of a quick one', () => {
  const clock = createServerClock(() => 0);
  clock.measure(at(1_000), { sentAt: 0, receivedAt: 20 });
  clock.measure(at(3_900), { sentAt: 1_000, receivedAt: 5_000 });
  assert.equal(clock.offset, 990);
});

test('A quicker round trip replaces a slower one', () => {
  const clock = createServerClock(() => 0);
  clock.measure(at(3_900), { sentAt: 1_000, receivedAt: 5_000 });
  clock.measure(at(1_000), { sentAt: 0, receivedAt: 20 });
  assert.equal(clock.offset, 990);
});

test('A slow round trip that contradicts the quick one shows that the local clock was set anew', () => {
  const clock = createServerClock(() => 0);
  clock.measure(at(240_010), { sentAt: 0, receivedAt: 20 });
  assert.equal(clock.offset, 240_000);
  clock.measure(at(300_050), { sentAt: 300_000, receivedAt: 300_100 });
  assert.equal(clock.offset, 0);
});

test('A time that is none leaves the measurement alone', () => {
  const clock = createServerClock(() => 5);
  clock.measure('yesterday', { sentAt: 0, receivedAt: 1 });
  assert.equal(clock.offset, 0);
});
