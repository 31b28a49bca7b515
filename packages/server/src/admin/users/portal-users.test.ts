/*
 * Threat: a synchronisation disables everyone, locks users out, gives an account to another user, or is used by a help-desk
 * employee to bind an account with a factor of their own to somebody's identity in the portal. Another username lifts a lock.
 */
import assert from 'node:assert/strict';
import { checkedDirectory, type DirectoryUser } from '../../directory/directory.ts';
import { portalTable } from '../../directory/testing/portal-table.ts';
import { at, mails } from '../../flow/testing/links.ts';
import { builtIn, cheapHasher, simulatedTimer, World } from '../../flow/testing/world.ts';
import { passwordKey } from '../../locks/locks.ts';
import { prepareMail } from '../../mail/prepare.ts';
import { getCounter } from '../../store/counters.ts';
import { type Fixture, withDatabases } from '../../store/testing/databases.ts';
import type { AdminError } from '../request/admin-error.ts';
import type { Actor } from '../request/roles.ts';

const actor: Actor = { role: 'administrator', name: 'ria' };
const request = { actor, reason: 'nightly', organisation: 'clinic' } as const;

async function clinic({ database, clock }: Fixture): Promise<World> {
  const world = new World(database, clock);
  await world.organisation();
  return world;
}

const stored = (world: World) =>
  world.database.read
    .selectFrom('accounts')
    .select(['username', 'name', 'email', 'state', 'external_id'])
    .orderBy('username')
    .execute();

withDatabases('a synchronisation adds, changes, disables and enables the accounts of a portal', async (fixture) => {
  const world = await clinic(fixture);
  await world.user({ username: 'own', email: null });
  const users: DirectoryUser[] = [
    { id: '1', username: 'ada', name: 'Ada', email: 'ada@mail.example' },
    { id: '2', username: 'bob' },
  ];
  const sync = (given: DirectoryUser[], missing: 'keep' | 'disable' = 'disable') =>
    world.admin.syncUsers({ ...request, users: given, missing });
  const nothing = { added: 0, changed: 0, linked: 0, disabled: 0, enabled: 0 };
  assert.deepEqual(await sync(users), { ...nothing, added: 2 });
  assert.deepEqual(await sync(users), nothing);
  const renamed = [
    { id: '1', username: 'ada.b', name: 'Ada B', email: null },
    { ...users[1], active: false } as DirectoryUser,
  ];
  assert.deepEqual(await sync(renamed), { ...nothing, changed: 1, disabled: 1 });
  assert.deepEqual(await sync([renamed[0] as DirectoryUser], 'keep'), nothing);
  assert.deepEqual(await sync([users[1] as DirectoryUser]), { ...nothing, disabled: 1, enabled: 1 });
  assert.deepEqual(await stored(world), [
    { username: 'ada.b', name: 'Ada B', email: null, state: 'disabled', external_id: '1' },
    { username: 'bob', name: null, email: null, state: 'active', external_id: '2' },
    // An account of this database is nothing that the portal decides about.
    { username: 'own', name: null, email: null, state: 'active', external_id: null },
  ]);
});

withDatabases('two users of a portal may swap their names', async (fixture) => {
  const world = await clinic(fixture);
  const named = (one: string, two: string): DirectoryUser[] => [
    { id: '1', username: one },
    { id: '2', username: two },
  ];
  await world.admin.syncUsers({ ...request, users: named('ada', 'bob') });
  await world.admin.syncUsers({ ...request, users: named('bob', 'ada') });
  const names = (await stored(world)).map(({ username, external_id }) => [username, external_id]);
  assert.deepEqual(names, [
    ['ada', '2'],
    ['bob', '1'],
  ]);
});

withDatabases('a faulty list changes nothing, and an empty one disables nobody', async (fixture) => {
  const world = await clinic(fixture);
  await world.admin.syncUsers({ ...request, users: [{ id: '1', username: 'ada' }] });
  const wrong: [unknown, RegExp][] = [
    [[], /would disable every account/],
    [
      [
        { id: '2', username: 'bob' },
        { id: '2', username: 'carl' },
      ],
      /1 of the users/,
    ],
    [
      [
        { id: '2', username: 'bob' },
        { id: '3', username: 'BOB' },
      ],
      /1 of the users/,
    ],
    [[{ id: '', username: 'bob' }], /1 of the users/],
    [[{ id: '2', username: 'b\u202eob' }], /1 of the users/],
    [[{ id: 2, username: 'bob' }, {}], /2 of the users/],
    [{}, /must be a list/],
  ];
  for (const [users, message] of wrong) {
    const run = world.admin.syncUsers({ ...request, users: users as DirectoryUser[], missing: 'disable' });
    await assert.rejects(run, (error: AdminError) => error.code === 'bad-request' && message.test(error.message));
  }
  assert.partialDeepStrictEqual(await stored(world), [{ username: 'ada', state: 'active' }]);
});

withDatabases('R83 only an administrator binds accounts to users of a portal', async (fixture) => {
  const world = await clinic(fixture);
  const desk = { ...request, actor: { role: 'helpdesk', name: 'dee', organisation: 'clinic' } } as const;
  const refused = { code: 'not-allowed' };
  await assert.rejects(world.admin.syncUsers({ ...desk, users: [{ id: '1', username: 'ada' }] }), refused);
  await assert.rejects(world.admin.addUser({ ...desk, username: 'ada', externalId: '1' }), refused);
  const csv = 'organisation,username,external_id\nclinic,ada,1\n';
  await assert.rejects(world.admin.importUsers({ ...desk, csv }), refused);
  await assert.rejects(world.admin.updateUser({ ...desk, account: 'ada', name: 'Ada' }), refused);
  assert.deepEqual(await stored(world), []);
});

withDatabases(
  'users of a portal are imported with their factors, each id once, and without a password',
  async (fixture) => {
    const world = await clinic(fixture);
    const head = 'organisation,username,external_id,password\n';
    const faulty = `${head}clinic,ada,1,\nclinic,bob,1,\nclinic,carl,3,four words in a row\n`;
    await assert.rejects(world.admin.importUsers({ ...request, csv: faulty }), ({ faults }: AdminError) => {
      assert.deepEqual(
        faults.map(({ row, column }) => [row, column]),
        [
          [3, 'external_id'],
          [4, 'external_id'],
        ],
      );
      return true;
    });
    await world.admin.importUsers({ ...request, csv: `${head}clinic,ada,1,\nclinic,bob,2,\n` });
    await assert.rejects(
      world.admin.importUsers({ ...request, csv: `${head}clinic,new,1,\n` }),
      ({ faults }: AdminError) => {
        assert.deepEqual(
          faults.map(({ column }) => column),
          ['external_id'],
        );
        return true;
      },
    );
    // Nobody activates an account whose password is in the portal.
    await assert.rejects(world.admin.invite({ ...request, account: 'ada' }), { code: 'not-possible' });
    await assert.rejects(world.admin.changeEmail({ ...request, account: 'ada', email: 'x@y.example' }), {
      code: 'not-possible',
    });
    await assert.rejects(world.admin.updateUser({ ...request, account: 'ada', name: 'X' }), { code: 'not-possible' });
    for (const by of ['code', 'letter'] as const) {
      await assert.rejects(world.admin.resetPassword({ ...request, account: 'ada', by }), { code: 'not-possible' });
    }
    assert.partialDeepStrictEqual(await world.admin.find({ ...request, account: 'ada' }), {
      hasPassword: true,
      externalId: '1',
    });
  },
);

withDatabases('an administrator sets a password in the portal, where the portal allows it', async (fixture) => {
  const portal = await portalTable(fixture);
  try {
    await portal.add({ nr: 7, login: 'ada', password: 'correct horse battery' });
    const lists = { ...builtIn, directory: checkedDirectory(portal.directory) };
    const world = new World(fixture.database, fixture.clock, cheapHasher(), simulatedTimer(), lists);
    await world.organisation();
    await world.admin.syncUsers({ ...request, users: [{ id: '7', username: 'ada' }] });
    const set = { ...request, account: 'ada', password: 'a lamp beside the canal' };
    await assert.rejects((await clinic(fixture)).admin.setPassword(set), {
      code: 'not-possible',
      message: /in the portal/,
    });
    await world.admin.setPassword(set);
    assert.equal(portal.calls.setPassword, 1);
    const base = {
      id: '',
      organisation: 'clinic',
      username: 'ada',
      factorId: '',
      recoveryCodes: [],
      secret: new Uint8Array(),
    };
    const ada = { ...base, password: set.password, code: () => '' };
    at(await world.browser().password(ada), 'enroll-offer');
  } finally {
    await portal.close();
  }
});

withDatabases(
  'R82 another username keeps password, factors and lock, and the former address is told',
  async (fixture) => {
    const world = await clinic(fixture);
    await world.organisation({ policy: { locks: { soft: 3 } } });
    const ada = await world.user({ email: 'ada@mail.example' });
    await world.user({ username: 'bob' });
    for (let count = 0; count < 2; count += 1) await world.browser().password(ada, 'a wrong password');
    const rename = { ...request, account: 'ada' };
    await assert.rejects(world.admin.updateUser({ ...rename, username: 'BOB' }), { code: 'taken' });
    await assert.rejects(world.admin.updateUser({ ...rename, username: ' ' }), { code: 'bad-request' });
    await assert.rejects(world.admin.updateUser({ ...rename, name: 'a\u202eb' }), { code: 'bad-request' });
    assert.partialDeepStrictEqual(await world.admin.updateUser({ ...rename, username: 'Ada.B', name: 'Ada' }), {
      username: 'Ada.B',
      changed: true,
    });
    assert.equal((await world.admin.updateUser({ ...request, account: 'ada.b', name: 'Ada' })).changed, false);
    assert.equal((await getCounter(world.database.read, passwordKey('clinic', 'ada.b')))?.soft, 2);
    assert.equal(await getCounter(world.database.read, passwordKey('clinic', 'ada')), undefined);
    const renamed = { ...ada, username: 'ada.b' };
    assert.equal((await world.browser().password(renamed, 'a wrong password')).refusal?.code, 'locked');
    world.clock.advance(60_001);
    at(await world.browser().login(renamed), 'done');
    assert.equal((await world.browser().password(ada)).refusal?.code, 'wrong-credentials');
    const [mail] = (await mails(world, ada.id)).filter(({ template }) => template === 'username-changed');
    assert.ok(mail);
    const deps = { read: world.database.read, keyring: world.keyring, baseUrl: 'https://portal.example' };
    const prepared = await prepareMail(deps, mail);
    assert.ok(
      'to' in prepared && prepared.to === 'ada@mail.example' && /Log in as Ada\.B from now on/.test(prepared.text),
    );
  },
);

withDatabases('R31 in an organisation of addresses, another username is another address', async (fixture) => {
  const world = await clinic(fixture);
  await world.organisation({ id: 'mail', username: 'email' });
  await world.user({ organisation: 'mail', username: 'ada@mail.example', email: 'ada@mail.example' });
  const rename = { ...request, organisation: 'mail', account: 'ada@mail.example' };
  await world.admin.updateUser({ ...rename, username: 'ada@new.example' });
  assert.partialDeepStrictEqual(await stored(world), [{ username: 'ada@new.example', email: 'ada@new.example' }]);
  const [row] = (await mails(world)).filter(({ template }) => template === 'username-changed');
  assert.match(row?.data ?? '', /"formerAddress":"ada@mail.example"/);
});
