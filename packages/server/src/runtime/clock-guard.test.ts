import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createClockGuard } from './clock-guard.ts';

/* Threat: a clock that is set back, manually or by a time server, revives expired sessions, links and codes. */

const START = Date.UTC(2026, 0, 1);

function machine() {
  const time = { wall: START, monotonic: 0 };
  const lines: string[] = [];
  const write = (fields: object, message: string): void => void lines.push(`${message} ${JSON.stringify(fields)}`);
  const logger = { error: write, warn: write };
  const guard = createClockGuard({ clock: () => time.wall, monotonic: () => time.monotonic, logger });
  return {
    lines,
    isBehind: guard.isBehind,
    /** Advances both clocks by `ms`, and changes the wall clock by a further `off` ms. */
    pass(ms: number, off = 0): void {
      time.monotonic += ms;
      time.wall += ms + off;
    },
  };
}

test('R86 a jump back of five seconds is tolerated, a longer one stops all requests until the clock has caught up', () => {
  const { isBehind, pass, lines } = machine();
  pass(1000, -5000);
  assert.equal(isBehind(), false);
  const other = machine();
  other.pass(1000, -6000);
  assert.equal(other.isBehind(), true);
  // At the moment of the jump, START + 1 s is expected, and the wall clock shows START - 5 s.
  other.pass(5999);
  assert.equal(other.isBehind(), true);
  other.pass(1);
  assert.equal(other.isBehind(), false);
  assert.deepEqual([lines.length, other.lines.length], [0, 2]);
  assert.match(other.lines[0] ?? '', /was set back.*"behindBySeconds":6,"resumesAt":"2026-01-01T00:00:01.000Z"/);
});

test('R86 a clock that was set back is logged once, even if it is checked many times', () => {
  const { isBehind, pass, lines } = machine();
  pass(1000, -3_600_000);
  for (let count = 0; count < 100; count += 1) assert.equal(isBehind(), true);
  assert.equal(lines.length, 1);
});

test('R86 small jumps back add up and are detected', () => {
  const { isBehind, pass } = machine();
  let refused = false;
  for (let count = 0; count < 10; count += 1) {
    pass(1000, -1000);
    refused ||= isBehind();
  }
  assert.equal(refused, true);
});

test('R86 a clock that is slowly corrected for a year never stops requests', () => {
  const { isBehind, pass } = machine();
  for (let day = 0; day < 365; day += 1) {
    for (let hour = 0; hour < 24; hour += 1) {
      pass(3_600_000, -1800);
      assert.equal(isBehind(), false);
    }
  }
});

test('R86 a jump forward is accepted, and a jump back after it is detected', () => {
  const { isBehind, pass } = machine();
  pass(1000, 86_400_000);
  assert.equal(isBehind(), false);
  pass(1000, -60_000);
  assert.equal(isBehind(), true);
});
