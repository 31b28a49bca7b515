import assert from 'node:assert/strict';
import { addChallenge, challengesOf, spendChallenge } from './challenges.ts';
import { withEachDatabase } from './testing/databases.ts';
import { aChallenge } from './testing/rows.ts';

/* Threat: of many submissions with the same code several succeed, or a code is spent in another flow or for another account. */

const START = Date.UTC(2026, 0, 1);
const own = { flowId: 'flow', accountId: 'account', method: 'sms' } as const;

withEachDatabase('R19 R63 one of 20 parallel submissions spends a challenge, on two instances', async (fixture) => {
  const row = aChallenge();
  await fixture.database.write((tx) => addChallenge(tx, row));
  const databases = [fixture.database, await fixture.openAnother()] as const;
  const spent = await Promise.all(
    Array.from({ length: 20 }, (_, index) =>
      databases[index % 2 === 0 ? 0 : 1].write((tx) => spendChallenge(tx, { ...own, id: row.id, now: START + 1 })),
    ),
  );
  assert.equal(spent.filter(Boolean).length, 1);
});

withEachDatabase(
  'R19 a challenge is spent only in its flow, for its account and at its step, before it expires',
  async (fixture) => {
    const row = aChallenge();
    await fixture.database.write((tx) => addChallenge(tx, row));
    const spend = (change: object) =>
      fixture.database.write((tx) => spendChallenge(tx, { ...own, id: row.id, now: START, ...change }));
    for (const change of [
      { flowId: 'other' },
      { accountId: 'other' },
      { method: 'enroll-sms' },
      { now: row.expires_at },
      { id: 'other' },
    ]) {
      assert.equal(await spend(change), false, JSON.stringify(change));
    }
    assert.equal(await spend({ now: row.expires_at - 1 }), true);
  },
);

withEachDatabase('R19 a new challenge voids the older ones of its account and step, in every flow', async (fixture) => {
  const old = aChallenge({ flow_id: 'older flow' });
  const others = [aChallenge({ method: 'enroll-sms' }), aChallenge({ account_id: 'bob' })];
  const newest = aChallenge({ created_at: START + 5 });
  for (const row of [old, ...others, newest]) await fixture.database.write((tx) => addChallenge(tx, row));
  const voided = await fixture.database.read.selectFrom('challenges').select(['id', 'voided_at']).execute();
  const gone = voided.filter(({ voided_at }) => voided_at !== null).map(({ id }) => id);
  assert.deepEqual(gone, [old.id]);
  const id = { id: old.id, flowId: 'older flow', accountId: 'account', method: 'sms' } as const;
  assert.equal(await fixture.database.write((tx) => spendChallenge(tx, { ...id, now: START + 6 })), false);
  const [first, ...rest] = await challengesOf(fixture.database.read, own);
  assert.deepEqual([first?.id, rest.length], [newest.id, 0]);
});
