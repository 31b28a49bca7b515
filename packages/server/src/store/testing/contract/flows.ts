import assert from 'node:assert/strict';
import { deleteFlow, endFlowsOfAccount, findFlow, insertFlow, updateFlow } from '../../flows.ts';
import { claim, release, settle } from '../../requests/idempotency.ts';
import { type TestDatabase, testsOn } from '../databases.ts';
import { addFlow } from '../rows.ts';

/* Threats: two submissions both finish a flow; a repeated request is processed twice. */

/** The tests of flows, idempotency keys and rollbacks. */
export function flowsContract(kind: TestDatabase): void {
  const it = testsOn(kind);

  it('R7 of 50 parallel changes of one version of a flow exactly one succeeds', async (fixture) => {
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
    assert.equal(results.filter((isChanged) => isChanged).length, 1);
    const stored = await findFlow(database.read, flow.id);
    assert.equal(stored?.version, 2);
    assert.equal(stored?.facts, `{"winner":${results.indexOf(true)}}`);
  });

  it('R7 a flow that has ended cannot be changed', async ({ database, clock }) => {
    const flow = await addFlow(database);
    const change = { id: flow.id, facts: '{}', organisationId: 'clinic', accountId: 'account' };
    assert.equal(await database.write((tx) => updateFlow(tx, { ...change, version: 1, endedAt: clock() })), true);
    assert.equal(await database.write((tx) => updateFlow(tx, { ...change, version: 2 })), false);
    const stored = await findFlow(database.read, flow.id);
    assert.deepEqual([stored?.ended_at, stored?.account_id, stored?.expires_at], [clock(), 'account', flow.expires_at]);
  });

  it('an extension changes the expiry and the number of extensions', async ({ database, clock }) => {
    const flow = await addFlow(database);
    const change = { id: flow.id, version: 1, facts: '{}', organisationId: null, accountId: null };
    await database.write((tx) => updateFlow(tx, { ...change, expiresAt: clock() + 5, extensions: 3 }));
    const stored = await findFlow(database.read, flow.id);
    assert.deepEqual([stored?.expires_at, stored?.extensions], [clock() + 5, 3]);
    assert.equal(await database.write((tx) => deleteFlow(tx, flow.id)), true);
    assert.equal(await findFlow(database.read, flow.id), undefined);
  });

  it('R34 flows that a revocation ends lose their facts and are treated as expired', async ({ database, clock }) => {
    const mine = await addFlow(database, { account_id: 'account', facts: '{"password":{"at":1}}' });
    const kept = await addFlow(database, { account_id: 'account' });
    const others = await addFlow(database, { account_id: 'another' });
    assert.equal(await database.write((tx) => endFlowsOfAccount(tx, 'account', clock(), kept.id)), 1);
    const dead = await findFlow(database.read, mine.id);
    assert.deepEqual([dead?.facts, dead?.expires_at, dead?.ended_at, dead?.version], ['{}', clock(), clock(), 2]);
    assert.equal((await findFlow(database.read, kept.id))?.ended_at, null);
    assert.equal((await findFlow(database.read, others.id))?.ended_at, null);
  });

  it('of 50 parallel claims of an idempotency key exactly one succeeds', async ({ database, openAnother, clock }) => {
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

  it('a stored response is returned until it expires, and a released key can be claimed again', async ({
    database,
    clock,
  }) => {
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

  it('a transaction that throws after an insert leaves nothing', async ({ database }) => {
    const flow = { ...(await addFlow(database)), id: 'second' };
    await assert.rejects(
      database.write(async (tx) => {
        await insertFlow(tx, flow);
        throw new RangeError('thrown intentionally');
      }),
      RangeError,
    );
    assert.equal(await findFlow(database.read, 'second'), undefined);
  });
}
