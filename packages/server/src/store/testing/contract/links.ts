import assert from 'node:assert/strict';
import { findLink, insertLink, spendLink, voidLinks, voidRegistrations } from '../../links.ts';
import type { LinkRow } from '../../schema.ts';
import { sweep } from '../../sweep.ts';
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
    started_by: null,
    ...given,
  };
};

export function linksContract(kind: TestDatabase): void {
  const it = testsOn(kind);

  it('R31: of 50 that use a link at once one wins, and nobody after its time or once it is voided', async ({
    database,
  }) => {
    const rows = [aLink(), aLink(), aLink()] as const;
    for (const row of rows) await database.write((tx) => insertLink(tx, row));
    const spend = ({ id }: LinkRow, now: number) => database.write((tx) => spendLink(tx, id, now));
    const all = await Promise.all(Array.from({ length: 50 }, () => spend(rows[0], HOUR - 1)));
    assert.equal(all.filter((won) => won).length, 1);
    assert.equal(await spend(rows[1], HOUR), false);
    assert.equal(await database.write((tx) => voidLinks(tx, 'ada', 1)), 2, 'the one that was used is past that');
    assert.equal(await spend(rows[2], 2), false);
    assert.equal((await findLink(database.read, rows[0].token_hash))?.voided_at, null);
    assert.equal(await findLink(database.read, 'another'), undefined);
  });

  it('R31: voiding reaches the links of one person, of one purpose, or of one address without an account', async ({
    database,
  }) => {
    const rows = {
      reset: aLink(),
      unlock: aLink({ purpose: 'unlock' }),
      bobs: aLink({ account_id: 'bob' }),
      new: aLink({ purpose: 'register', account_id: null, email: 'new@mail.example' }),
      elsewhere: aLink({ purpose: 'register', account_id: null, email: 'new@mail.example', organisation_id: 'school' }),
    };
    for (const row of Object.values(rows)) await database.write((tx) => insertLink(tx, row));
    const standing = async (): Promise<string[]> => {
      const found = await Promise.all(Object.values(rows).map((row) => findLink(database.read, row.token_hash)));
      return Object.keys(rows).filter((_, index) => found[index]?.voided_at === null);
    };
    await database.write((tx) => voidLinks(tx, 'ada', 1, 'reset'));
    assert.deepEqual(await standing(), ['unlock', 'bobs', 'new', 'elsewhere']);
    await database.write((tx) => voidRegistrations(tx, 'clinic', 'new@mail.example', 1));
    assert.deepEqual(await standing(), ['unlock', 'bobs', 'elsewhere']);
    await database.write((tx) => voidLinks(tx, 'ada', 1));
    assert.deepEqual(await standing(), ['bobs', 'elsewhere']);
  });

  it('R66: a link is told to be past for a week, and then forgotten', async ({ database, clock }) => {
    const now = clock();
    for (const expires_at of [now - 7 * DAY, now - 7 * DAY - 1]) {
      await database.write((tx) => insertLink(tx, aLink({ expires_at })));
    }
    assert.equal((await sweep(database, now)).links, 1);
  });
}
