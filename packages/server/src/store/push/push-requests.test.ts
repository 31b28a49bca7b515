/* Threat: two flows, two answers or two logins use one approval or exceed a limit, because they run at the same moment. */
import assert from 'node:assert/strict';
import type { Tx } from '../database.ts';
import type { PushRequestRow } from '../push-tables.ts';
import { type Fixture, withEachDatabase } from '../testing/databases.ts';
import { addAccount, addFactor } from '../testing/rows.ts';
import { untilTransactionWaits } from '../testing/until-transaction-waits.ts';
import {
  addPushRequest,
  answerPushRequest,
  endPushRequests,
  getPushRequest,
  pushStop,
  spendPushRequest,
} from './push-requests.ts';

const MINUTE = 60_000;

async function account({ database }: Fixture) {
  const ada = await addAccount(database);
  const phone = await addFactor(database, { account_id: ada.id, method: 'push', external_id: 'thumbprint' });
  return { ada, phone };
}

const aRequest = (accountId: string, now: number, given: Partial<PushRequestRow> = {}): PushRequestRow => ({
  id: 'request',
  flow_id: 'flow',
  organisation_id: 'clinic',
  account_id: accountId,
  challenge: 'challenge',
  sealed: 'sealed',
  digits: 6,
  portal: 'portal.example',
  browser: 'Browser',
  address: '192.0.2.1',
  created_at: now,
  expires_at: now + 2 * MINUTE,
  state: 'pending',
  answered_at: null,
  device_id: null,
  ...given,
});

async function approved(fixture: Fixture, given: Partial<PushRequestRow> = {}) {
  const { ada, phone } = await account(fixture);
  const now = fixture.clock();
  const row = { state: 'approved', answered_at: now, device_id: phone.id, ...given } as const;
  await fixture.database.write((tx) => addPushRequest(tx, aRequest(ada.id, now, row)));
  const spend = (flowId = 'flow', at = fixture.clock()) =>
    fixture.database.write((tx) => spendPushRequest(tx, { id: 'request', flowId, now: at }));
  return { ada, phone, spend };
}

withEachDatabase('R20 an approval is spent once by 50 parallel transactions of two instances', async (fixture) => {
  await approved(fixture);
  const instances = [fixture.database, await fixture.openAnother()];
  const spent = await Promise.all(
    Array.from({ length: 50 }, (_, index) =>
      (instances[index % 2] ?? fixture.database).write((tx) =>
        spendPushRequest(tx, { id: 'request', flowId: 'flow', now: fixture.clock() }),
      ),
    ),
  );
  assert.equal(spent.filter((isSpent) => isSpent).length, 1);
});

withEachDatabase(
  'R20 an approval is spent only by its own flow, while it is recent and its phone is active',
  async (fixture) => {
    const { phone, spend } = await approved(fixture);
    assert.equal(await spend('another flow'), false);
    assert.equal(await spend('flow', fixture.clock() + 5 * MINUTE), false);
    const set = (state: 'active' | 'replaced') =>
      fixture.database.write((tx) => tx.updateTable('factors').set({ state }).where('id', '=', phone.id).execute());
    await set('replaced');
    assert.equal(await spend(), false);
    await set('active');
    assert.equal(await spend(), true);
  },
);

withEachDatabase('R20 a request that is pending, denied or ended is not spent', async (fixture) => {
  for (const state of ['pending', 'denied', 'not-me', 'voided', 'spent'] as const) {
    const { spend } = await approved(fixture, { state, id: 'request' });
    assert.equal(await spend(), false, state);
    await fixture.database.write((tx) => tx.deleteFrom('push_requests').execute());
    await fixture.database.write((tx) => tx.deleteFrom('factors').execute());
  }
});

withEachDatabase(
  'R20 the first of two parallel answers counts, and none after the request has expired',
  async (fixture) => {
    const { ada, phone } = await account(fixture);
    const { database, clock } = fixture;
    await database.write((tx) => addPushRequest(tx, aRequest(ada.id, clock())));
    const other = await fixture.openAnother();
    const answer = { id: 'request', accountId: ada.id, deviceId: phone.id, now: clock() };
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, index) =>
        (index % 2 ? other : database).write((tx) =>
          answerPushRequest(tx, { ...answer, state: index % 2 ? 'approved' : 'denied' }),
        ),
      ),
    );
    assert.equal(answers.filter((isFirst) => isFirst).length, 1);
    await database.write((tx) => addPushRequest(tx, aRequest(ada.id, clock(), { id: 'second' })));
    const late = { ...answer, id: 'second', now: clock() + 2 * MINUTE, state: 'approved' } as const;
    assert.equal(await database.write((tx) => answerPushRequest(tx, late)), false);
    const foreign = { ...answer, id: 'second', accountId: 'another', state: 'approved' } as const;
    assert.equal(await database.write((tx) => answerPushRequest(tx, foreign)), false);
  },
);

withEachDatabase(
  'R21 of 20 parallel requests one is pending, and at most three are sent in ten minutes',
  async (fixture) => {
    const { ada } = await account(fixture);
    const { database, clock } = fixture;
    const other = await fixture.openAnother();
    const pendingOf = async () =>
      (await database.read.selectFrom('push_requests').selectAll().execute()).filter(
        ({ state }) => state === 'pending',
      );
    for (let round = 0; round < 4; round += 1) {
      await Promise.all(
        Array.from({ length: 20 }, (_, index) =>
          (index % 2 ? other : database).write((tx) =>
            addPushRequest(tx, aRequest(ada.id, clock(), { id: `${round}-${index}`, flow_id: `flow ${index}` })),
          ),
        ),
      );
      assert.equal((await pendingOf()).length, 1);
    }
    const all = await database.read.selectFrom('push_requests').selectAll().execute();
    assert.equal(all.length, 3);
    assert.deepEqual(await pushStop(database.read, ada.id, clock()), { until: clock() + 10 * MINUTE });
    assert.equal(await pushStop(database.read, ada.id, clock() + 10 * MINUTE), undefined);
  },
);

withEachDatabase('R21 a request counts one that another login is just adding', async (fixture) => {
  const { ada } = await account(fixture);
  const { database, clock } = fixture;
  const other = await fixture.openAnother();
  const add = (tx: Tx, id: string) => addPushRequest(tx, aRequest(ada.id, clock(), { id }));
  for (const id of ['first', 'second']) await database.write((tx) => add(tx, id));
  await database.write((tx) => endPushRequests(tx, ada.id));
  const mayCommit = Promise.withResolvers<void>();
  const hasAdded = Promise.withResolvers<void>();
  const third = database.write(async (tx) => {
    const isAdded = await add(tx, 'third');
    hasAdded.resolve();
    await mayCommit.promise;
    return isAdded;
  });
  await hasAdded.promise;
  const fourth = other.write((tx) => add(tx, 'fourth'));
  await untilTransactionWaits(database);
  mayCommit.resolve();
  assert.deepEqual([await third, await fourth], [true, false]);
});

withEachDatabase(
  'R34 a revocation ends pending and approved requests of the account, except those of one flow',
  async (fixture) => {
    const { ada } = await approved(fixture);
    const { database } = fixture;
    assert.equal(await database.write((tx) => endPushRequests(tx, ada.id, 'flow')), 0);
    assert.equal(await database.write((tx) => endPushRequests(tx, 'another')), 0);
    assert.equal(await database.write((tx) => endPushRequests(tx, ada.id)), 1);
    assert.equal((await getPushRequest(database.read, 'request'))?.state, 'voided');
  },
);
