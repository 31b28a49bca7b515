import assert from 'node:assert/strict';
import { test } from 'node:test';
import { moment } from './moments.ts';

const local = (text: string): string => new Date(text).toISOString();
const now = Date.parse(local('2026-11-20T12:00:00'));
const say = ({ day, time }: { day: string; time: string }) => `${day} at ${time}`;
const said = (text: string, language = 'en') => moment(language, local(text), now, say);

test('a moment is told as people say it', () => {
  assert.equal(said('2026-11-20T09:05:00'), 'today at 09:05');
  assert.equal(said('2026-11-19T23:59:00'), 'yesterday at 23:59');
  assert.equal(said('2026-11-21T00:00:00', 'nl'), 'morgen at 00:00');
  assert.equal(said('2026-06-09T14:00:00'), 'Tuesday 9 June at 14:00');
  assert.match(said('2025-06-10T14:00:00'), /^Tuesday,? 10 June 2025 at 14:00$/);
  assert.match(said('2025-06-10T14:00:00', 'nl'), /^dinsdag 10 juni 2025 at 14:00$/);
});
