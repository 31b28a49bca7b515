import assert from 'node:assert/strict';
import { findFlow, insertFlow, trimUnansweredFlows } from '../../flows.ts';
import { claim, findClaim, settle } from '../../requests/idempotency.ts';
import { countStopped, forgetStopped, recordStopped } from '../../requests/refusals.ts';
import { sweep } from '../../upkeep/sweep.ts';
import { type TestDatabase, testsOn } from '../databases.ts';
import { addFlow } from '../rows.ts';

/* Threat: a stranger creates rows without limit, or displaces the rows of others. */

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const HERE = '192.0.2.1';
const ELSEWHERE = '198.51.100.1';

/** The tests of limits on the rows of an address. */
export function boundsContract(kind: TestDatabase): void {
  const it = testsOn(kind);

  it('R93 an address over its limit loses its oldest unanswered flows and no others', async ({ database, clock }) => {
    const flow = await addFlow(database, { id: 'elsewhere', address: ELSEWHERE, created_at: 0 });
    await addFlow(database, { id: 'proven', address: null, created_at: 0 });
    await database.write(async (tx) => {
      for (let n = 0; n < 1_003; n += 1) {
        await insertFlow(tx, { ...flow, id: `flow-${n}`, address: HERE, created_at: clock() + n });
      }
      await trimUnansweredFlows(tx, HERE);
    });
    const isThere = async (id: string) => (await findFlow(database.read, id)) !== undefined;
    for (const id of ['flow-0', 'flow-2']) assert.equal(await isThere(id), false, id);
    for (const id of ['flow-3', 'flow-1002', 'elsewhere', 'proven']) assert.equal(await isThere(id), true, id);
  });

  it('R93 an address over its limit loses its oldest stored responses, and no request in progress', async (fixture) => {
    const { database, clock } = fixture;
    const take = { requestHash: 'h', now: clock(), address: HERE };
    await database.write(async (tx) => {
      await claim(tx, { ...take, key: 'elsewhere', expiresAt: clock() + 1, address: ELSEWHERE });
      await settle(tx, 'elsewhere', 'answer');
      await claim(tx, { ...take, key: 'runs', expiresAt: clock() + 1 });
      for (let n = 0; n < 1_002; n += 1) {
        await claim(tx, { ...take, key: `key-${n}`, expiresAt: clock() + 1 + n });
        await settle(tx, `key-${n}`, 'answer');
      }
      await claim(tx, { ...take, key: 'last', expiresAt: clock() + HOUR });
    });
    const isKept = async (key: string) => (await findClaim(database.read, key, clock())) !== undefined;
    for (const key of ['key-0', 'key-1']) assert.equal(await isKept(key), false, key);
    for (const key of ['key-2', 'key-1001', 'runs', 'last', 'elsewhere']) assert.equal(await isKept(key), true, key);
  });

  it('a stopped login is counted once per account, from its first correct password until it is finished', async (fixture) => {
    const { database, clock } = fixture;
    const at = clock();
    const record = (accountId: string, when: number, address = HERE) =>
      database.write((tx) => recordStopped(tx, { address, accountId, at: when }));
    const count = (limit = 10) => countStopped(database.read, HERE, { after: at - HOUR, until: at }, limit);
    await record('ada', at - 10 * MINUTE);
    await record('ada', at);
    await record('ada', at + MINUTE);
    assert.equal(await count(), 1, 'another attempt does not change the time');
    await record('bob', at + 1);
    await record('carl', at, ELSEWHERE);
    assert.equal(await count(), 1);
    await record('dora', at);
    assert.deepEqual([await count(), await count(1)], [2, 1]);
    await database.write((tx) => forgetStopped(tx, { address: HERE, accountId: 'ada' }));
    assert.equal(await count(), 1);
    await record('dora', at + HOUR);
    assert.equal(await count(), 0, 'an hour later it is recorded again');
    assert.equal((await sweep(database, at + HOUR + 2)).stopped_logins, 2);
  });
}
