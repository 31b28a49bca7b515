import assert from 'node:assert/strict';
import { sql } from 'kysely';
import { parseKeyring } from '../crypto/keyring.ts';
import { openTotp } from '../factors/totp/factor.ts';
import { World } from '../flow/testing/world.ts';
import { activeFactors } from './factors/factors.ts';
import { findFlow } from './flows.ts';
import { factorData } from './migrations/0013-factor-data.ts';
import { type Fixture, withEachDatabase } from './testing/databases.ts';

/*
 * Threat: an upgrade locks users out. Rows of the previous version are not read, or flows that are open during the
 * upgrade end. Servers of the previous version run until all are replaced, and can't read what a new server writes.
 */

/** Changes the factors table back to its structure in schema version 12, and keeps its rows. */
async function downgrade({ database }: Fixture): Promise<void> {
  await database.write(async (tx) => {
    for (const statement of [
      'drop index factors_external',
      'alter table factors drop column data',
      'alter table factors drop column external_id',
    ]) {
      await sql.raw(statement).execute(tx);
    }
  });
}

/** The fact `has` of a flow, in the form that the previous version reads and writes. */
async function hasOf({ database }: Fixture, id: string): Promise<Record<string, unknown>> {
  return JSON.parse((await findFlow(database.read, id))?.facts ?? '{}').has;
}

withEachDatabase('a factor and an open flow of the previous version survive the migration', async (fixture) => {
  const world = new World(fixture.database, fixture.clock);
  await world.organisation();
  const ada = await world.user();
  const browser = world.browser();
  await browser.password(ada);
  const id = browser.flow?.id ?? '';
  await downgrade(fixture);
  const row = await findFlow(fixture.database.read, id);
  const facts = JSON.parse(row?.facts ?? '{}');
  facts.has = { totp: true, disabled: false, recoveryCodes: 0 };
  await fixture.database.write((tx) =>
    tx
      .updateTable('flows')
      .set({ facts: JSON.stringify(facts) })
      .where('id', '=', id)
      .execute(),
  );

  await fixture.database.write((tx) => factorData.up(tx, fixture.database.dialect));
  const [factor] = await activeFactors(fixture.database.read, ada.id);
  assert.deepEqual([factor?.data, factor?.external_id], [null, null]);
  assert.equal((await browser.code(world.code(ada))).flow.step.type, 'done');
  const renewed = await world.admin.rotateKey({ actor: { role: 'administrator', name: 'root' }, reason: 'test' });
  assert.deepEqual([renewed.rotated, renewed.failed], [0, []]);
});

withEachDatabase(
  'a server of the previous version can read and write the same database as this version',
  async (fixture) => {
    const world = new World(fixture.database, fixture.clock);
    await world.organisation();
    const ada = await world.user();
    const bob = await world.user({ username: 'bob', without: 'totp' });
    // The previous version reads what this version wrote: the secret is sealed in the same way, and a flow has the
    // member `totp`.
    const [written] = await activeFactors(fixture.database.read, ada.id);
    assert.ok(written);
    const binding = ['totp', written.organisation_id, written.account_id, written.id];
    assert.deepEqual(Buffer.from(world.keyring.open(written.secret, binding)), Buffer.from(ada.secret));
    const browser = world.browser();
    await browser.password(ada);
    const id = browser.flow?.id ?? '';
    assert.deepEqual(await hasOf(fixture, id), { active: { totp: 1 }, disabled: false, recoveryCodes: 0, totp: true });

    // The previous version writes a row and facts in its own form.
    const row = { id: 'from-previous-version', account_id: bob.id, organisation_id: bob.organisation };
    const secret = world.keyring.seal(bob.secret, ['totp', bob.organisation, bob.id, row.id]);
    await fixture.database.write((tx) =>
      sql`insert into factors (id, account_id, organisation_id, method, name, secret, state, last_step, created_at,
      last_used_at, ended_at) values (${row.id}, ${bob.id}, ${bob.organisation}, 'totp', 'Phone', ${secret}, 'active',
      -1, 0, null, null)`.execute(tx),
    );
    assert.equal((await world.browser().login(bob)).flow.step.type, 'done');
    const facts = JSON.parse((await findFlow(fixture.database.read, id))?.facts ?? '{}');
    facts.has = { ...facts.has, totp: false, disabled: true };
    await fixture.database.write((tx) =>
      tx
        .updateTable('flows')
        .set({ facts: JSON.stringify(facts) })
        .where('id', '=', id)
        .execute(),
    );
    assert.equal((await browser.step()).type, 'locked', 'the facts that the previous version wrote last apply');
  },
);

withEachDatabase(
  'codes still work after a key rotation by the previous version, which does not change the new column',
  async (fixture) => {
    const world = new World(fixture.database, fixture.clock);
    await world.organisation();
    const ada = await world.user();
    const [row] = await activeFactors(fixture.database.read, ada.id);
    assert.ok(row?.data);
    const fresh = parseKeyring(`fresh:${Buffer.alloc(32, 8).toString('base64')}`);
    const binding = ['totp', row.organisation_id, row.account_id, row.id];
    const rotated = { ...row, secret: fresh.seal(ada.secret, binding) };
    assert.deepEqual(Buffer.from(openTotp(rotated, fresh)), Buffer.from(ada.secret));
  },
);
