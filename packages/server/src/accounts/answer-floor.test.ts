// Threat: the time of an answer reveals which of two hash functions ran.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ANSWER_FLOOR, systemTimer, untilFloor } from './answer-floor.ts';

test('R54 an answer waits until the floor, one that is late already until the next multiple', () => {
  assert.equal(untilFloor(0), ANSWER_FLOOR);
  assert.equal(untilFloor(12), ANSWER_FLOOR - 12);
  assert.equal(untilFloor(ANSWER_FLOOR), 0);
  assert.equal(untilFloor(ANSWER_FLOOR + 1), ANSWER_FLOOR - 1);
  assert.equal(untilFloor(2.5 * ANSWER_FLOOR), ANSWER_FLOOR / 2);
});

test('R54 the timer never ends before its time', async () => {
  const from = systemTimer.now();
  await systemTimer.wait(1.5);
  assert.ok(systemTimer.now() - from >= 1.5);
});
