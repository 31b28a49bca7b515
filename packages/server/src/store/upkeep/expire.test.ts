import assert from 'node:assert/strict';
import { findFlow } from '../flows.ts';
import {
  deskCodeOf,
  replaceDeskCode,
  replacePasswordCode,
  spendDeskCode,
  spendPasswordCode,
} from '../help-desk/desk-codes.ts';
import { insertLink, newestLink, spendLink } from '../links.ts';
import { enqueue } from '../outbox.ts';
import { chunks } from '../prepared.ts';
import { claimPushLink, confirmPushDevice, insertPushDevice, insertPushLink } from '../push/push-links.ts';
import { addPushRequest, answerPushRequest, getPushRequest } from '../push/push-requests.ts';
import type { PushDeviceRow, PushLinkRow, PushRequestRow } from '../push-tables.ts';
import type { LinkRow } from '../schema.ts';
import { insertSession } from '../sessions.ts';
import { withEachDatabase } from '../testing/databases.ts';
import { aChallenge, aDevice, addAccount, addFlow, aMessage, aSession } from '../testing/rows.ts';
import { expire } from './expire.ts';

/*
 * Threat: rows that have expired are only compared with a clock, so they become valid again when the clock is set back.
 */

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

const aLink = (id: string, expiresAt: number): LinkRow => ({
  ...{ id, token_hash: id, purpose: 'activate', account_id: id, organisation_id: 'clinic', email: null },
  ...{ created_at: expiresAt - HOUR, expires_at: expiresAt, used_at: null, voided_at: null },
  ...{ request_key: null, sealed: null, mailed_at: null, started_by: null },
});

const aCode = (id: string, expiresAt: number) => ({
  ...{ id, account_id: id, organisation_id: 'clinic', salt: 'salt', hash: 'hash', created_at: expiresAt - HOUR },
  ...{ expires_at: expiresAt, spent_at: null },
});

const aPushLink = (id: string, expiresAt: number): PushLinkRow => ({
  ...{ id, token_hash: id, organisation_id: 'clinic', account_id: id, flow_id: null, device_id: null },
  ...{ created_at: expiresAt - HOUR, expires_at: expiresAt, voided_at: null },
});

const aPushDevice = (id: string, expiresAt: number): PushDeviceRow => ({
  ...{ id, organisation_id: 'clinic', account_id: id, flow_id: null, thumbprint: id, name: 'Phone', sealed: '' },
  ...{ channel: 'mail', sent_to: null, tries: 0, created_at: expiresAt - HOUR, expires_at: expiresAt },
  ...{ confirmed_at: null, provisioned_at: null },
});

const aPushRequest = (id: string, expiresAt: number): PushRequestRow => ({
  ...{ id, flow_id: id, organisation_id: 'clinic', account_id: id, challenge: '', sealed: '', digits: 6 },
  ...{ portal: '', browser: '', address: '', created_at: expiresAt - HOUR, expires_at: expiresAt },
  ...{ state: 'pending', answered_at: null, device_id: null },
});

withEachDatabase('R86 expired rows are ended, to the millisecond, and other rows stay', async (fixture) => {
  const { database, clock } = fixture;
  const now = clock();
  for (const [id, at] of Object.entries({ over: now, open: now + 1 })) {
    await addFlow(database, { id, expires_at: at });
    await addAccount(database, { id });
    await database.write(async (tx) => {
      await insertSession(tx, aSession({ id_hash: id, last_seen_at: at - HOUR }));
      await tx
        .insertInto('devices')
        .values(aDevice({ id, account_id: id, remembered_until: at, factor_time: 1 }))
        .execute();
      await insertLink(tx, aLink(id, at));
      await replaceDeskCode(tx, aCode(id, at));
      await replacePasswordCode(tx, aCode(id, at));
      await tx
        .insertInto('challenges')
        .values(aChallenge({ id, expires_at: at }))
        .execute();
      await enqueue(tx, aMessage({ id, expires_at: at, data: '{"sealed":"v1"}' }));
      await insertPushLink(tx, aPushLink(id, at));
      await insertPushDevice(tx, aPushDevice(id, at));
      await addPushRequest(tx, aPushRequest(id, at));
    });
  }
  const expiry = { now, idleSince: now - HOUR };
  const each = {
    ...{ flows: 1, sessions: 1, devices: 1, links: 1, desk_codes: 1, password_codes: 1 },
    ...{ challenges: 1, outbox: 1, push_links: 1, push_devices: 1, push_requests: 1 },
  };
  assert.deepEqual(await expire(database, expiry), each);
  const none = Object.fromEntries(Object.keys(each).map((table) => [table, 0]));
  assert.deepEqual(await expire(database, expiry), none);
  const flow = await findFlow(database.read, 'over');
  assert.deepEqual([flow?.ended_at, flow?.facts, flow?.version], [now, '{}', 2]);
  assert.equal((await findFlow(database.read, 'open'))?.ended_at, null);
  const devices = await database.read.selectFrom('devices').selectAll().orderBy('id').execute();
  assert.deepEqual(
    devices.map(({ id, remembered_until, factor_time }) => [id, remembered_until, factor_time]),
    [
      ['open', now + 1, 1],
      ['over', null, null],
    ],
  );
  const challenges = await database.read.selectFrom('challenges').selectAll().orderBy('id').execute();
  assert.deepEqual(
    challenges.map(({ voided_at }) => voided_at),
    [null, now],
  );
  const messages = await database.read.selectFrom('outbox').selectAll().orderBy('id').execute();
  assert.deepEqual(
    messages.map(({ state, data }) => [state, data]),
    [
      ['due', '{"sealed":"v1"}'],
      ['dead', '{}'],
    ],
  );
  // The clock was set back.
  const before = now - HOUR / 2;
  for (const [id, valid] of [
    ['over', false],
    ['open', true],
  ] as const) {
    assert.equal(await database.write((tx) => spendLink(tx, id, before)), valid, id);
    assert.equal(await database.write((tx) => spendDeskCode(tx, id, before)), valid, id);
    assert.equal(await database.write((tx) => spendPasswordCode(tx, id, before)), valid, id);
    assert.equal(await database.write((tx) => claimPushLink(tx, id, 'phone', before)), valid, id);
    assert.equal(await database.write((tx) => confirmPushDevice(tx, id, before)), valid, id);
    const answer = { id, accountId: id, deviceId: 'phone', state: 'approved', now: before } as const;
    assert.equal(await database.write((tx) => answerPushRequest(tx, answer)), valid, id);
  }
  assert.equal((await deskCodeOf(database.read, 'over'))?.expired_at, now, 'the code is still reported as expired');
  assert.ok(await newestLink(database.read, 'over', 'activate'), 'the help desk still sees an invitation that expired');
});

withEachDatabase('R86 an approval that no flow used in five minutes is ended, to the millisecond', async (fixture) => {
  const { database, clock } = fixture;
  const now = clock();
  const answer = { deviceId: 'phone', state: 'approved' } as const;
  for (const [id, at] of Object.entries({ over: now - 5 * MINUTE, open: now - 5 * MINUTE + 1 })) {
    await addAccount(database, { id });
    await database.write(async (tx) => {
      await addPushRequest(tx, aPushRequest(id, at + MINUTE));
      assert.ok(await answerPushRequest(tx, { ...answer, id, accountId: id, now: at }));
    });
  }
  assert.equal((await expire(database, { now, idleSince: 0 })).push_requests, 1);
  // The clock was set back.
  const states = [await getPushRequest(database.read, 'over'), await getPushRequest(database.read, 'open')];
  assert.deepEqual(
    states.map((row) => row?.state),
    ['voided', 'approved'],
  );
});

withEachDatabase('R86 many expired rows are ended in small transactions', async ({ database, clock }) => {
  const rows = Array.from({ length: 1201 }, () => aSession({ last_seen_at: clock() - HOUR }));
  await database.write(async (tx) => {
    for (const chunk of chunks(rows)) await tx.insertInto('sessions').values(chunk).execute();
  });
  let transactions = 0;
  const counting: typeof database = {
    ...database,
    async write(work) {
      transactions += 1;
      return await database.write(work);
    },
  };
  assert.equal((await expire(counting, { now: clock(), idleSince: clock() - HOUR })).sessions, 1201);
  assert.equal(transactions, 14, 'three transactions for the sessions, and one for each other rule');
});
