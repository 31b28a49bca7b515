import assert from 'node:assert/strict';
import {
  hasActed,
  insertDeskAct,
  passwordCodeOf,
  replacePasswordCode,
  spendPasswordCode,
  voidPasswordCode,
} from '../../help-desk/desk-codes.ts';
import type { PasswordCodeRow } from '../../schema.ts';
import { sweep } from '../../upkeep/sweep.ts';
import { type TestDatabase, testsOn } from '../databases.ts';

/* Threat: a help-desk code for a new password sets two passwords, or works after it has expired. */

const HOUR = 3_600_000;

const aCode = (now: number, given: Partial<PasswordCodeRow> = {}): PasswordCodeRow => ({
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

/** The tests of the codes for a new password and of the acts of the help desk. */
export function passwordCodesContract(kind: TestDatabase): void {
  const it = testsOn(kind);

  it('R31 of 50 parallel uses of a code for a new password exactly one succeeds', async ({
    database,
    openAnother,
    clock,
  }) => {
    await database.write((tx) => replacePasswordCode(tx, aCode(clock())));
    const instances = [database, await openAnother()];
    const results = await Promise.all(
      Array.from({ length: 50 }, (_, index) =>
        (instances[index % 2] ?? database).write((tx) => spendPasswordCode(tx, 'code', clock())),
      ),
    );
    assert.equal(results.filter((isSpent) => isSpent).length, 1);
  });

  it('R31 a code for a new password cannot be spent after it has expired or been replaced', async (fixture) => {
    const { database, clock } = fixture;
    await database.write((tx) => replacePasswordCode(tx, aCode(clock())));
    await database.write((tx) => replacePasswordCode(tx, aCode(clock(), { id: 'newer' })));
    assert.equal(await database.write((tx) => spendPasswordCode(tx, 'code', clock())), false);
    clock.advance(HOUR);
    assert.equal(await database.write((tx) => spendPasswordCode(tx, 'newer', clock())), false);
    assert.equal(await database.write((tx) => spendPasswordCode(tx, 'newer', clock() - 1)), true);
    await database.write((tx) => voidPasswordCode(tx, 'account'));
    assert.notEqual(
      await passwordCodeOf(database.read, 'account'),
      undefined,
      'a spent code stays until the sweeper deletes it',
    );
  });

  it('R66 a code for a new password is deleted a day after its expiry, and an act after seven days', async (fixture) => {
    const { database, clock } = fixture;
    const act = { accountId: 'account', actor: 'hans', verbs: ['letter'], since: 0 };
    await database.write(async (tx) => {
      await replacePasswordCode(tx, aCode(clock()));
      await insertDeskAct(tx, { id: 'act', account_id: 'account', verb: 'letter', actor: 'hans', at: clock() });
    });
    const counts = async (after: number) => {
      const { password_codes: codes, desk_acts: acts } = await sweep(database, clock() + after);
      return [codes, acts];
    };
    assert.deepEqual(await counts(25 * HOUR), [0, 0]);
    assert.deepEqual(await counts(25 * HOUR + 1), [1, 0]);
    assert.deepEqual(await counts(7 * 24 * HOUR), [0, 0]);
    assert.equal(await database.write((tx) => hasActed(tx, act)), true);
    assert.deepEqual(await counts(7 * 24 * HOUR + 1), [0, 1]);
  });
}
