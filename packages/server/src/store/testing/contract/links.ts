import assert from 'node:assert/strict';
import {
  findLink,
  insertLink,
  lastLinkOf,
  repeatLink,
  spendLink,
  unsealLink,
  voidLinks,
  voidOlderLinks,
} from '../../links.ts';
import type { LinkRow } from '../../schema.ts';
import { sweep } from '../../upkeep/sweep.ts';
import { type TestDatabase, testsOn } from '../databases.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

let count = 0;
const aLink = (given: Partial<LinkRow> = {}): LinkRow => {
  count += 1;
  return {
    id: `link-${count}`,
    token_hash: `hash-${count}`,
    purpose: 'reset',
    account_id: 'ada',
    organisation_id: 'clinic',
    email: null,
    created_at: 0,
    expires_at: HOUR,
    used_at: null,
    voided_at: null,
    request_key: null,
    sealed: null,
    mailed_at: null,
    started_by: null,
    ...given,
  };
};

/** The tests of mailed links. */
export function linksContract(kind: TestDatabase): void {
  const it = testsOn(kind);

  it('R31 of 50 parallel uses of a link exactly one succeeds, and none after it has expired or was voided', async ({
    database,
  }) => {
    const rows = [aLink(), aLink(), aLink()] as const;
    for (const row of rows) await database.write((tx) => insertLink(tx, row));
    const spend = ({ id }: LinkRow, now: number) => database.write((tx) => spendLink(tx, id, now));
    const all = await Promise.all(Array.from({ length: 50 }, () => spend(rows[0], HOUR - 1)));
    assert.equal(all.filter((isUsed) => isUsed).length, 1);
    assert.equal(await spend(rows[1], HOUR), false);
    assert.equal(await database.write((tx) => voidLinks(tx, 'ada', 1)), 2, 'a used link is not voided');
    assert.equal(await spend(rows[2], 2), false);
    assert.equal((await findLink(database.read, rows[0].token_hash))?.voided_at, null);
    assert.equal(await findLink(database.read, 'another'), undefined);
  });

  it('R31 links are voided by account, by purpose, or by address without an account', async ({ database }) => {
    const rows = {
      reset: aLink(),
      unlock: aLink({ purpose: 'unlock' }),
      other: aLink({ account_id: 'bob' }),
      new: aLink({ purpose: 'register', account_id: null, email: 'new@mail.example' }),
      elsewhere: aLink({ purpose: 'register', account_id: null, email: 'new@mail.example', organisation_id: 'school' }),
    };
    for (const row of Object.values(rows)) await database.write((tx) => insertLink(tx, row));
    const valid = async (): Promise<string[]> => {
      const found = await Promise.all(Object.values(rows).map((row) => findLink(database.read, row.token_hash)));
      return Object.keys(rows).filter((_, index) => found[index]?.voided_at === null);
    };
    await database.write((tx) => voidLinks(tx, 'ada', 1, 'reset'));
    assert.deepEqual(await valid(), ['unlock', 'other', 'new', 'elsewhere']);
    const older = { ...rows.new, id: 'newer', until: 0, now: 1 };
    await database.write((tx) => voidOlderLinks(tx, { ...older, until: -1 }));
    assert.deepEqual(await valid(), ['unlock', 'other', 'new', 'elsewhere'], 'a newer link stays');
    await database.write((tx) => voidOlderLinks(tx, older));
    assert.deepEqual(await valid(), ['unlock', 'other', 'elsewhere']);
    await database.write((tx) => voidLinks(tx, 'ada', 1));
    assert.deepEqual(await valid(), ['other', 'elsewhere']);
  });

  it('R31 a new link voids the older ones of the same request, and those of the same account and purpose', async ({
    database,
  }) => {
    const rows = {
      request: aLink({ account_id: null, request_key: 'key', mailed_at: 5 }),
      account: aLink(),
      queued: aLink({ request_key: 'key', mailed_at: 20 }),
      unlock: aLink({ purpose: 'unlock' }),
      invented: aLink({ account_id: null, request_key: 'other key', mailed_at: 5 }),
    };
    for (const row of Object.values(rows)) await database.write((tx) => insertLink(tx, row));
    const valid = async (): Promise<string[]> => {
      const found = await Promise.all(Object.values(rows).map((row) => findLink(database.read, row.token_hash)));
      return Object.keys(rows).filter((_, index) => found[index]?.voided_at === null);
    };
    const fresh = { ...rows.request, id: 'newer', account_id: 'ada', until: 10, now: 12 };
    assert.equal(await database.write((tx) => voidOlderLinks(tx, fresh)), 2);
    assert.deepEqual(await valid(), ['queued', 'unlock', 'invented']);
    await database.write((tx) => voidOlderLinks(tx, { ...fresh, request_key: null, until: 20 }));
    assert.deepEqual(await valid(), ['unlock', 'invented']);
  });

  it('R31 of 50 parallel requests exactly one creates the link, and one sends it again while it is valid', async ({
    database,
  }) => {
    const made = await Promise.all(
      Array.from({ length: 50 }, () =>
        database.write((tx) => insertLink(tx, aLink({ request_key: 'key', sealed: 'sealed', mailed_at: 0 }))),
      ),
    );
    assert.equal(made.filter((isFirst) => isFirst).length, 1);
    const link = await lastLinkOf(database.read, 'key');
    assert.ok(link);
    const repeat = (seen: number) =>
      database.write((tx) => repeatLink(tx, { id: link.id, seen, mailedAt: seen + HOUR / 4 }));
    const repeated = await Promise.all(Array.from({ length: 50 }, () => repeat(0)));
    assert.equal(repeated.filter((isFirst) => isFirst).length, 1);
    const [sent, used] = await Promise.all([repeat(HOUR / 4), database.write((tx) => spendLink(tx, link.id, 1))]);
    assert.equal(used, true);
    assert.equal(await repeat(sent ? HOUR / 2 : HOUR / 4), false);
    assert.equal(
      (await lastLinkOf(database.read, 'key'))?.sealed,
      null,
      'R59: the sealed text of a used link is deleted',
    );
  });

  it('R59 a link is stored sealed until it is used, voided or replaced, for at most 15 minutes', async ({
    database,
    clock,
  }) => {
    const now = clock();
    const kept = (given: Partial<LinkRow>) =>
      aLink({ sealed: 'sealed', mailed_at: now, created_at: now, expires_at: now + HOUR, ...given });
    const rows = {
      used: kept({ request_key: 'used' }),
      voided: kept({ request_key: 'voided', account_id: 'bob' }),
      older: kept({ request_key: 'older', account_id: 'eve' }),
      replaced: kept({ request_key: 'replaced', account_id: 'kim' }),
      past: kept({ request_key: 'past', account_id: 'lee', mailed_at: now - HOUR / 4 - 1 }),
      fresh: kept({ request_key: 'fresh', account_id: 'max', mailed_at: now - HOUR / 4 }),
    };
    for (const row of Object.values(rows)) await database.write((tx) => insertLink(tx, row));
    await database.write(async (tx) => {
      await spendLink(tx, rows.used.id, now);
      await voidLinks(tx, 'bob', now);
      await voidOlderLinks(tx, { ...rows.older, id: 'newer', until: now, now });
      await unsealLink(tx, rows.replaced);
      // The link was mailed again after it was read.
      await unsealLink(tx, { id: rows.fresh.id, mailed_at: now - HOUR });
    });
    await sweep(database, now);
    const found = await database.read
      .selectFrom('links')
      .select('request_key')
      .where('sealed', 'is not', null)
      .execute();
    assert.deepEqual(found, [{ request_key: 'fresh' }]);
    assert.equal((await findLink(database.read, rows.replaced.token_hash))?.voided_at, null, 'the link stays usable');
  });

  it('R66 a link is deleted a week after its expiry', async ({ database, clock }) => {
    const now = clock();
    for (const expires_at of [now - 7 * DAY, now - 7 * DAY - 1]) {
      await database.write((tx) => insertLink(tx, aLink({ expires_at })));
    }
    assert.equal((await sweep(database, now)).links, 1);
  });
}
