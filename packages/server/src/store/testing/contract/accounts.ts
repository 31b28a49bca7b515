import assert from 'node:assert/strict';
import { recordAudit } from '../../../audit/record.ts';
import { findAccount, getAccount, insertAccount, setAccountState, setRememberFor } from '../../accounts/accounts.ts';
import { deleteAccount } from '../../accounts/delete-account.ts';
import { hasOtherHashes, setPasswordHash } from '../../accounts/passwords.ts';
import { pseudonymOf } from '../../audit.ts';
import { ConstraintError } from '../../database.ts';
import { insertInstallation } from '../../installations.ts';
import {
  countOrganisations,
  getOrganisation,
  listOrganisations,
  searchOrganisations,
  upsertOrganisation,
} from '../../organisations.ts';
import { enqueue } from '../../outbox.ts';
import { countUnspent, currentRecoveryCodes, replaceRecoveryCodes, spendRecoveryCode } from '../../recovery-codes.ts';
import { insertSession } from '../../sessions.ts';
import { type TestDatabase, testsOn } from '../databases.ts';
import { addAccount, addFactor, addFlow, addOrganisation, anAccount, anInstallation, aSession } from '../rows.ts';

const SIX = ['1', '2', '3', '4', '5', '6'].map((id) => ({ id, hash: `hash-${id}` }));

/** The tests of accounts, recovery codes and organisations. */
export function accountsContract(kind: TestDatabase): void {
  const it = testsOn(kind);

  it('R47 all spellings of a username are one account of its organisation', async ({ database }) => {
    const row = await addAccount(database, { username: 'Jo', username_key: 'jo' });
    await assert.rejects(
      database.write((tx) => insertAccount(tx, anAccount({ username: 'JO', username_key: 'jo' }))),
      ConstraintError,
    );
    await addAccount(database, { organisation_id: 'school', username_key: 'jo' });
    assert.deepEqual(await findAccount(database.read, 'clinic', 'jo'), row);
    assert.equal(await findAccount(database.read, 'clinic', 'JO'), undefined);
  });

  it('R64 the id of an account finds nothing in another organisation', async ({ database }) => {
    const row = await addAccount(database);
    assert.equal(await getAccount(database.read, 'school', row.id), undefined);
    assert.deepEqual(await getAccount(database.read, 'clinic', row.id), row);
  });

  it('R62 a rehash never overwrites a password that was changed meanwhile', async ({ database, clock }) => {
    const { id } = await addAccount(database, { password_hash: 'old', password_scheme: 'foreign' });
    const chosen = { hash: 'new', scheme: 'own.1' };
    const rehash = { hash: 'rehash', scheme: 'own.2' };
    assert.equal(await database.write((tx) => setPasswordHash(tx, id, chosen, clock())), true);
    assert.equal(await database.write((tx) => setPasswordHash(tx, id, rehash, clock() + 1, 'old')), false);
    const kept = await getAccount(database.read, 'clinic', id);
    assert.deepEqual([kept?.password_hash, kept?.password_scheme], ['new', 'own.1']);
    assert.equal(await database.write((tx) => setPasswordHash(tx, id, rehash, clock() + 1, 'new')), true);
    const stored = await getAccount(database.read, 'clinic', id);
    assert.deepEqual(
      [stored?.password_hash, stored?.password_scheme, stored?.password_changed_at],
      ['rehash', 'own.2', clock()],
    );
  });

  it('R54 other hashes of an organisation are found: without a scheme, foreign, or with other parameters', async (fixture) => {
    const { database } = fixture;
    const present = 'own.19456.2.1';
    const schemes: [string | null, boolean][] = [
      [null, true],
      ['foreign', true],
      ['own.19456.2.0', true],
      ['own.19456.3.1', true],
      [present, false],
    ];
    for (const [index, [scheme, other]] of schemes.entries()) {
      const organisation = `org-${index}`;
      await addAccount(database, { organisation_id: organisation, password_hash: 'x', password_scheme: present });
      // An account that is not activated has no hash, so its check has no other cost.
      await addAccount(database, { organisation_id: organisation });
      assert.equal(await hasOtherHashes(database.read, organisation, present), false);
      await addAccount(database, { organisation_id: organisation, password_hash: 'x', password_scheme: scheme });
      assert.equal(await hasOtherHashes(database.read, organisation, present), other, `scheme ${scheme}`);
    }
  });

  it('the state and the choice to remember devices are stored', async ({ database }) => {
    const { id } = await addAccount(database);
    assert.equal(await database.write((tx) => setAccountState(tx, id, 'disabled')), true);
    assert.equal(await database.write((tx) => setAccountState(tx, id, 'disabled')), false);
    await database.write((tx) => setRememberFor(tx, id, '3d'));
    const stored = await getAccount(database.read, 'clinic', id);
    assert.deepEqual([stored?.state, stored?.remember_for], ['disabled', '3d']);
  });

  it('R30 of 50 parallel uses of a recovery code exactly one succeeds, and the other five codes stay', async (fixture) => {
    const { database, openAnother, clock } = fixture;
    const set = { accountId: 'account', organisationId: 'clinic', setId: 's', salt: 'salt', codes: SIX, now: clock() };
    await database.write((tx) => replaceRecoveryCodes(tx, set));
    const instances = [database, await openAnother()];
    const results = await Promise.all(
      Array.from({ length: 50 }, (_, index) =>
        (instances[index % 2] ?? database).write((tx) => spendRecoveryCode(tx, '3', clock())),
      ),
    );
    assert.equal(results.filter((isSpent) => isSpent).length, 1);
    assert.equal(await countUnspent(database.read, 'account'), 5);
    const current = await currentRecoveryCodes(database.read, 'account');
    assert.deepEqual([current?.setId, current?.salt, current?.codes.length], ['s', 'salt', 6]);
    assert.deepEqual(current?.codes[2], { id: '3', hash: 'hash-3', spentAt: clock() });
  });

  it('R30 a new set of recovery codes invalidates the old one', async ({ database, clock }) => {
    const set = { accountId: 'account', organisationId: 'clinic', setId: 's', salt: 'salt', codes: SIX, now: clock() };
    await database.write((tx) => replaceRecoveryCodes(tx, set));
    const codes = [{ id: 'x', hash: 'hash-x' }];
    await database.write((tx) => replaceRecoveryCodes(tx, { ...set, setId: 't', codes }));
    assert.equal(await database.write((tx) => spendRecoveryCode(tx, '1', clock())), false);
    assert.equal((await currentRecoveryCodes(database.read, 'account'))?.setId, 't');
    assert.equal(await currentRecoveryCodes(database.read, 'another'), undefined);
  });

  it('R66 deleting an account leaves none of its rows and no link to its pseudonym', async (fixture) => {
    const { database, clock } = fixture;
    const { id } = await addAccount(database);
    const keep = await addAccount(database);
    for (const account_id of [id, keep.id]) {
      await addFactor(database, { account_id });
      await addFlow(database, { account_id });
      await database.write(async (tx) => {
        await insertSession(tx, aSession({ account_id }));
        await insertInstallation(tx, anInstallation({ account_id }));
        await recordAudit(tx, { at: clock(), event: 'login', result: 'ok', accountId: account_id });
        const message = { channel: 'mail', template: 'x', data: '{}', attempts: 0, sent_at: null } as const;
        const times = { created_at: clock(), send_after: clock() };
        await enqueue(tx, { id: `m-${account_id}`, organisation_id: 'clinic', account_id, ...message, ...times });
      });
    }
    const before = await database.write((tx) => pseudonymOf(tx, keep.id, () => 'unused'));
    assert.equal(await database.write((tx) => deleteAccount(tx, id)), true);
    for (const table of ['factors', 'flows', 'sessions', 'installations', 'outbox', 'pseudonyms'] as const) {
      const rows = await database.read.selectFrom(table).select('account_id').execute();
      assert.deepEqual(rows, [{ account_id: keep.id }], table);
    }
    const audit = await database.read.selectFrom('audit').select('pseudonym').orderBy('seq').execute();
    assert.equal(audit.length, 2);
    assert.equal(audit[1]?.pseudonym, before);
    assert.ok(!JSON.stringify(audit).includes(id));
  });

  it('organisations are found by any words of their names', async ({ database, clock }) => {
    const north = await addOrganisation(database, 'Kliniek Noord-Überlingen 100%');
    await addOrganisation(database, 'School Zuid');
    const find = async (query: string): Promise<string[]> =>
      (await searchOrganisations(database.read, query, { limit: 9 })).map((found) => found.name);
    assert.deepEqual(await find('noord KLINIEK'), [north.name]);
    assert.deepEqual(await find('uberling'), [north.name]);
    assert.deepEqual(await find('100%'), [north.name]);
    assert.deepEqual(await find('_'), []);
    assert.deepEqual(await find(''), [north.name, 'School Zuid']);
    await database.write((tx) => upsertOrganisation(tx, { ...north, name: 'Anders' }, clock()));
    assert.deepEqual(await find('noord'), []);
    assert.equal((await getOrganisation(database.read, north.id))?.name, 'Anders');
    assert.equal(await getOrganisation(database.read, 'none'), undefined);
    assert.equal(await countOrganisations(database.read), 2);
    assert.deepEqual(await listOrganisations(database.read, { limit: 1 }), [{ id: north.id, name: 'Anders' }]);
  });
}
