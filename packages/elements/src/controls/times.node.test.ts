import assert from 'node:assert/strict';
import { test } from 'node:test';
import { date, day, duration, inTime } from './times.ts';

test('times are said as people say them, and never promise too early', () => {
  const said: [number, string][] = [
    [0, 'in 1 second'],
    [40, 'in 40 seconds'],
    [60, 'in 1 minute'],
    [61, 'in 2 minutes'],
    [230, 'in 4 minutes'],
    [5400, 'in 90 minutes'],
    [7201, 'in 3 hours'],
    [86_400, 'in 1 day'],
  ];
  for (const [seconds, words] of said) assert.equal(inTime('en', seconds), words);
  assert.equal(inTime('nl', 230), 'over 4 minuten');
});

test('whole hours are hours', () => {
  assert.equal(duration('en', 3600), '1 hour');
  assert.equal(duration('nl', 240), '4 minuten');
});

test('a day is that of the calendar, whatever the time zone of whoever reads it', () => {
  assert.equal(day('en', '2026-06-30'), 'Tuesday 30 June');
  assert.equal(day('nl', '2026-06-30'), 'dinsdag 30 juni');
  assert.equal(date('en', Date.UTC(2026, 5, 30, 12)), '30 June 2026');
  assert.equal(date('nl', Date.UTC(2026, 5, 30, 12)), '30 juni 2026');
});
