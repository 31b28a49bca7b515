// Threat: the time of one response, or of parallel responses, reveals which of two hash functions ran.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ANSWER_FLOOR, createAnswerFloor, createTimer, systemTimer, type Timer, untilFloor } from './answer-floor.ts';

test('R54 a response waits until the floor, or until its next multiple if it is late', () => {
  assert.equal(untilFloor(0), ANSWER_FLOOR);
  assert.equal(untilFloor(12), ANSWER_FLOOR - 12);
  assert.equal(untilFloor(ANSWER_FLOOR), 0);
  assert.equal(untilFloor(ANSWER_FLOOR + 1), ANSWER_FLOOR - 1);
  assert.equal(untilFloor(2.5 * ANSWER_FLOOR), ANSWER_FLOOR / 2);
});

test('R54 the timer never ends early, although the timers of the platform do', async () => {
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

/** Returns a timer that is advanced only by the test and by its waits, and that records when each wait ended. */
function manualTimer(): Timer & { advance(ms: number): void; ends: number[] } {
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

test('R54 responses for one key are given one after the other, each with its own full floor', async () => {
  const timer = manualTimer();
  const floor = createAnswerFloor(timer);
  const answer = (cost: number): Promise<void> => floor.hold('name', 0, async () => timer.advance(cost));
  await Promise.all([answer(12), answer(400), answer(12)]);
  assert.deepEqual(timer.ends, [ANSWER_FLOOR, 2 * ANSWER_FLOOR, 3 * ANSWER_FLOOR]);
  // No response is pending, so the next one counts from its own start.
  await floor.hold('name', timer.now() - 300, async () => timer.advance(12));
  assert.equal(timer.ends.at(-1), 4 * ANSWER_FLOOR - 300);
});

test('R54 a response does not wait for responses of another key', async () => {
  const timer = manualTimer();
  const floor = createAnswerFloor(timer);
  const { promise: never } = Promise.withResolvers<void>();
  void floor.hold('name', 0, () => never);
  await floor.hold('other', 0, async () => timer.advance(12));
  assert.deepEqual(timer.ends, [ANSWER_FLOOR]);
});

test('R54 R95 a floor of its own has its multiples, and reports work that exceeds it', async () => {
  const timer = manualTimer();
  const exceeded: number[] = [];
  const floor = createAnswerFloor(timer, { answerTime: 300, onExceeded: (ms) => exceeded.push(ms) });
  const { promise: never } = Promise.withResolvers<void>();
  void floor.hold('name', 0, () => never);
  // It waits for no other response, also not of the same name.
  await floor.reach(0);
  await floor.hold('other', timer.now(), async () => timer.advance(340));
  assert.deepEqual([timer.ends, exceeded], [[300, 900], [340]]);
});

test('an error is not delayed, and the next response for its key follows', async () => {
  const timer = manualTimer();
  const floor = createAnswerFloor(timer);
  const failing = floor.hold('name', 0, () => Promise.reject(new Error('busy')));
  const next = floor.hold('name', 0, async () => 'answered');
  await assert.rejects(failing, /busy/);
  assert.equal(await next, 'answered');
  assert.deepEqual(timer.ends, [ANSWER_FLOOR]);
});
