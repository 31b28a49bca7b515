/* Threat: after a reset, a removed phone, a disabled account or another change, an earlier approval or an earlier link still works. */
import assert from 'node:assert/strict';
import { revokeAccess } from '../access/revoke.ts';
import { type Browser, World } from '../flow/testing/world.ts';
import { endFactor } from '../store/factors/end-factors.ts';
import { linkedDevice, subscriptionsOf } from '../store/push/push-subscriptions.ts';
import { type Fixture, withDatabases } from '../store/testing/databases.ts';
import { expire } from '../store/upkeep/expire.ts';
import { sweep } from '../store/upkeep/sweep.ts';
import { removeDevice } from './remove-device.ts';
import {
  approve,
  confirm,
  givePhone,
  newestRequest,
  openLink,
  pushDepsOf,
  respond,
  stateOf,
} from './testing/give-phone.ts';

const operator = { actor: { role: 'administrator', name: 'root' }, reason: 'test' } as const;
const caller = { address: '198.51.100.7', correlationId: 'test' };
const methods = [{ method: 'push' as const }, { method: 'totp' as const }];
const code = (expected: string) => (error: unknown) => (error as { code?: string }).code === expected;

async function clinic({ database, clock }: Fixture) {
  const world = new World(database, clock);
  await world.organisation({ policy: { methods } });
  const ada = await world.user();
  return { world, ada, ...(await givePhone(world, ada)) };
}

const end = async (browser: Browser) => {
  try {
    return (await browser.submit({ step: 'push', action: 'poll' })).issued;
  } catch (error) {
    return (error as { code: string }).code;
  }
};

withDatabases(
  'R34 a help-desk reset, a disabled account and any revocation end requests and approvals',
  async (fixture) => {
    const { world, ada, phone } = await clinic(fixture);
    const changes = [
      () => fixture.database.write((tx) => revokeAccess(tx, ada.id, { now: fixture.clock(), reason: 'proof-changed' })),
      () => world.admin.disable({ ...operator, organisation: 'clinic', account: ada.id }),
    ];
    for (const change of changes) {
      const pending = world.browser();
      await pending.password(ada);
      const { row, number } = await newestRequest(world, ada);
      await approve(world, phone, ada);
      assert.equal(await stateOf(world, row.id), 'approved');
      await change();
      assert.equal(await stateOf(world, row.id), 'voided');
      assert.equal(await end(pending), 'flow-expired');
      await assert.rejects(respond(world, phone, row, { number }));
      fixture.clock.advance(11 * 60_000);
    }
  },
);

withDatabases('R34 a pending request of a flow that ended can’t be approved', async (fixture) => {
  const { world, ada, phone } = await clinic(fixture);
  await world.browser().password(ada);
  const { row, number } = await newestRequest(world, ada);
  await fixture.database.write((tx) => revokeAccess(tx, ada.id, { now: fixture.clock(), reason: 'not-me' }));
  await assert.rejects(respond(world, phone, row, { number }), code('request-ended'));
});

withDatabases('R34 an approval of a phone that is removed before the poll is not used', async (fixture) => {
  const { world, ada, phone, id } = await clinic(fixture);
  const browser = world.browser();
  await browser.password(ada);
  await approve(world, phone, ada);
  await fixture.database.write((tx) => endFactor(tx, ada.id, id, 'replaced', fixture.clock()));
  const outcome = await browser.submit({ step: 'push', action: 'poll' });
  assert.ok(outcome.refusal && !outcome.issued);
  assert.equal(await linkedDevice(fixture.database.read, phone.thumbprint), undefined);
});

withDatabases('R71 a phone of a disabled account is unknown, until the account is enabled', async (fixture) => {
  const { world, phone } = await clinic(fixture);
  const request = { ...operator, organisation: 'clinic', account: 'ada' };
  const find = async () => (await linkedDevice(fixture.database.read, phone.thumbprint))?.external_id;
  assert.equal(await find(), phone.thumbprint);
  await world.admin.disable(request);
  assert.equal(await find(), undefined);
  await world.admin.enable(request);
  assert.equal(await find(), phone.thumbprint);
});

withDatabases('R34 a phone that is being linked ends with the flows of the account', async (fixture) => {
  const world = new World(fixture.database, fixture.clock);
  await world.organisation({ policy: { methods: [{ method: 'push', note: 'Ask.' }] } });
  const ada = await world.user({ email: 'ada@mail.example', without: 'totp' });
  const browser = world.browser();
  await browser.accept(ada);
  await browser.submit({ step: 'enroll-method', method: 'push' });
  const { uri } = (await browser.step()) as unknown as { uri: string };
  const linking = await openLink(world, uri);
  await fixture.database.write((tx) => revokeAccess(tx, ada.id, { now: fixture.clock(), reason: 'help-desk' }));
  await assert.rejects(confirm(world, linking));
  await assert.rejects(openLink(world, uri), code('link-expired'));
});

withDatabases(
  'a phone unlinks itself together with its codes, except as the last factor that is required',
  async (fixture) => {
    const { world, ada, phone } = await clinic(fixture);
    const device = await linkedDevice(fixture.database.read, phone.thumbprint);
    assert.ok(device);
    await removeDevice(pushDepsOf(world), device, caller);
    assert.equal(await linkedDevice(fixture.database.read, phone.thumbprint), undefined);
    await assert.rejects(removeDevice(pushDepsOf(world), device, caller), code('not-found'));
    const bob = await world.user({ username: 'bob', without: 'totp' });
    const only = await givePhone(world, bob);
    const last = await linkedDevice(fixture.database.read, only.phone.thumbprint);
    assert.ok(last);
    await assert.rejects(removeDevice(pushDepsOf(world), last, caller), code('not-allowed'));
    assert.notEqual(ada.id, bob.id);
  },
);

withDatabases(
  'R66 R86 expired requests, links and phones are ended and deleted, and denied requests stay',
  async (fixture) => {
    const { world, ada, phone } = await clinic(fixture);
    const { database, clock } = fixture;
    await world.browser().password(ada);
    const first = (await newestRequest(world, ada)).row;
    clock.advance(3 * 60_000);
    await expire(database, { now: clock(), idleSince: 0 });
    assert.equal(await stateOf(world, first.id), 'voided');
    await world.browser().password(ada);
    const { row } = await newestRequest(world, ada);
    await respond(world, phone, row, { answer: 'deny' });
    clock.advance(40 * 24 * 3_600_000);
    await sweep(database, clock());
    assert.deepEqual([await stateOf(world, first.id), await stateOf(world, row.id)], [undefined, 'not-me']);
    assert.deepEqual(await subscriptionsOf(database.read, ada.id), []);
    await world.admin.deleteUser({ ...operator, organisation: 'clinic', account: ada.id });
    assert.equal(await stateOf(world, row.id), undefined);
  },
);
