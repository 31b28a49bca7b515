import assert from 'node:assert/strict';
import { test } from 'node:test';
import { date, day, duration, inTime, moment } from './times.ts';

test('a time from now is rounded up to a suitable unit', () => {
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

test('a duration of whole hours is in hours', () => {
  assert.equal(duration('en', 3600), '1 hour');
  assert.equal(duration('nl', 240), '4 minuten');
});

test('a calendar day does not depend on the time zone', () => {
  assert.equal(day('en', '2026-06-30'), 'Tuesday 30 June');
  assert.equal(day('nl', '2026-06-30'), 'dinsdag 30 juni');
  assert.equal(date('en', Date.UTC(2026, 5, 30, 12)), '30 June 2026');
  assert.equal(date('nl', Date.UTC(2026, 5, 30, 12)), '30 juni 2026');
});

const local = (text: string): string => new Date(text).toISOString();
const now = Date.parse(local('2026-11-20T12:00:00'));
const say = ({ day, time }: { day: string; time: string }) => `${day} at ${time}`;
const said = (text: string, language = 'en') => moment(language, local(text), now, say);

test('a time is relative for yesterday, today and tomorrow, and has the year if that is not the current one', () => {
  assert.equal(said('2026-11-20T09:05:00'), 'today at 09:05');
  assert.equal(said('2026-11-19T23:59:00'), 'yesterday at 23:59');
  assert.equal(said('2026-11-21T00:00:00', 'nl'), 'morgen at 00:00');
  assert.equal(said('2026-06-09T14:00:00'), 'Tuesday 9 June at 14:00');
  assert.match(said('2025-06-10T14:00:00'), /^Tuesday,? 10 June 2025 at 14:00$/);
  assert.match(said('2025-06-10T14:00:00', 'nl'), /^dinsdag 10 juni 2025 at 14:00$/);
});
