import assert from 'node:assert/strict';
import { test } from 'node:test';
import { getAccount } from '../store/accounts.ts';
import { activeFactors } from '../store/factors.ts';
import { type Fixture, withDatabases } from '../store/testing/databases.ts';
import type { Admin } from './admin.ts';
import { AdminError } from './admin-error.ts';
import { type Actor, type AdminVerb, actorOf, rights } from './roles.ts';
import { openDesk } from './testing/desk.ts';

/* Threats: a help desk that reaches into another organisation, learns who has an account there, or does what is not its job. */

const REASON = 'called, known by voice';
const SECRET = 'JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP';
const administrator: Actor = { role: 'administrator', name: 'ria' };
const helpdesk: Actor = { role: 'helpdesk', name: 'hans', organisation: 'clinic' };

interface Scene {
  admin: Admin;
  ids: { jo: string; kim: string; lou: string };
}

/** Two people of the clinic, one of the school. */
async function scene(fixture: Fixture): Promise<Scene> {
  const { admin } = await openDesk(fixture);
  const add = async (organisation: string, username: string) =>
    (await admin.addPerson({ actor: administrator, reason: REASON, organisation, username, totpSecret: SECRET })).id;
  const ids = {
    jo: await add('clinic', 'jo'),
    kim: await add('clinic', 'kim'),
    lou: await add('school', 'lou@example.org'),
  };
  return { admin, ids };
}

const csv = 'organisation,username\nclinic,new\n';

/** A request for every verb, of an account of the clinic. */
const asked = (organisation: string, account: string): Record<AdminVerb, object> => ({
  find: { organisation, account },
  search: { organisation, query: account },
  unlock: { organisation, account },
  resetFactors: { organisation, account },
  issueCode: { organisation, account },
  endSessions: { organisation, account },
  invite: { organisation, account },
  letter: { organisation, accounts: [account] },
  disable: { organisation, account },
  enable: { organisation, account },
  deletePerson: { organisation, account },
  addPerson: { organisation, username: 'somebody@example.org' },
  importPeople: { organisation, csv },
  exportPeople: { organisation },
  listMail: { organisation },
  resendMail: { organisation },
  addOrganisation: { organisation: { id: 'new', name: 'New' } },
  rotateKey: {},
});

const verbs = Object.keys(rights) as AdminVerb[];

async function call({ admin }: Scene, verb: AdminVerb, actor: Actor | string, request: object): Promise<string> {
  const work = admin[verb] as (request: object) => Promise<unknown>;
  try {
    await work({ actor, reason: REASON, ...request });
    return 'done';
  } catch (error) {
    assert.ok(error instanceof AdminError, String(error));
    return error.code;
  }
}

withDatabases('R83 R64: a help desk finds nothing of another organisation, by any verb', async (fixture) => {
  const world = await scene(fixture);
  for (const verb of verbs) {
    const outcome = await call(world, verb, helpdesk, asked('school', world.ids.lou)[verb]);
    const wanted = (rights[verb] as readonly string[]).includes('helpdesk') ? 'unknown-organisation' : 'not-allowed';
    assert.equal(outcome, wanted, verb);
  }
  // The words are those for an organisation that does not exist.
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
  'R83: a file with people of another organisation is refused to a help desk, named or not',
  async (fixture) => {
    const world = await scene(fixture);
    const foreign = 'organisation,username\nclinic,new\nschool,new@example.org\n';
    assert.equal(await call(world, 'importPeople', helpdesk, { csv: foreign }), 'bad-import');
    assert.equal(await call(world, 'importPeople', helpdesk, { csv }), 'done');
  },
);

withDatabases('M8 R83: a counsellor reaches the people that are named, and nobody else', async (fixture) => {
  const world = await scene(fixture);
  const { jo, kim } = world.ids;
  const counsellor: Actor = { role: 'counsellor', name: 'cor', organisation: 'clinic', people: [jo] };
  for (const verb of verbs) {
    const mine = (rights[verb] as readonly string[]).includes('counsellor');
    if (!mine) assert.equal(await call(world, verb, counsellor, asked('clinic', jo)[verb]), 'not-allowed', verb);
    else if (verb !== 'search') {
      for (const named of [kim, 'kim', 'KIM']) {
        assert.equal(await call(world, verb, counsellor, asked('clinic', named)[verb]), 'unknown-account', verb);
      }
    }
  }
  assert.equal(await call(world, 'find', counsellor, { organisation: 'clinic', account: 'JO' }), 'done');
  assert.equal(
    await call(world, 'letter', counsellor, { organisation: 'clinic', accounts: ['jo', 'kim'] }),
    'unknown-account',
  );
  const { people } = await world.admin.search({
    actor: counsellor,
    reason: REASON,
    organisation: 'clinic',
    query: 'o',
  });
  assert.deepEqual(people, []);
  const found = await world.admin.search({ actor: counsellor, reason: REASON, organisation: 'clinic', query: 'j' });
  assert.deepEqual(
    found.people.map(({ id }) => id),
    [jo],
  );
  assert.equal(await call(world, 'resetFactors', counsellor, { organisation: 'clinic', account: 'jo' }), 'done');
  assert.equal((await activeFactors(fixture.database.read, jo)).length, 0);
  assert.equal((await activeFactors(fixture.database.read, kim)).length, 1);
});

withDatabases('R83: what a role was refused stands in the audit, with who and why', async (fixture) => {
  const world = await scene(fixture);
  await call(world, 'rotateKey', helpdesk, {});
  await call(world, 'unlock', helpdesk, { organisation: 'school', account: world.ids.lou });
  await call(world, 'unlock', helpdesk, { organisation: 'clinic', account: 'jo' });
  const rows = await fixture.database.read.selectFrom('audit').selectAll().orderBy('seq').execute();
  assert.deepEqual(
    rows
      .slice(3)
      .map(({ event, result, organisation_id, detail }) => [event, result, organisation_id, JSON.parse(detail ?? '')]),
    [
      ['admin-rotate-key', 'not-allowed', 'clinic', { actor: 'hans', role: 'helpdesk', reason: REASON }],
      ['admin-unlock', 'not-allowed', 'clinic', { actor: 'hans', role: 'helpdesk', reason: REASON }],
      ['admin-unlock', 'ok', 'clinic', { actor: 'hans', role: 'helpdesk', reason: REASON, lifted: 0 }],
    ],
  );
});

test('R83: an actor that is no role is refused, whatever it looks like', () => {
  const wrong: unknown[] = [
    '',
    'two\nlines',
    null,
    undefined,
    7,
    {},
    { role: 'administrator' },
    { role: 'root', name: 'x' },
    { role: 'helpdesk', name: 'x' },
    { role: 'helpdesk', name: 'x', organisation: '' },
    { role: 'counsellor', name: 'x', organisation: 'clinic' },
    { role: 'counsellor', name: 'x', organisation: 'clinic', people: 'all' },
    { role: 'counsellor', name: 'x', organisation: 'clinic', people: [7] },
  ];
  for (const actor of wrong) {
    assert.throws(() => actorOf(actor as Actor), { code: 'bad-request' }, JSON.stringify(actor));
  }
  assert.deepEqual(actorOf('ria'), administrator);
});
