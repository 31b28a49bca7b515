import assert from 'node:assert/strict';
import { disableFactors, endFactor, recentlyReplacedFactors, replaceFactors } from '../../factors/end-factors.ts';
import { activeFactors, renameFactor } from '../../factors/factors.ts';
import { burnTotpStep, burntSteps, spendTotpStep } from '../../factors/time-steps.ts';
import { factorsToRotate, updateSealed } from '../../upkeep/sealed-rows.ts';
import { type TestDatabase, testsOn } from '../databases.ts';
import { addFactor } from '../rows.ts';

/* Threats: a code is accepted twice; a factor still verifies after it was replaced, ended or disabled. */

/** The tests of factors and their sealed secrets. */
export function factorsContract(kind: TestDatabase): void {
  const it = testsOn(kind);

  it('R14 of 50 parallel submissions of one code exactly one is accepted', async (fixture) => {
    const { database, openAnother, clock } = fixture;
    const factor = await addFactor(database);
    const instances = [database, await openAnother()];
    const results = await Promise.all(
      Array.from({ length: 50 }, (_, index) =>
        (instances[index % 2] ?? database).write((tx) =>
          spendTotpStep(tx, { factorId: factor.id, step: 100, now: clock() }),
        ),
      ),
    );
    assert.equal(results.filter((isAccepted) => isAccepted).length, 1);
    const [stored] = await activeFactors(database.read, factor.account_id);
    assert.equal(stored?.last_step, 100);
    assert.equal(stored?.last_used_at, clock());
  });

  it('R14 a time step at or below the last accepted one is refused, also after a restart', async (fixture) => {
    const { database, openAnother, clock } = fixture;
    const factor = await addFactor(database);
    const spend = (db: typeof database, step: number): Promise<boolean> =>
      db.write((tx) => spendTotpStep(tx, { factorId: factor.id, step, now: clock() }));
    assert.equal(await spend(database, 100), true);
    const restarted = await openAnother();
    assert.equal(await spend(restarted, 100), false);
    assert.equal(await spend(restarted, 99), false);
    assert.equal(await spend(restarted, 101), true);
  });

  it('R18a a burnt time step is refused when the clock reaches it, and its neighbours are accepted', async ({
    database,
    clock,
  }) => {
    const factor = await addFactor(database);
    const until = clock() + 900_000;
    const burn = (): Promise<boolean> =>
      database.write((tx) => burnTotpStep(tx, { factorId: factor.id, step: 105, until }));
    assert.deepEqual([await burn(), await burn()], [true, false]);
    assert.deepEqual(await burntSteps(database.read, [factor.id], clock()), new Map([[factor.id, new Set([105])]]));
    assert.deepEqual(await burntSteps(database.read, [], clock()), new Map());
    assert.deepEqual(await burntSteps(database.read, [factor.id], until), new Map());
    const spend = (step: number): Promise<boolean> =>
      database.write((tx) => spendTotpStep(tx, { factorId: factor.id, step, now: clock() }));
    assert.equal(await spend(105), false);
    assert.equal(await spend(104), true);
    assert.equal(await spend(106), true);
  });

  it('R16 a replaced factor stops accepting codes immediately', async ({ database, clock }) => {
    const old = await addFactor(database);
    const fresh = await addFactor(database, { created_at: clock() });
    const unrelated = await addFactor(database, { account_id: 'another' });
    assert.equal(
      await database.write((tx) => replaceFactors(tx, 'account', { method: 'totp', exceptId: fresh.id, now: clock() })),
      1,
    );
    const spend = (factorId: string): Promise<boolean> =>
      database.write((tx) => spendTotpStep(tx, { factorId, step: 1, now: clock() }));
    assert.deepEqual([await spend(old.id), await spend(fresh.id), await spend(unrelated.id)], [false, true, true]);
    const replaced = await recentlyReplacedFactors(database.read, 'account', { method: 'totp', since: clock() });
    assert.deepEqual(
      replaced.map((factor) => factor.id),
      [old.id],
    );
    assert.deepEqual(
      await recentlyReplacedFactors(database.read, 'account', { method: 'totp', since: clock() + 1 }),
      [],
    );
  });

  it('R16 the secret of a lost factor is erased immediately', async ({ database, clock }) => {
    const factor = await addFactor(database);
    assert.equal(await database.write((tx) => endFactor(tx, 'another', factor.id, 'lost', clock())), false);
    assert.equal(await database.write((tx) => endFactor(tx, 'account', factor.id, 'lost', clock())), true);
    assert.equal(await database.write((tx) => endFactor(tx, 'account', factor.id, 'lost', clock())), false);
    const stored = await database.read.selectFrom('factors').selectAll().executeTakeFirstOrThrow();
    assert.deepEqual([stored.state, stored.secret, stored.ended_at], ['lost', '', clock()]);
    assert.deepEqual(await recentlyReplacedFactors(database.read, 'account', { method: 'totp', since: 0 }), []);
  });

  it('disabling ends every active factor of its account, and of no other', async ({ database, clock }) => {
    await addFactor(database);
    await addFactor(database, { account_id: 'another' });
    assert.equal(await database.write((tx) => disableFactors(tx, 'account', 'totp', clock())), 1);
    assert.deepEqual(await activeFactors(database.read, 'account'), []);
    assert.equal((await activeFactors(database.read, 'another')).length, 1);
  });

  it('an active factor is renamed only through its own account', async ({ database }) => {
    const factor = await addFactor(database);
    assert.equal(await database.write((tx) => renameFactor(tx, 'another', factor.id, 'Mine')), false);
    assert.equal(await database.write((tx) => renameFactor(tx, 'account', factor.id, '<b>Tablet</b>')), true);
    assert.equal((await activeFactors(database.read, 'account'))[0]?.name, '<b>Tablet</b>');
  });

  it('R60 secrets that another key sealed are found in batches, and each is changed once', async ({ database }) => {
    const ids = ['a', 'b', 'c'];
    for (const id of ids) await addFactor(database, { id, secret: `v1.old.nonce.${id}` });
    // In a pattern, an unescaped `_` matches any character.
    await addFactor(database, { id: 'd', secret: 'v1.newXkey.nonce.d' });
    await addFactor(database, { id: 'e', secret: 'v1.new_key.nonce.e' });
    const toRotate = async (after: string, limit: number): Promise<string[]> =>
      (await factorsToRotate(database.read, { writeKeyId: 'new_key', after, limit })).map((row) => row.id);
    assert.deepEqual(await toRotate('', 2), ['a', 'b']);
    assert.deepEqual(await toRotate('b', 9), ['c', 'd']);
    const update = (): Promise<boolean> =>
      database.write((tx) =>
        updateSealed(
          tx,
          { id: 'a', secret: 'v1.old.nonce.a', data: null },
          { secret: 'v1.new_key.nonce.a', data: null },
        ),
      );
    assert.deepEqual([await update(), await update()], [true, false]);
    assert.deepEqual(await toRotate('', 9), ['b', 'c', 'd']);
  });
}
