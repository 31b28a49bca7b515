import assert from 'node:assert/strict';
import { test } from 'node:test';
import { getAccount } from '../../store/accounts/accounts.ts';
import { activeFactors } from '../../store/factors/factors.ts';
import { type Fixture, withDatabases } from '../../store/testing/databases.ts';
import type { Admin } from '../admin.ts';
import { openDesk } from '../testing/desk.ts';
import { AdminError } from './admin-error.ts';
import { type Actor, type AdminVerb, actorOf, fieldRights, type Role, rights } from './roles.ts';

/*
 * Threats: a help desk that reaches another organisation, learns which accounts exist there, or uses verbs of another
 * role.
 */

const REASON = 'called, known by voice';
const SECRET = 'JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP';
const administrator: Actor = { role: 'administrator', name: 'ria' };
const helpdesk: Actor = { role: 'helpdesk', name: 'hans', organisation: 'clinic' };

interface Scene {
  admin: Admin;
  ids: { jo: string; kim: string; lou: string };
}

/** Adds two users to the clinic and one to the school. */
async function scene(fixture: Fixture): Promise<Scene> {
  const { admin } = await openDesk(fixture);
  const add = async (organisation: string, username: string) =>
    (await admin.addUser({ actor: administrator, reason: REASON, organisation, username, totpSecret: SECRET })).id;
  const ids = {
    jo: await add('clinic', 'jo'),
    kim: await add('clinic', 'kim'),
    lou: await add('school', 'lou@example.org'),
  };
  return { admin, ids };
}

const csv = 'organisation,username\nclinic,new\n';

/** A request for every verb, about one account of an organisation. */
const requests = (organisation: string, account: string): Record<AdminVerb, object> => ({
  find: { organisation, account },
  search: { organisation, query: account },
  unlock: { organisation, account },
  resetFactors: { organisation, account },
  issueCode: { organisation, account },
  resetPassword: { organisation, account, by: 'code' },
  setPassword: { organisation, account, password: 'een lange zin voor later' },
  changeEmail: { organisation, account, email: 'new@example.org' },
  updateUser: { organisation, account, name: 'New' },
  syncUsers: { organisation, users: [] },
  endSessions: { organisation, account },
  invite: { organisation, account },
  pushLink: { organisation, account },
  letter: { organisation, accounts: [account] },
  disable: { organisation, account },
  enable: { organisation, account },
  deleteUser: { organisation, account },
  addUser: { organisation, username: 'somebody@example.org' },
  importUsers: { organisation, csv },
  exportUsers: { organisation },
  listMail: { organisation },
  resendMail: { organisation },
  addOrganisation: { organisation: { id: 'new', name: 'New' } },
  rotateKey: {},
  replaceSigningKeys: {},
});

const verbs = Object.keys(rights) as AdminVerb[];

async function call({ admin }: Scene, verb: AdminVerb, actor: Actor, request: object): Promise<string> {
  const work = admin[verb] as (request: object) => Promise<unknown>;
  try {
    await work({ actor, reason: REASON, ...request });
    return 'done';
  } catch (error) {
    assert.ok(error instanceof AdminError, String(error));
    return error.code;
  }
}

withDatabases('R83 R64: a help desk does not reach another organisation by any verb', async (fixture) => {
  const world = await scene(fixture);
  for (const verb of verbs) {
    const outcome = await call(world, verb, helpdesk, requests('school', world.ids.lou)[verb]);
    const wanted = (rights[verb] as readonly string[]).includes('helpdesk') ? 'unknown-organisation' : 'not-allowed';
    assert.equal(outcome, wanted, verb);
  }
  // The message is the same as for an organisation that does not exist.
  const message = async (organisation: string) =>
    await world.admin.find({ actor: helpdesk, reason: REASON, organisation, account: 'x' }).then(
      () => '',
      (error: Error) => error.message.replace(organisation, '?'),
    );
  assert.equal(await message('school'), await message('nowhere'));
  assert.equal((await activeFactors(fixture.database.read, world.ids.lou)).length, 1);
  assert.equal((await getAccount(fixture.database.read, 'school', world.ids.lou))?.state, 'active');
});

withDatabases(
  'R83: a file with users of another organisation is refused to a help desk that names no organisation',
  async (fixture) => {
    const world = await scene(fixture);
    const foreign = 'organisation,username\nclinic,new\nschool,new@example.org\n';
    assert.equal(await call(world, 'importUsers', helpdesk, { csv: foreign }), 'bad-import');
    assert.equal(await call(world, 'importUsers', helpdesk, { csv }), 'done');
  },
);

withDatabases('M8 R83: a counsellor reaches only the listed users', async (fixture) => {
  const world = await scene(fixture);
  const { jo, kim } = world.ids;
  const counsellor: Actor = { role: 'counsellor', name: 'cor', organisation: 'clinic', people: [jo] };
  for (const verb of verbs) {
    const isAllowed = (rights[verb] as readonly string[]).includes('counsellor');
    if (!isAllowed)
      assert.equal(await call(world, verb, counsellor, requests('clinic', jo)[verb]), 'not-allowed', verb);
    else if (verb !== 'search') {
      for (const named of [kim, 'kim', 'KIM']) {
        assert.equal(await call(world, verb, counsellor, requests('clinic', named)[verb]), 'unknown-account', verb);
      }
    }
  }
  assert.equal(await call(world, 'find', counsellor, { organisation: 'clinic', account: 'JO' }), 'done');
  assert.equal(
    await call(world, 'letter', counsellor, { organisation: 'clinic', accounts: ['jo', 'kim'] }),
    'unknown-account',
  );
  const { users } = await world.admin.search({
    actor: counsellor,
    reason: REASON,
    organisation: 'clinic',
    query: 'o',
  });
  assert.deepEqual(users, []);
  const found = await world.admin.search({ actor: counsellor, reason: REASON, organisation: 'clinic', query: 'j' });
  assert.deepEqual(
    found.users.map(({ id }) => id),
    [jo],
  );
  assert.equal(await call(world, 'resetFactors', counsellor, { organisation: 'clinic', account: 'jo' }), 'done');
  assert.equal((await activeFactors(fixture.database.read, jo)).length, 0);
  assert.equal((await activeFactors(fixture.database.read, kim)).length, 1);
});

withDatabases(
  'R83: a verb that was refused to a role is recorded in the audit with actor and reason',
  async (fixture) => {
    const world = await scene(fixture);
    await call(world, 'rotateKey', helpdesk, {});
    await call(world, 'unlock', helpdesk, { organisation: 'school', account: world.ids.lou });
    await call(world, 'unlock', helpdesk, { organisation: 'clinic', account: 'jo' });
    const rows = await fixture.database.read.selectFrom('audit').selectAll().orderBy('seq').execute();
    assert.deepEqual(
      rows
        .slice(3)
        .map(({ event, result, organisation_id, detail }) => [
          event,
          result,
          organisation_id,
          JSON.parse(detail ?? ''),
        ]),
      [
        ['admin-rotate-key', 'not-allowed', 'clinic', { actor: 'hans', role: 'helpdesk', reason: REASON }],
        ['admin-unlock', 'not-allowed', 'clinic', { actor: 'hans', role: 'helpdesk', reason: REASON }],
        ['admin-unlock', 'ok', 'clinic', { actor: 'hans', role: 'helpdesk', reason: REASON, lifted: 0, remaining: [] }],
      ],
    );
  },
);

// Threat: a program that passes on a typed name makes its author an administrator of all organisations.
test('R83: an invalid actor, such as a bare name, is refused with the field and what is expected', () => {
  const wrong: [unknown, RegExp][] = [
    ['ria', /The actor must be an object such as \{ role, name \}, got a string/],
    ['', /must be an object/],
    [null, /must be an object/],
    [undefined, /must be an object/],
    [7, /must be an object/],
    [[administrator], /must be an object/],
    [{}, /role must be administrator, helpdesk or counsellor/],
    [{ name: 'x' }, /role must be/],
    [{ role: 'root', name: 'x' }, /role must be/],
    [{ role: 'administrator' }, /name must be one line/],
    [{ role: 'administrator', name: 'two\nlines' }, /name must be one line/],
    [{ role: 'administrator', name: 'x', organisation: 'clinic' }, /unknown key "organisation".*role, name/],
    [{ role: 'administrator', name: 'x', isRoot: true }, /unknown key "isRoot"/],
    [{ role: 'helpdesk', name: 'x' }, /organisation must be/],
    [{ role: 'helpdesk', name: 'x', organisation: '' }, /organisation must be/],
    [{ role: 'helpdesk', name: 'x', organisation: 'clinic', people: [] }, /unknown key "people"/],
    [{ role: 'counsellor', name: 'x', organisation: 'clinic' }, /people must be/],
    [{ role: 'counsellor', name: 'x', organisation: 'clinic', people: 'all' }, /people must be/],
    [{ role: 'counsellor', name: 'x', organisation: 'clinic', people: [7] }, /people must be/],
    [Object.create({ role: 'administrator', name: 'x' }), /role must be/],
  ];
  for (const [actor, message] of wrong) {
    assert.throws(() => actorOf(actor as Actor), { code: 'bad-request', message }, JSON.stringify(actor));
  }
  assert.deepEqual(actorOf(administrator), administrator);
  assert.deepEqual(actorOf(helpdesk), helpdesk);
});

withDatabases('R83: no verb accepts an actor that is a bare name', async (fixture) => {
  const world = await scene(fixture);
  const count = async () => (await fixture.database.read.selectFrom('audit').select('seq').execute()).length;
  const before = await count();
  for (const verb of verbs) {
    assert.equal(
      await call(world, verb, 'ria' as unknown as Actor, requests('clinic', world.ids.jo)[verb]),
      'bad-request',
      verb,
    );
  }
  assert.equal(await count(), before);
});

const actors: Readonly<Record<Role, (people: string[]) => Actor>> = {
  administrator: () => administrator,
  helpdesk: () => helpdesk,
  counsellor: (people) => ({ role: 'counsellor', name: 'cor', organisation: 'clinic', people }),
};

// Threat: a role can use a verb or a field that is not listed for it.
withDatabases('R83: each role may use only the verbs that are listed for it', async (fixture) => {
  const world = await scene(fixture);
  for (const [role, actorFor] of Object.entries(actors)) {
    for (const verb of verbs) {
      const isListed = (rights[verb] as readonly string[]).includes(role);
      const outcome = await call(world, verb, actorFor([world.ids.jo]), requests('nowhere', 'nobody')[verb]);
      assert.equal(outcome === 'not-allowed', !isListed, `${role} ${verb}: ${outcome}`);
    }
  }
});

const CREDENTIALS = {
  password: 'een lange zin voor later',
  passwordHash: '$2b$04$N9qo8uLOickgx2ZMRZoMyeIjZAgcfl7p92ldGxad68LJZdL17lhWy',
  totpSecret: SECRET,
  phoneNumber: '',
  passkeys: [],
  phones: [],
  recoveryCodes: ['C6EP-34WK-5DM3'],
  externalId: 'portal-7',
};

// Threat: a helper adds or imports an account whose password and authenticator the helper knows.
withDatabases(
  'R83: a help desk cannot set a credential by any field of addUser or column of an import',
  async (fixture) => {
    const world = await scene(fixture);
    const refusedTo = async (verb: 'addUser' | 'importUsers', request: object) => {
      const work = world.admin[verb] as (request: object) => Promise<unknown>;
      return await work({ actor: helpdesk, reason: REASON, organisation: 'clinic', ...request }).then(
        () => undefined,
        (error: AdminError) => `${error.code} ${error.message}`,
      );
    };
    assert.deepEqual(Object.keys(fieldRights.addUser), Object.keys(CREDENTIALS));
    for (const [field, value] of Object.entries(CREDENTIALS)) {
      const refusal = `not-allowed The field "${field}" may be set only by the role "administrator", not by "helpdesk".`;
      assert.equal(await refusedTo('addUser', { username: 'new', [field]: value }), refusal);
    }
    assert.deepEqual(Object.keys(fieldRights.importUsers), [
      'password',
      'password_hash',
      'totp_secret',
      'phone_number',
      'external_id',
    ]);
    for (const column of Object.keys(fieldRights.importUsers)) {
      for (const header of [column, ` ${column.toUpperCase()} `, `"${column}"`]) {
        const refusal = `not-allowed The column "${column}" may be set only by the role "administrator", not by "helpdesk".`;
        const csv = `\uFEFForganisation;username;${header}\r\nclinic;new;\r\n`;
        assert.equal(await refusedTo('importUsers', { csv }), refusal);
      }
    }
    const accounts = await fixture.database.read.selectFrom('accounts').select('username').execute();
    assert.deepEqual(accounts.map(({ username }) => username).sort(), ['jo', 'kim', 'lou@example.org']);
    assert.equal(await refusedTo('addUser', { username: 'new', password: undefined }), undefined);
    const rows = await fixture.database.read.selectFrom('audit').select(['event', 'result']).orderBy('seq').execute();
    const refusals = rows.filter(({ result }) => result === 'not-allowed').map(({ event }) => event);
    assert.deepEqual(refusals, [
      ...Array(Object.keys(CREDENTIALS).length).fill('admin-add-person'),
      ...Array(15).fill('admin-import-people'),
    ]);
    for (const [field, value] of Object.entries(CREDENTIALS)) {
      const request = { organisation: 'clinic', username: `by-ria-${field}`, [field]: value };
      assert.equal(await call(world, 'addUser', administrator, request), 'done', field);
    }
  },
);

// Threat: a program reuses an actor object, and changes it while a verb waits for the database.
withDatabases(
  'R83: a verb uses the actor that it was called with, even if the object changes later',
  async (fixture) => {
    const world = await scene(fixture);
    const actor = { role: 'helpdesk', name: 'hans', organisation: 'clinic' };
    const csv = 'organisation,username,password\nclinic,new,een lange zin voor later\n';
    const imported = call(world, 'importUsers', actor as Actor, { csv });
    const found = world.admin.find({ actor: actor as Actor, reason: REASON, organisation: 'clinic', account: 'jo' });
    Object.assign(actor, { role: 'administrator', name: 'ria', organisation: undefined });
    assert.equal(await imported, 'not-allowed');
    await found;
    const rows = await fixture.database.read
      .selectFrom('audit')
      .select('detail')
      .where('event', '=', 'admin-find')
      .execute();
    assert.deepEqual(JSON.parse(rows[0]?.detail ?? ''), { actor: 'hans', role: 'helpdesk', reason: REASON });
  },
);

withDatabases('R83: a verb reads its actor once', async (fixture) => {
  const world = await scene(fixture);
  const clinic = requests('clinic', world.ids.jo);
  for (const verb of verbs) {
    let reads = 0;
    const actor: Actor = {
      get role() {
        reads += 1;
        return reads === 1 ? 'helpdesk' : ('administrator' as 'helpdesk');
      },
      ...{ name: 'hans', organisation: 'clinic' },
    };
    await call(world, verb, actor, clinic[verb]);
    assert.equal(reads, 1, verb);
  }
});
