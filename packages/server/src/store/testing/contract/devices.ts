import assert from 'node:assert/strict';
import {
  clearRemembered,
  deleteBrowser,
  deviceOf,
  devicesOfAccount,
  findBrowserByToken,
  forgetDevice,
  forgetDevicesOfAccount,
  insertBrowser,
  rotateBrowser,
  touchDevice,
  upsertDevice,
} from '../../devices.ts';
import { deleteSession, deleteSessionsOfAccount, findSession, insertSession, touchSession } from '../../sessions.ts';
import { type TestDatabase, testsOn } from '../databases.ts';
import { aBrowser, aDevice, aSession } from '../rows.ts';

/** The tests of browsers, devices and sessions. */
export function devicesContract(kind: TestDatabase): void {
  const it = testsOn(kind);

  it("a browser's token rotates: the previous one stays valid, and the one before it becomes invalid", async ({
    database,
    clock,
  }) => {
    const browser = aBrowser({ token_hash: 'first' });
    await database.write((tx) => insertBrowser(tx, browser));
    const rotate = (seenHash: string, fromHash: string, toHash: string): Promise<boolean> =>
      database.write((tx) => rotateBrowser(tx, { id: browser.id, seenHash, fromHash, toHash, now: clock() }));
    const match = async (hash: string): Promise<string | undefined> =>
      (await findBrowserByToken(database.read, hash))?.match;
    const twoTabs = await Promise.all([rotate('first', 'first', 'second'), rotate('first', 'first', 'other')]);
    assert.equal(twoTabs.filter((isRotated) => isRotated).length, 1);
    const second = twoTabs[0] ? 'second' : 'other';
    assert.deepEqual([await match(second), await match('first')], ['current', 'previous']);
    assert.equal(await rotate(second, second, 'third'), true);
    assert.equal(await match('first'), undefined);
    // The response was lost, so the browser still sends the second token.
    assert.equal(await rotate('third', second, 'fourth'), true);
    assert.deepEqual([await match('fourth'), await match(second)], ['current', 'previous']);
    assert.equal(await match('third'), undefined);
  });

  it('R36 the device of one account is neither found nor forgotten through another account', async ({
    database,
    clock,
  }) => {
    const browser = aBrowser();
    await database.write((tx) => insertBrowser(tx, browser));
    const until = clock() + 1000;
    const add = (account_id: string): Promise<{ id: string }> =>
      database.write((tx) =>
        upsertDevice(tx, aDevice({ browser_id: browser.id, account_id, remembered_until: until })),
      );
    const mine = await add('me');
    const yours = await add('you');
    assert.equal((await deviceOf(database.read, browser.id, 'me'))?.id, mine.id);
    assert.equal(await deviceOf(database.read, browser.id, 'third'), undefined);
    assert.equal(await database.write((tx) => forgetDevice(tx, 'me', yours.id)), false);
    assert.equal(await database.write((tx) => forgetDevice(tx, 'me', mine.id)), true);
    assert.equal((await devicesOfAccount(database.read, 'you', clock())).length, 1);
    assert.equal((await findBrowserByToken(database.read, browser.token_hash))?.browser.id, browser.id);
    assert.equal(await database.write((tx) => forgetDevicesOfAccount(tx, 'you')), 1);
    assert.equal(await findBrowserByToken(database.read, browser.token_hash), undefined);
  });

  it('R37 using a device never extends the time for which it is remembered, and its row stays the same', async ({
    database,
    clock,
  }) => {
    const browser = aBrowser();
    await database.write((tx) => insertBrowser(tx, browser));
    const device = aDevice({ browser_id: browser.id, remembered_until: clock() + 1000 });
    await database.write((tx) => upsertDevice(tx, device));
    await database.write((tx) => touchDevice(tx, device.id, clock() + 500));
    const used = await deviceOf(database.read, browser.id, 'account');
    assert.deepEqual([used?.remembered_until, used?.last_used_at], [clock() + 1000, clock() + 500]);
    const again = await database.write((tx) =>
      upsertDevice(tx, aDevice({ browser_id: browser.id, remembered_until: null, created_at: 1 })),
    );
    assert.deepEqual(
      [again.id, again.created_at, again.remembered_until],
      [device.id, device.created_at, clock() + 1000],
    );
    assert.equal(await database.write((tx) => clearRemembered(tx, 'account')), 1);
    assert.equal(await database.write((tx) => clearRemembered(tx, 'account')), 0);
    assert.deepEqual(await devicesOfAccount(database.read, 'account', clock()), []);
    assert.equal(await database.write((tx) => deleteBrowser(tx, browser.id)), true);
    assert.equal(await deviceOf(database.read, browser.id, 'account'), undefined);
  });

  it('sessions end individually or together for an account', async ({ database, clock }) => {
    const [mine, other, yours] = [aSession(), aSession(), aSession({ account_id: 'you' })];
    for (const row of [mine, other, yours]) await database.write((tx) => insertSession(tx, row));
    assert.deepEqual(await findSession(database.read, mine.id_hash), mine);
    await database.write((tx) => touchSession(tx, mine.id_hash, clock() + 5));
    await database.write((tx) => touchSession(tx, mine.id_hash, clock() + 4));
    assert.equal((await findSession(database.read, mine.id_hash))?.last_seen_at, clock() + 5);
    assert.equal(await database.write((tx) => deleteSessionsOfAccount(tx, 'account', mine.id_hash)), 1);
    assert.equal(await findSession(database.read, other.id_hash), undefined);
    assert.equal(await database.write((tx) => deleteSession(tx, mine.id_hash)), true);
    assert.equal(await database.write((tx) => deleteSession(tx, mine.id_hash)), false);
    assert.ok(await findSession(database.read, yours.id_hash));
  });
}
