import assert from 'node:assert/strict';
import { deleteFlow, endFlowsOfAccount, findFlow, insertFlow, updateFlow } from '../../flows.ts';
import { claim, release, settle } from '../../requests/idempotency.ts';
import { type TestDatabase, testsOn } from '../databases.ts';
import { addFlow } from '../rows.ts';

/* Threats: two submissions that both finish a flow; a repeated request that is done twice. */

export function flowsContract(kind: TestDatabase): void {
  const it = testsOn(kind);

  it('R7: of 50 parallel changes of one version of a flow exactly one wins', async (fixture) => {
    const { database, openAnother } = fixture;
    const flow = await addFlow(database);
    const instances = [database, await openAnother()];
    const results = await Promise.all(
      Array.from({ length: 50 }, (_, index) =>
        (instances[index % 2] ?? database).write((tx) =>
          updateFlow(tx, {
            id: flow.id,
            version: 1,
            facts: `{"winner":${index}}`,
            organisationId: 'clinic',
            accountId: null,
          }),
        ),
      ),
    );
    assert.equal(results.filter((won) => won).length, 1);
    const stored = await findFlow(database.read, flow.id);
    assert.equal(stored?.version, 2);
    assert.equal(stored?.facts, `{"winner":${results.indexOf(true)}}`);
  });

  it('R7: a flow that has ended takes no change', async ({ database, clock }) => {
    const flow = await addFlow(database);
    const change = { id: flow.id, facts: '{}', organisationId: 'clinic', accountId: 'account' };
    assert.equal(await database.write((tx) => updateFlow(tx, { ...change, version: 1, endedAt: clock() })), true);
    assert.equal(await database.write((tx) => updateFlow(tx, { ...change, version: 2 })), false);
    const stored = await findFlow(database.read, flow.id);
    assert.deepEqual([stored?.ended_at, stored?.account_id, stored?.expires_at], [clock(), 'account', flow.expires_at]);
  });

  it('an extension moves the expiry and counts', async ({ database, clock }) => {
    const flow = await addFlow(database);
    const change = { id: flow.id, version: 1, facts: '{}', organisationId: null, accountId: null };
    await database.write((tx) => updateFlow(tx, { ...change, expiresAt: clock() + 5, extensions: 3 }));
    const stored = await findFlow(database.read, flow.id);
    assert.deepEqual([stored?.expires_at, stored?.extensions], [clock() + 5, 3]);
    assert.equal(await database.write((tx) => deleteFlow(tx, flow.id)), true);
    assert.equal(await findFlow(database.read, flow.id), undefined);
  });

  it('R34: killed flows lose their facts and answer as expired ones', async ({ database, clock }) => {
    const mine = await addFlow(database, { account_id: 'account', facts: '{"password":{"at":1}}' });
    const kept = await addFlow(database, { account_id: 'account' });
    const others = await addFlow(database, { account_id: 'another' });
    assert.equal(await database.write((tx) => endFlowsOfAccount(tx, 'account', clock(), kept.id)), 1);
    const dead = await findFlow(database.read, mine.id);
    assert.deepEqual([dead?.facts, dead?.expires_at, dead?.ended_at, dead?.version], ['{}', clock(), clock(), 2]);
    assert.equal((await findFlow(database.read, kept.id))?.ended_at, null);
    assert.equal((await findFlow(database.read, others.id))?.ended_at, null);
  });

  it('of 50 parallel claims of an idempotency key one does the work', async ({ database, openAnother, clock }) => {
    const instances = [database, await openAnother()];
    const one = { key: 'k', requestHash: 'h', address: '192.0.2.1', expiresAt: clock() + 60_000, now: clock() };
    const results = await Promise.all(
      Array.from({ length: 50 }, (_, index) => (instances[index % 2] ?? database).write((tx) => claim(tx, one))),
    );
    assert.equal(results.filter((result) => result === 'claimed').length, 1);
    assert.deepEqual(
      results.find((result) => result !== 'claimed'),
      { requestHash: 'h', answer: null },
    );
  });

  it('a settled answer is given until it expires, a released key is free', async ({ database, clock }) => {
    const claimAt = (now: number): ReturnType<typeof claim> =>
      database.write((tx) =>
        claim(tx, { key: 'k', requestHash: 'h', address: '192.0.2.1', expiresAt: now + 60_000, now }),
      );
    assert.equal(await claimAt(clock()), 'claimed');
    await database.write((tx) => release(tx, 'k'));
    assert.equal(await claimAt(clock()), 'claimed');
    await database.write((tx) => settle(tx, 'k', 'sealed'));
    await database.write((tx) => release(tx, 'k'));
    assert.deepEqual(await claimAt(clock() + 59_999), { requestHash: 'h', answer: 'sealed' });
    assert.equal(await claimAt(clock() + 60_000), 'claimed');
  });

  it('a unit that throws after its insert leaves nothing', async ({ database }) => {
    const flow = { ...(await addFlow(database)), id: 'second' };
    await assert.rejects(
      database.write(async (tx) => {
        await insertFlow(tx, flow);
        throw new RangeError('on purpose');
      }),
      RangeError,
    );
    assert.equal(await findFlow(database.read, 'second'), undefined);
  });
}
