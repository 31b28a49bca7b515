import assert from 'node:assert/strict';
import { type Fixture, withDatabases, withEachDatabase } from '../../store/testing/databases.ts';
import { sweep } from '../../store/upkeep/sweep.ts';
import { createAdmin } from '../admin.ts';
import { DESK, type Desk, openDesk } from '../testing/desk.ts';
import { AdminError } from './admin-error.ts';
import type { Actor } from './roles.ts';

/*
 * Threat: one helper starts a new password for a user, also resets the second factor, and logs in as that user (R83).
 * The helper may do so in either order, with another spelling of the name or another role, or by two concurrent calls.
 */

const DAY = 24 * 3_600_000;
const REASON = 'called, known by voice';
const hans: Actor = { role: 'helpdesk', name: 'Hans Weiß', organisation: 'clinic' };
const other: Actor = { role: 'helpdesk', name: 'olga', organisation: 'clinic' };

type Act = readonly [verb: 'resetPassword' | 'resetFactors' | 'issueCode' | 'letter', more: object];
const passwordActs: readonly Act[] = [
  ['resetPassword', { by: 'code' }],
  ['resetPassword', { by: 'letter' }],
];
const factorActs: readonly Act[] = [
  ['issueCode', {}],
  ['resetFactors', {}],
];

async function withUser(fixture: Fixture, username: string, given: object = {}): Promise<Desk> {
  const desk = await openDesk(fixture);
  await addUser(desk, username, given);
  return desk;
}

const addUser = ({ admin }: Desk, username: string, given: object = {}) =>
  admin.addUser({
    ...DESK,
    ...{ organisation: 'clinic', username, password: 'twee stappen naar rust' },
    ...{ totpSecret: 'JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP' },
    ...given,
  });

async function does({ admin }: Pick<Desk, 'admin'>, actor: Actor, account: string, [verb, more]: Act): Promise<string> {
  const work = admin[verb] as (request: object) => Promise<unknown>;
  const target = verb === 'letter' ? { accounts: [account] } : { account };
  try {
    await work({ actor, reason: REASON, organisation: 'clinic', ...target, ...more });
    return 'done';
  } catch (error) {
    assert.ok(error instanceof AdminError, String(error));
    return `${error.code}: ${error.message}`;
  }
}

const REFUSED =
  /^not-allowed: The actor "Hans Weiß" .* within the last seven days: ask another helper or administrator/;

withDatabases(
  'R83: an actor that started a new password cannot replace a factor of that account, and the reverse',
  async (fixture) => {
    const desk = await openDesk(fixture);
    const pairs = passwordActs.flatMap((one) =>
      factorActs.flatMap((two) => [[one, two] as const, [two, one] as const]),
    );
    for (const [index, [first, second]] of pairs.entries()) {
      // After a reset of the factors, no actor can start a new password, because there is no proof left to require.
      if (first[0] === 'resetFactors') continue;
      const user = `user-${index}`;
      await addUser(desk, user);
      assert.equal(await does(desk, hans, user, first), 'done');
      assert.match(await does(desk, hans, user, second), REFUSED, `${first[0]}, ${second[0]}`);
      assert.equal(await does(desk, hans, user, first), 'done', 'the same act may be repeated');
      assert.equal(await does(desk, other, user, second), 'done', 'another helper may do it');
    }
    const rows = await fixture.database.read
      .selectFrom('audit')
      .selectAll()
      .where('result', '=', 'not-allowed')
      .execute();
    assert.equal(rows.length, 6);
    for (const row of rows) {
      assert.ok(row.pseudonym, 'the refusal names the account');
      assert.deepEqual(JSON.parse(row.detail ?? ''), { actor: hans.name, role: 'helpdesk', reason: REASON });
    }
  },
);

withDatabases(
  'R83: after resetFactors and a new app, the same actor cannot start a new password for seven days',
  async (fixture) => {
    const desk = await withUser(fixture, 'jo');
    assert.equal(await does(desk, hans, 'jo', ['resetFactors', {}]), 'done');
    await fixture.database.write((tx) => tx.updateTable('factors').set({ state: 'active' }).execute());
    for (const act of passwordActs) assert.match(await does(desk, hans, 'jo', act), REFUSED);
    assert.equal(await does(desk, other, 'jo', ['resetPassword', { by: 'code' }]), 'done');
  },
);

withDatabases(
  'R83: another spelling or role is the same actor; another account or a time after seven days is allowed',
  async (fixture) => {
    const desk = await withUser(fixture, 'jo');
    await addUser(desk, 'kim');
    assert.equal(await does(desk, hans, 'jo', ['resetPassword', { by: 'code' }]), 'done');
    const { id } = await desk.admin.find({ ...DESK, organisation: 'clinic', account: 'jo' });
    const same: Actor[] = [
      { role: 'helpdesk', name: '  HANS  WEISS ', organisation: 'clinic' },
      { role: 'administrator', name: 'hans weiß' },
      { role: 'counsellor', name: 'Ｈans Weiß', organisation: 'clinic', people: [id] },
    ];
    for (const actor of same)
      assert.match(await does(desk, actor, 'jo', ['issueCode', {}]), /^not-allowed/, actor.name);
    assert.equal(await does(desk, hans, 'kim', ['issueCode', {}]), 'done');
    fixture.clock.advance(7 * DAY);
    await sweep(fixture.database, fixture.clock());
    assert.match(await does(desk, hans, 'jo', ['resetFactors', {}]), REFUSED);
    fixture.clock.advance(1);
    await sweep(fixture.database, fixture.clock());
    assert.deepEqual(await fixture.database.read.selectFrom('desk_acts').select('verb').execute(), []);
    assert.equal(await does(desk, hans, 'jo', ['resetFactors', {}]), 'done');
  },
);

withEachDatabase('R83: of two concurrent acts of one actor on two instances, one is refused', async (fixture) => {
  const desk = await openDesk(fixture);
  const otherInstance = { admin: createAdmin({ ...desk.deps, database: await fixture.openAnother() }) };
  for (let round = 0; round < 8; round += 1) {
    const user = `user-${round}`;
    await addUser(desk, user);
    const [one, two] = round % 2 ? [desk, otherInstance] : [otherInstance, desk];
    const outcomes: string[] = await Promise.all([
      does(one, hans, user, ['resetPassword', { by: round % 4 < 2 ? 'code' : 'letter' }]),
      does(two, hans, user, [round % 3 ? 'resetFactors' : 'issueCode', {}]),
    ]);
    assert.equal(outcomes.filter((outcome) => outcome === 'done').length, 1, outcomes.join('\n'));
  }
});

// An imported account has an authenticator but no password yet, so a letter counts as a new password.
withDatabases(
  'R83: an activation letter counts as a new password only if the account already has a factor',
  async (fixture) => {
    const desk = await withUser(fixture, 'jo', { password: undefined });
    await addUser(desk, 'kim', { password: undefined, totpSecret: undefined });
    for (const user of ['jo', 'kim']) {
      assert.equal(await does(desk, hans, user, ['letter', {}]), 'done');
      assert.equal((await does(desk, hans, user, ['resetFactors', {}])) === 'done', user === 'kim');
    }
    assert.match(await does(desk, hans, 'kim', ['letter', {}]), REFUSED, 'no letter after the reset');
  },
);

withDatabases('R66: the recorded acts on an account are deleted with the account', async (fixture) => {
  const desk = await withUser(fixture, 'jo');
  await does(desk, hans, 'jo', ['resetPassword', { by: 'code' }]);
  await desk.admin.deleteUser({ ...DESK, organisation: 'clinic', account: 'jo' });
  for (const table of ['desk_acts', 'password_codes'] as const) {
    assert.deepEqual(await fixture.database.read.selectFrom(table).select('id').execute(), [], table);
  }
});
