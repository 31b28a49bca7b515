import assert from 'node:assert/strict';
import { budgetPrefix, countAttempt, getCounter, resetCounter } from '../../counters.ts';
import { insertBrowser, upsertDevice } from '../../devices.ts';
import { burnTotpStep } from '../../factors/time-steps.ts';
import { enqueue } from '../../outbox.ts';
import { putSubscription } from '../../push/push-subscriptions.ts';
import { claim } from '../../requests/idempotency.ts';
import { insertSession } from '../../sessions.ts';
import { releaseLease, sweep, takeLease } from '../../upkeep/sweep.ts';
import { type TestDatabase, testsOn } from '../databases.ts';
import { aBrowser, aChallenge, aDevice, addFactor, addFlow, aSession } from '../rows.ts';

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;

/** The tests of the sweeper and of leases. */
export function sweepContract(kind: TestDatabase): void {
  const it = testsOn(kind);

  it('R66 rows are deleted when they are no longer needed, and not a millisecond earlier', async ({
    database,
    clock,
  }) => {
    const now = clock() + 500 * DAY;
    await addFlow(database, { ended_at: now - 5 * MINUTE, expires_at: now });
    await addFlow(database, { ended_at: now - 5 * MINUTE - 1, expires_at: now });
    await addFlow(database, { expires_at: now - 60 * MINUTE });
    await addFlow(database, { expires_at: now - 60 * MINUTE - 1 });
    for (const ended_at of [now - 30 * DAY, now - 30 * DAY - 1]) {
      await addFactor(database, { state: 'replaced', ended_at });
      await addFactor(database, { state: 'disabled', ended_at });
    }
    await database.write(async (tx) => {
      await insertSession(tx, aSession({ expires_at: now }));
      await insertSession(tx, aSession({ expires_at: now + 1 }));
      for (const last_used_at of [now - 400 * DAY, now - 400 * DAY - 1]) {
        const browser = aBrowser({ last_used_at });
        await insertBrowser(tx, browser);
        await upsertDevice(tx, aDevice({ browser_id: browser.id, last_used_at }));
      }
      for (const step of [1, 2]) await burnTotpStep(tx, { factorId: 'f', step, until: now - 1 + step });
      for (const key of ['old', 'new']) {
        const expiresAt = key === 'old' ? now : now + 1;
        await claim(tx, { key, requestHash: 'h', expiresAt, now: 0, address: '192.0.2.1' });
      }
    });
    await database.write((tx) =>
      tx
        .insertInto('challenges')
        .values([now - DAY, now - DAY - 1].map((expires_at) => aChallenge({ expires_at })))
        .execute(),
    );
    const message = { organisation_id: 'clinic', account_id: null, channel: 'mail', template: 'unlocked' } as const;
    for (const created_at of [now - 30 * DAY, now - 30 * DAY - 1]) {
      const row = {
        ...message,
        id: `m${created_at}`,
        data: '{}',
        created_at,
        send_after: 0,
        attempts: 0,
        sent_at: null,
      };
      await database.write((tx) => enqueue(tx, row));
    }
    assert.partialDeepStrictEqual(await sweep(database, now), {
      flows: 2,
      sessions: 1,
      devices: 1,
      browsers: 1,
      idempotency: 1,
      factors: 1,
      counters: 0,
      burnt_steps: 1,
      outbox: 1,
      challenges: 1,
    });
    assert.equal((await sweep(database, now)).flows, 0);
  });

  it('R66 rows about phones are deleted when they are no longer needed, and not a millisecond earlier', async ({
    database,
    clock,
  }) => {
    const now = clock() + 500 * DAY;
    const removed = await addFactor(database, { method: 'push', state: 'replaced', ended_at: now - 1 });
    const active = await addFactor(database, { method: 'push' });
    const link = { organisation_id: 'clinic', account_id: 'a', created_at: 0, flow_id: null, device_id: null };
    const request = {
      ...{ flow_id: 'f', organisation_id: 'clinic', account_id: 'a', challenge: '', sealed: '', digits: 6 },
      ...{ portal: '', browser: '', address: '', expires_at: 0, answered_at: null, device_id: null },
    };
    const ages = [0, 1].flatMap((late) => [
      { id: `month-${late}`, state: 'approved' as const, created_at: now - 30 * DAY - late },
      { id: `year-${late}`, state: 'not-me' as const, created_at: now - 365 * DAY - late },
    ]);
    await database.write(async (tx) => {
      for (const late of [0, 1]) {
        const id = `link-${late}`;
        const row = { ...link, id, token_hash: id, expires_at: now - DAY - late, voided_at: null };
        await tx.insertInto('push_links').values(row).execute();
        const at = now - 5 * MINUTE - late;
        await tx.insertInto('signals').values({ topic: 't', at }).execute();
      }
      for (const row of ages)
        await tx
          .insertInto('push_requests')
          .values({ ...request, ...row })
          .execute();
      for (const { id } of [removed, active]) {
        await putSubscription(tx, { device_id: id, account_id: 'a', sealed: 's', created_at: 0 });
      }
    });
    const counts = { push_links: 1, push_requests: 2, push_subscriptions: 1, signals: 1 };
    assert.partialDeepStrictEqual(await sweep(database, now), counts);
  });

  it('R93 a counter is deleted after a year without attempts, whether its username exists or not', async (fixture) => {
    const { database, clock } = fixture;
    const wait = { first: MINUTE, max: MINUTE };
    for (const key of ['of-a-login', 'invented']) {
      await database.write((tx) => countAttempt(tx, { key, now: clock(), softLimit: 10, wait }));
    }
    // Only a username that exists can have had a success, which must not make a difference.
    await database.write((tx) => resetCounter(tx, 'of-a-login', clock()));
    assert.equal((await sweep(database, clock() + 365 * DAY)).counters, 0);
    assert.equal((await sweep(database, clock() + 365 * DAY + 1)).counters, 2);
  });

  it('R66 counters of a window are deleted a day after the window, whatever they counted', async ({
    database,
    clock,
  }) => {
    const wait = { first: MINUTE, max: MINUTE };
    const day = Math.floor(clock() / DAY);
    const budget = `${budgetPrefix(clock())}.x`;
    const windows = [budget, `mail.${day}.reset.x`, 'address.192.0.2.1.7'];
    for (const key of [...windows, 'addressee', 'budgets', 'code.x', 'mails']) {
      await database.write((tx) => countAttempt(tx, { key, now: clock(), softLimit: 10, wait }));
    }
    assert.equal((await sweep(database, clock() + DAY)).counters, 0);
    assert.equal(
      (await sweep(database, clock() + DAY + 1)).counters,
      2,
      'the counter of an email is kept for its own day and the next',
    );
    assert.equal((await sweep(database, clock() + 2 * DAY)).counters, 1);
    for (const key of windows) assert.equal(await getCounter(database.read, key), undefined, key);
  });

  it('R66 many rows are deleted in small transactions', async ({ database, clock }) => {
    await database.write(async (tx) => {
      for (let index = 0; index < 1201; index++) await insertSession(tx, aSession({ expires_at: clock() }));
    });
    assert.equal((await sweep(database, clock())).sessions, 1201);
  });

  it('a lease has one holder until it expires or is released', async ({ database, openAnother, clock }) => {
    const other = await openAnother();
    const take = (holder: string, now: number): Promise<boolean> =>
      (holder === 'a' ? database : other).write((tx) =>
        takeLease(tx, { name: 'sweep', holder, until: now + 1000, now }),
      );
    const first = await Promise.all([take('a', clock()), take('b', clock())]);
    assert.equal(first.filter((isTaken) => isTaken).length, 1);
    const [firstHolder, secondHolder] = first[0] ? ['a', 'b'] : ['b', 'a'];
    assert.equal(await take(firstHolder ?? '', clock() + 1), true);
    assert.equal(await take(secondHolder ?? '', clock() + 1000), false);
    assert.equal(await take(secondHolder ?? '', clock() + 1001), true);
    await database.write((tx) => releaseLease(tx, { name: 'sweep', holder: secondHolder ?? '' }));
    assert.equal(await take(firstHolder ?? '', clock() + 1002), true);
  });
}
