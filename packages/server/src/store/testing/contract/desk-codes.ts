import assert from 'node:assert/strict';
import { deskCodeOf, replaceDeskCode, spendDeskCode } from '../../help-desk/desk-codes.ts';
import type { DeskCodeRow } from '../../schema.ts';
import { sweep } from '../../upkeep/sweep.ts';
import { type TestDatabase, testsOn } from '../databases.ts';

/* Threat: a code of the help desk gives access twice, or after it has expired. */

const HOUR = 3_600_000;

const aCode = (now: number, given: Partial<DeskCodeRow> = {}): DeskCodeRow => ({
  id: 'code',
  account_id: 'account',
  organisation_id: 'clinic',
  salt: 'salt',
  hash: 'hash',
  created_at: now,
  expires_at: now + HOUR,
  spent_at: null,
  expired_at: null,
  ...given,
});

/** The tests of the codes of the help desk. */
export function deskCodesContract(kind: TestDatabase): void {
  const it = testsOn(kind);

  it('R30 of 50 parallel uses of a help-desk code exactly one succeeds', async ({ database, openAnother, clock }) => {
    await database.write((tx) => replaceDeskCode(tx, aCode(clock())));
    const instances = [database, await openAnother()];
    const results = await Promise.all(
      Array.from({ length: 50 }, (_, index) =>
        (instances[index % 2] ?? database).write((tx) => spendDeskCode(tx, 'code', clock())),
      ),
    );
    assert.equal(results.filter((isSpent) => isSpent).length, 1);
    assert.equal((await deskCodeOf(database.read, 'account'))?.spent_at, clock());
  });

  it('R30 a help-desk code cannot be spent after it has expired or been replaced', async (fixture) => {
    const { database, clock } = fixture;
    await database.write((tx) => replaceDeskCode(tx, aCode(clock())));
    await database.write((tx) => replaceDeskCode(tx, aCode(clock(), { id: 'newer' })));
    assert.equal(await database.write((tx) => spendDeskCode(tx, 'code', clock())), false);
    clock.advance(HOUR);
    assert.equal(await database.write((tx) => spendDeskCode(tx, 'newer', clock())), false);
    assert.equal(await database.write((tx) => spendDeskCode(tx, 'newer', clock() - 1)), true);
  });

  it('R66 a help-desk code is deleted a day after its expiry', async ({ database, clock }) => {
    await database.write((tx) => replaceDeskCode(tx, aCode(clock())));
    clock.advance(25 * HOUR);
    await sweep(database, clock());
    assert.notEqual(await deskCodeOf(database.read, 'account'), undefined);
    await sweep(database, clock() + 1);
    assert.equal(await deskCodeOf(database.read, 'account'), undefined);
  });
}
