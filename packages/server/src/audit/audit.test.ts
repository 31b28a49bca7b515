import assert from 'node:assert/strict';
import { sql } from 'kysely';
import { ConstraintError, type Database } from '../store/database.ts';
import { type Fixture, withDatabases, withEachDatabase } from '../store/testing/databases.ts';
import { sealAudit } from './chain.ts';
import { recordAudit } from './record.ts';
import { type AuditVerdict, verifyAudit } from './verify.ts';

/* Threat: an attacker with access to the tables changes the audit, and this is not detected. */

async function record(database: Database, count: number, event = 'login'): Promise<void> {
  for (let index = 0; index < count; index++) {
    const flowId = `flow-${index}`;
    const detail = { attempt: index };
    await database.write((tx) =>
      recordAudit(tx, {
        at: index,
        event,
        result: 'ok',
        organisationId: 'clinic',
        accountId: 'account',
        flowId,
        detail,
      }),
    );
  }
}

const seal = (fixture: Fixture, holder = 'one'): Promise<number> =>
  sealAudit(fixture.database, fixture.clock(), { holder });

/** Runs a statement as an attacker who can drop triggers would. */
async function tamper({ database }: Fixture, statement: string): Promise<void> {
  await database.write(async (tx) => {
    if (database.dialect === 'postgres') await sql`alter table audit disable trigger user`.execute(tx);
    else for (const name of ['no_delete', 'sealed', 'content']) await sql.raw(`drop trigger audit_${name}`).execute(tx);
    await sql.raw(statement).execute(tx);
  });
}

async function breakAt(fixture: Fixture, statement: string): Promise<Pick<AuditVerdict, 'brokenAt' | 'reason' | 'ok'>> {
  await record(fixture.database, 5);
  await seal(fixture);
  assert.equal((await verifyAudit(fixture.database)).ok, true);
  await tamper(fixture, statement);
  const { ok, brokenAt, reason } = await verifyAudit(fixture.database);
  return { ok, ...(brokenAt === undefined ? {} : { brokenAt }), ...(reason === undefined ? {} : { reason }) };
}

withDatabases('R81: entries are sealed into one chain in the order of their insertion', async (fixture) => {
  await record(fixture.database, 3);
  assert.deepEqual(await verifyAudit(fixture.database), { ok: true, checked: 0, unsealed: 3 });
  assert.equal(await seal(fixture), 3);
  await record(fixture.database, 2);
  assert.equal(await seal(fixture), 2);
  assert.equal(await seal(fixture), 0);
  const verdict = await verifyAudit(fixture.database);
  assert.deepEqual([verdict.ok, verdict.checked, verdict.unsealed, verdict.head?.index], [true, 5, 0, 5]);
  const rows = await fixture.database.read
    .selectFrom('audit')
    .select(['chain_index', 'flow_id'])
    .orderBy('seq')
    .execute();
  assert.deepEqual(
    rows.map((row) => row.chain_index),
    [1, 2, 3, 4, 5],
  );
});

withDatabases('R81: a changed entry is detected', async (fixture) => {
  assert.deepEqual(await breakAt(fixture, `update audit set result = 'refused' where chain_index = 3`), {
    ok: false,
    brokenAt: 3,
    reason: 'changed',
  });
});

withDatabases('R81: a removed entry is detected', async (fixture) => {
  assert.deepEqual(await breakAt(fixture, 'delete from audit where chain_index = 2'), {
    ok: false,
    brokenAt: 2,
    reason: 'missing',
  });
});

withDatabases('R81: an inserted entry is detected, even if all later places are shifted', async (fixture) => {
  const inserted = `update audit set chain_index = -chain_index where chain_index >= 3;
    update audit set chain_index = 1 - chain_index where chain_index < 0;
    insert into audit (id, at, event, result, chain_index, previous_hash, hash)
      select 'forged', 2, 'login', 'ok', 3, previous_hash, 'made up' from audit where chain_index = 4;
    update audit_head set chain_index = 6`;
  await record(fixture.database, 5);
  await seal(fixture);
  await tamper(fixture, 'select 1');
  for (const statement of inserted.split(';')) {
    await fixture.database.write((tx) => sql.raw(statement).execute(tx));
  }
  const verdict = await verifyAudit(fixture.database);
  assert.deepEqual([verdict.ok, verdict.brokenAt, verdict.reason], [false, 3, 'changed']);
});

withDatabases('R81: an entry that is added beyond the head is detected', async (fixture) => {
  const forged = `insert into audit (id, at, event, result, chain_index, previous_hash, hash)
    select 'forged', 9, 'login', 'ok', 6, hash, 'made up' from audit where chain_index = 5`;
  assert.deepEqual(await breakAt(fixture, forged), { ok: false, brokenAt: 6, reason: 'beyond-the-head' });
});

withDatabases('R81: swapped entries are detected', async (fixture) => {
  const swapped = `update audit set chain_index = case chain_index when 2 then 300 else 200 end where chain_index in (2, 3)`;
  await record(fixture.database, 5);
  await seal(fixture);
  await tamper(fixture, swapped);
  await fixture.database.write((tx) =>
    sql.raw('update audit set chain_index = chain_index / 100 where chain_index >= 200').execute(tx),
  );
  const verdict = await verifyAudit(fixture.database);
  assert.deepEqual([verdict.ok, verdict.brokenAt, verdict.reason], [false, 2, 'reordered']);
});

withDatabases('R81: the head record reveals a truncated chain', async (fixture) => {
  assert.deepEqual(await breakAt(fixture, 'delete from audit where chain_index >= 4'), {
    ok: false,
    brokenAt: 4,
    reason: 'truncated',
  });
});

withDatabases('R81: a head that was kept elsewhere reveals a rebuilt chain', async (fixture) => {
  await record(fixture.database, 3);
  await seal(fixture);
  const { head } = await verifyAudit(fixture.database);
  assert.ok(head);
  await record(fixture.database, 1);
  await seal(fixture);
  assert.equal((await verifyAudit(fixture.database, { anchor: head })).ok, true);
  await tamper(fixture, 'delete from audit');
  await fixture.database.write((tx) => tx.deleteFrom('audit_head').execute());
  assert.equal((await verifyAudit(fixture.database, { anchor: head })).reason, 'truncated');
  await record(fixture.database, 4, 'logout');
  fixture.clock.advance(60_000);
  await seal(fixture);
  assert.equal((await verifyAudit(fixture.database)).ok, true);
  const verdict = await verifyAudit(fixture.database, { anchor: head });
  assert.deepEqual([verdict.ok, verdict.reason], [false, 'not-the-anchor']);
});

withDatabases('R81: the tables refuse to change, remove or reseal an entry', async ({ database, clock }) => {
  await record(database, 2);
  await sealAudit(database, clock(), { holder: 'one' });
  await record(database, 1);
  const refused = [
    `update audit set result = 'refused' where chain_index = 1`,
    `update audit set detail = null where chain_index is null`,
    'delete from audit where chain_index = 2',
    'delete from audit where chain_index is null',
    'update audit set chain_index = 9 where chain_index = 2',
    ...(database.dialect === 'postgres' ? ['truncate audit'] : []),
  ];
  for (const statement of refused) {
    await assert.rejects(
      database.write((tx) => sql.raw(statement).execute(tx)),
      ConstraintError,
      statement,
    );
  }
  assert.deepEqual((await verifyAudit(database)).checked, 2);
});

withEachDatabase('R81: instances that seal at the same time make one chain', async (fixture) => {
  const { database, clock } = fixture;
  const other = await fixture.openAnother();
  await record(database, 20);
  for (let round = 0; round < 5; round++) {
    await Promise.all([
      sealAudit(database, clock(), { holder: 'one' }),
      sealAudit(other, clock(), { holder: 'two' }),
      // The same holder twice: the lease admits both, and the conditional update of the head prevents a fork.
      sealAudit(other, clock(), { holder: 'two' }),
      record(database, 3),
      record(other, 3),
    ]);
    clock.advance(60_000);
  }
  await seal(fixture);
  const verdict = await verifyAudit(database);
  assert.deepEqual([verdict.ok, verdict.checked, verdict.unsealed], [true, 50, 0]);
});

withDatabases('R81: more entries than fit in one transaction or page make one chain', async (fixture) => {
  await fixture.database.write(async (tx) => {
    for (let index = 0; index < 1001; index++) await recordAudit(tx, { at: index, event: 'login', result: 'ok' });
  });
  assert.equal(await seal(fixture), 1001);
  const verdict = await verifyAudit(fixture.database);
  assert.deepEqual([verdict.ok, verdict.checked], [true, 1001]);
});

withDatabases('R81: an account has a pseudonym from its first entry on', async ({ database }) => {
  await record(database, 2);
  await database.write((tx) => recordAudit(tx, { at: 1, event: 'login', result: 'refused', accountId: 'another' }));
  const rows = await database.read.selectFrom('audit').selectAll().orderBy('seq').execute();
  assert.ok(!JSON.stringify(rows).includes('another'));
  assert.equal(rows[0]?.pseudonym, rows[1]?.pseudonym);
  assert.notEqual(rows[0]?.pseudonym, rows[2]?.pseudonym);
  assert.match(rows[2]?.pseudonym ?? '', /^[\w-]{22}$/);
});

withDatabases('R81: an entry is rolled back with the transaction of its event', async ({ database }) => {
  await assert.rejects(
    database.write(async (tx) => {
      await recordAudit(tx, { at: 1, event: 'login', result: 'ok' });
      throw new Error('the login failed');
    }),
  );
  assert.equal((await verifyAudit(database)).unsealed, 0);
});
