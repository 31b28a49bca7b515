import assert from 'node:assert/strict';
import { test } from 'node:test';
import { endOfDay, isTimeZone, localDate } from './local-date.ts';
import { passwordDaysLeft, type SetUpPolicy, setUpDue, timeLeft } from './policy.ts';

/*
 * Threat: a deadline is at the server's midnight and not at the organisation's. Users are locked out hours too early, or
 * can log in with only the password after the announced day.
 */

const HOUR = 3_600_000;

/** Amsterdam has summer time on 1 April and 30 June (UTC+2); Kolkata is always at UTC+5:30. */
const zones = [
  { timeZone: 'Europe/Amsterdam', opens: Date.UTC(2026, 2, 31, 22), closes: Date.UTC(2026, 5, 30, 22) },
  { timeZone: 'Asia/Kolkata', opens: Date.UTC(2026, 2, 31, 18, 30), closes: Date.UTC(2026, 5, 30, 18, 30) },
];

for (const { timeZone, opens, closes } of zones) {
  const policy: SetUpPolicy = { factor: 'optional', setUp: { from: '2026-04-01', until: '2026-06-30', timeZone } };

  test(`set-up can be deferred from 1 April to 30 June inclusive, to the millisecond, in ${timeZone}`, () => {
    assert.equal(setUpDue(policy, opens - 1), 'no');
    assert.equal(setUpDue(policy, opens), 'offered');
    assert.equal(setUpDue(policy, closes - 1), 'offered');
    assert.equal(setUpDue(policy, closes), 'mandatory');
  });

  test(`the days left are calendar days in ${timeZone}`, () => {
    assert.deepEqual(timeLeft(policy, opens), { until: '2026-06-30', deadline: closes, daysLeft: 90 });
    assert.equal(timeLeft(policy, closes - 24 * HOUR - 1)?.daysLeft, 1);
    assert.equal(timeLeft(policy, closes - 24 * HOUR)?.daysLeft, 0);
    assert.equal(timeLeft(policy, closes - 1)?.daysLeft, 0);
  });
}

test('set-up is offered without a deadline, not offered without `setUp`, and required where a factor is mandatory', () => {
  const now = Date.UTC(2026, 5, 1);
  assert.equal(setUpDue({ factor: 'optional', setUp: { timeZone: 'UTC' } }, now), 'offered');
  assert.equal(timeLeft({ factor: 'optional', setUp: { timeZone: 'UTC' } }, now), undefined);
  assert.equal(setUpDue({ factor: 'optional' }, now), 'no');
  assert.equal(setUpDue({ factor: 'mandatory' }, now), 'mandatory');
  assert.equal(setUpDue({ factor: 'optional', setUp: { until: '2026-05-31', timeZone: 'UTC' } }, now), 'mandatory');
});

test('a day ends at its local midnight, also if that midnight is skipped or the day has 23 or 25 hours', () => {
  // Summer time begins in Amsterdam on 29 March 2026 and ends on 25 October.
  assert.equal(endOfDay('2026-03-28', 'Europe/Amsterdam'), Date.UTC(2026, 2, 28, 23));
  assert.equal(endOfDay('2026-03-29', 'Europe/Amsterdam'), Date.UTC(2026, 2, 29, 22));
  assert.equal(endOfDay('2026-10-25', 'Europe/Amsterdam'), Date.UTC(2026, 9, 25, 23));
  // In Cairo the clocks change from 00:00 to 01:00 on 24 April 2026. The 23rd still ends at 24:00.
  assert.equal(endOfDay('2026-04-23', 'Africa/Cairo'), Date.UTC(2026, 3, 23, 22));
  assert.equal(localDate(Date.UTC(2026, 3, 23, 22), 'Africa/Cairo'), '2026-04-24');
  assert.equal(endOfDay('2026-12-31', 'Pacific/Kiritimati'), Date.UTC(2026, 11, 31, 10));
  assert.equal(endOfDay('2026-12-31', 'Pacific/Pago_Pago'), Date.UTC(2027, 0, 1, 11));
});

test('a time zone is a name of the IANA database', () => {
  for (const name of ['Europe/Amsterdam', 'UTC', 'America/Argentina/Ushuaia']) assert.ok(isTimeZone(name), name);
  for (const name of ['', 'Amsterdam', 'Europe/Atlantis', 'UTC+25']) assert.ok(!isTimeZone(name), name);
});

test('D13 the days left of a password are rounded up, and 0 once the next login asks for a new one', () => {
  const DAY = 24 * HOUR;
  const set = Date.UTC(2026, 0, 1);
  const account = { password_hash: 'x', password_changed_at: set, created_at: set - DAY, must_change_password: 0 };
  const policy = { passwordExpiresAfterDays: 90 };
  const left = (now: number, given = {}): number | undefined => passwordDaysLeft({ ...account, ...given }, policy, now);
  assert.equal(left(set), 90);
  assert.equal(left(set + 1), 90);
  assert.equal(left(set + DAY), 89);
  assert.equal(left(set + 90 * DAY - 1), 1);
  assert.equal(left(set + 90 * DAY), 0);
  assert.equal(left(set + 900 * DAY), 0);
  assert.equal(left(set, { password_changed_at: null }), 89);
  assert.equal(left(set, { must_change_password: 1 }), 0);
  assert.equal(left(set, { password_hash: null }), undefined);
  assert.equal(passwordDaysLeft(account, { passwordExpiresAfterDays: undefined }, set), undefined);
});
