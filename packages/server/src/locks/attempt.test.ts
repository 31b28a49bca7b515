import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseOrganisation } from '../organisations/schema.ts';
import { withDatabases } from '../store/testing/databases.ts';
import { attemptUnder } from './attempt.ts';
import { holds, lockOn, withLock } from './locks.ts';

const KEY = 'code.account';
const numbers = { soft: 3, hard: 10, firstWaitSeconds: 60, maxWaitSeconds: 120 };
const { policy } = parseOrganisation({ id: 'clinic', name: 'Clinic', policy: { locks: numbers } });

withDatabases(
  'R42 an attempt is counted until the soft limit, after each wait once more, and never at the hard limit',
  async ({ database, clock }) => {
    const hardLimit = 5;
    const attempt = () =>
      database.write((tx) => attemptUnder(tx, { key: KEY, now: clock(), locks: policy.locks, hardLimit }));
    const lock = () => lockOn(database.read, { key: KEY, hardLimit, now: clock() });
    assert.equal(await lock(), undefined);
    for (let count = 1; count <= 3; count += 1) assert.equal((await attempt()).counted, true, `attempt ${count}`);
    const until = clock() + 60_000;
    assert.deepEqual(await attempt(), { counted: false, until });
    assert.deepEqual(await lock(), { until });
    clock.advance(60_000);
    assert.equal(await lock(), undefined, 'the wait is over');
    assert.equal((await attempt()).counted, true);
    assert.deepEqual(await attempt(), { counted: false, until: clock() + 120_000 }, 'the next wait is longer');
    clock.advance(120_000);
    assert.equal((await attempt()).counted, true);
    assert.deepEqual([await attempt(), await lock()], [{ counted: false }, {}], 'no wait ends the hard limit');
  },
);

test('a lock holds until its time, or for good, and is kept beside the others', () => {
  const now = 1000;
  assert.deepEqual(
    [undefined, {}, { until: now + 1 }, { until: now }].map((lock) => holds(lock, now)),
    [false, true, true, false],
  );
  const before = { locks: { password: {} } };
  assert.deepEqual(withLock(before, 'code', { until: now }), { locks: { password: {}, code: { until: now } } });
  assert.deepEqual(before, { locks: { password: {} } });
});
