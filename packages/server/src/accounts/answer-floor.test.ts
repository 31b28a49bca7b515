// Threat: the time of an answer, or of parallel answers, reveals which of two hash functions ran.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ANSWER_FLOOR, createAnswerFloor, createTimer, systemTimer, type Timer, untilFloor } from './answer-floor.ts';

test('R54 an answer waits until the floor, one that is late already until the next multiple', () => {
  assert.equal(untilFloor(0), ANSWER_FLOOR);
  assert.equal(untilFloor(12), ANSWER_FLOOR - 12);
  assert.equal(untilFloor(ANSWER_FLOOR), 0);
  assert.equal(untilFloor(ANSWER_FLOOR + 1), ANSWER_FLOOR - 1);
  assert.equal(untilFloor(2.5 * ANSWER_FLOOR), ANSWER_FLOOR / 2);
});

test('R54 the timer never ends before its time, though the timers of the platform do', async () => {
  let now = 0;
  const sleeps: number[] = [];
  const timer = createTimer(
    () => now,
    async (ms) => {
      sleeps.push(ms);
      now += ms - 0.9;
    },
  );
  await timer.wait(1.5);
  assert.ok(now >= 1.5, `ended after ${now} ms`);
  assert.deepEqual(sleeps, [2, 1, 1, 1, 1]);
});

test('the timer of the platform waits', async () => {
  const from = systemTimer.now();
  await systemTimer.wait(1.5);
  assert.ok(systemTimer.now() - from >= 1.5);
});

/** A timer that moves by what it is told alone, and notes when each wait ended. */
function standing(): Timer & { advance(ms: number): void; ends: number[] } {
  let now = 0;
  const ends: number[] = [];
  const advance = (ms: number): void => {
    now += ms;
  };
  const wait = async (ms: number): Promise<void> => {
    advance(ms);
    ends.push(now);
  };
  return { now: () => now, wait, advance, ends };
}

test('R54 answers under one key are given one after the other, each with the floor of its own', async () => {
  const timer = standing();
  const floor = createAnswerFloor(timer);
  const answer = (cost: number): Promise<void> => floor.hold('name', 0, async () => timer.advance(cost));
  await Promise.all([answer(12), answer(400), answer(12)]);
  assert.deepEqual(timer.ends, [ANSWER_FLOOR, 2 * ANSWER_FLOOR, 3 * ANSWER_FLOOR]);
  // The turns are over: the next one counts from its own beginning.
  await floor.hold('name', timer.now() - 300, async () => timer.advance(12));
  assert.equal(timer.ends.at(-1), 4 * ANSWER_FLOOR - 300);
});

test('R54 another key has its own turn', async () => {
  const timer = standing();
  const floor = createAnswerFloor(timer);
  const { promise: never } = Promise.withResolvers<void>();
  void floor.hold('name', 0, () => never);
  await floor.hold('other', 0, async () => timer.advance(12));
  assert.deepEqual(timer.ends, [ANSWER_FLOOR]);
});

test('what fails is not held back, and the next one has its turn', async () => {
  const timer = standing();
  const floor = createAnswerFloor(timer);
  const failing = floor.hold('name', 0, () => Promise.reject(new Error('busy')));
  const next = floor.hold('name', 0, async () => 'answered');
  await assert.rejects(failing, /busy/);
  assert.equal(await next, 'answered');
  assert.deepEqual(timer.ends, [ANSWER_FLOOR]);
});
