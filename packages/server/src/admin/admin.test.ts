import assert from 'node:assert/strict';
import { passwordOf } from '../accounts/password-hash.ts';
import { openTotp } from '../factors/totp/factor.ts';
import { encodeSecret } from '../factors/totp/secret.ts';
import { codeKey, knownDeviceKey, passwordKey, recoveryKey } from '../locks/locks.ts';
import { getAccount } from '../store/accounts/accounts.ts';
import { countAttempt, getCounter } from '../store/counters.ts';
import type { Database } from '../store/database.ts';
import { deviceOf, insertBrowser, upsertDevice } from '../store/devices.ts';
import { recentlyReplacedFactors } from '../store/factors/end-factors.ts';
import { activeFactors, insertFactor } from '../store/factors/factors.ts';
import { findFlow } from '../store/flows.ts';
import { currentRecoveryCodes } from '../store/recovery-codes.ts';
import { insertSession } from '../store/sessions.ts';
import { withDatabases } from '../store/testing/databases.ts';
import { aBrowser, aDevice, addFlow, aSession } from '../store/testing/rows.ts';
import { AdminError } from './request/admin-error.ts';
import { DESK, type Desk, FIRST_KEY, openDesk, SECOND_KEY } from './testing/desk.ts';

/*
 * Threats: a help desk that reaches another organisation, sees a secret, leaves no trace in the audit, or gives a
 * stranger more guesses.
 */

const SECRET = 'JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP';
const CODES = [
  'C6EP-34WK-5DM3',
  'ZJ83-4FF4-94KF',
  '3WM5-9PPM-3MME',
  '393K-X6BF-6K5M',
  'BKWQ-75MM-P8D5',
  'KR4M-3N8H-QKFT',
];

const addJo = ({ admin }: Desk): Promise<{ id: string; username: string; factorId?: string }> =>
  admin.addUser({
    ...DESK,
    organisation: 'clinic',
    username: 'Jo',
    name: 'Jo Visser',
    password: 'twee stappen naar rust',
    totpSecret: SECRET,
    recoveryCodes: CODES,
  });

const jo = { ...DESK, organisation: 'clinic', account: 'jo' };

/** Adds a session, a remembered device and an open flow to an account. */
async function addAccess(database: Database, accountId: string): Promise<{ browserId: string; flowId: string }> {
  const browser = aBrowser();
  await database.write(async (tx) => {
    await insertSession(tx, aSession({ account_id: accountId }));
    await insertBrowser(tx, browser);
    const remembered_until = aDevice().created_at + 1000;
    await upsertDevice(tx, aDevice({ id: 'device', browser_id: browser.id, account_id: accountId, remembered_until }));
  });
  const flow = await addFlow(database, { account_id: accountId });
  return { browserId: browser.id, flowId: flow.id };
}

async function accessOf(database: Database, accountId: string, where: { browserId: string; flowId: string }) {
  const sessions = await database.read.selectFrom('sessions').selectAll().where('account_id', '=', accountId).execute();
  const device = await deviceOf(database.read, where.browserId, accountId);
  const flow = await findFlow(database.read, where.flowId);
  const isKnown = device !== undefined;
  return {
    session: sessions.length > 0,
    device: isKnown && device.remembered_until !== null,
    isKnown,
    flow: flow?.ended_at === null,
  };
}

function refusedAs(code: AdminError['code']): (error: Error) => boolean {
  return (error) => {
    assert.ok(error instanceof AdminError, String(error));
    assert.equal(error.code, code);
    assert.ok(!error.message.includes('\n'));
    return true;
  };
}

withDatabases('a user is added with existing credentials', async (fixture) => {
  const desk = await openDesk(fixture);
  const { id, factorId } = await addJo(desk);
  const account = await getAccount(fixture.database.read, 'clinic', id);
  assert.deepEqual([account?.username, account?.username_key, account?.name], ['Jo', 'jo', 'Jo Visser']);
  const stored = account && passwordOf(account);
  assert.ok(stored);
  assert.deepEqual(await desk.deps.hasher.verify(stored, 'twee stappen naar rust'), { ok: true, rehash: false });
  const [factor] = await activeFactors(fixture.database.read, id);
  assert.ok(factor && factor.id === factorId);
  assert.equal(encodeSecret(openTotp(factor, desk.keyring)), SECRET);
  assert.equal((await currentRecoveryCodes(fixture.database.read, id))?.codes.length, 6);
  await assert.rejects(addJo(desk), refusedAs('taken'));
});

withDatabases('a value of a new user that an account has already is named', async (fixture) => {
  const { admin } = await openDesk(fixture);
  const add = (username: string, externalId: string): Promise<string> =>
    admin.addUser({ ...DESK, organisation: 'clinic', username, externalId }).then(
      () => 'added',
      (error: AdminError) => [error.code, ...error.faults.map(({ column }) => column)].join(' '),
    );
  assert.deepEqual(
    [await add('ada', '7'), await add('ADA', '8'), await add('bob', '7'), await add('bob', '8')],
    ['added', 'taken username', 'taken externalId', 'added'],
  );
});

withDatabases('R58: an invalid user is refused with every fault', async (fixture) => {
  const { admin } = await openDesk(fixture);
  const wrong = admin.addUser({
    ...DESK,
    organisation: 'school',
    username: 'no address',
    name: 'Jo\u202e',
    email: 'also none',
    password: 'short',
    passwordHash: 'x',
    totpSecret: '1',
    recoveryCodes: ['AAAA'],
  });
  await assert.rejects(wrong, (error: Error) => {
    assert.ok(error instanceof AdminError);
    const columns = ['username', 'name', 'email', 'password', 'passwordHash', 'totpSecret', 'recoveryCodes'];
    assert.deepEqual(
      error.faults.map((fault) => fault.column),
      columns,
    );
    return true;
  });
  const bad = { ...DESK, organisation: 'clinic', username: 'x', password: 'zomer bij de Clinic om acht' };
  await assert.rejects(admin.addUser(bad), /organisation's name/);
});

withDatabases('R83: find shows the state of an account, and no secret', async (fixture) => {
  const desk = await openDesk(fixture);
  const { id } = await addJo(desk);
  await addAccess(fixture.database, id);
  const found = await desk.admin.find({ ...jo, account: id });
  assert.deepEqual(found, await desk.admin.find({ ...jo, account: ' JO ' }));
  assert.deepEqual(
    [found.username, found.state, found.hasPassword, found.recoveryCodesLeft, found.sessions, found.devices],
    ['Jo', 'active', true, 6, 1, 1],
  );
  const none = { soft: 0, hard: 0 };
  assert.deepEqual(found.locks, { password: none, codes: none, recoveryCodes: none });
  assert.doesNotMatch(JSON.stringify(found), /argon2|v1\.first|secret|hash"|JBSW/);
});

withDatabases('R64 R83: no verb reaches an account of another organisation', async (fixture) => {
  const desk = await openDesk(fixture);
  const { id } = await addJo(desk);
  const { admin } = desk;
  const elsewhere = { ...DESK, organisation: 'school', account: id };
  for (const verb of ['find', 'unlock', 'resetFactors', 'endSessions', 'disable', 'enable', 'deleteUser'] as const) {
    await assert.rejects(admin[verb](elsewhere), refusedAs('unknown-account'), verb);
    await assert.rejects(admin[verb]({ ...elsewhere, organisation: 'none' }), refusedAs('unknown-organisation'), verb);
  }
  assert.equal((await activeFactors(fixture.database.read, id)).length, 1);
});

withDatabases('R83: every verb requires actor and reason, and is recorded in the audit', async (fixture) => {
  const desk = await openDesk(fixture);
  const { admin } = desk;
  await addJo(desk);
  const verbs = ['find', 'unlock', 'resetFactors', 'endSessions', 'disable', 'enable'] as const;
  for (const verb of verbs) {
    const actor = (name: string) => ({ actor: { role: 'administrator', name } as const });
    for (const lacking of [{ reason: '' }, { reason: 'two\nlines' }, actor(' '), actor('x'.repeat(501))]) {
      await assert.rejects(admin[verb]({ ...jo, ...lacking }), refusedAs('bad-request'), verb);
    }
    await admin[verb](jo);
  }
  const rows = await fixture.database.read.selectFrom('audit').selectAll().orderBy('seq').execute();
  assert.deepEqual(
    rows.map((row) => row.event),
    ['add-person', 'find', 'unlock', 'reset-factors', 'end-sessions', 'disable', 'enable'].map(
      (name) => `admin-${name}`,
    ),
  );
  const pseudonyms = new Set(rows.map((row) => row.pseudonym));
  assert.equal(pseudonyms.size, 1);
  for (const row of rows) {
    const detail = JSON.parse(row.detail ?? '') as Record<string, unknown>;
    const recorded = { actor: DESK.actor.name, role: 'administrator', reason: DESK.reason };
    assert.partialDeepStrictEqual(
      { ...detail, organisation: row.organisation_id },
      { ...recorded, organisation: 'clinic' },
    );
  }
  assert.doesNotMatch(JSON.stringify(rows), /Visser|JBSW|C6EP/);
});

withDatabases('R42: unlock lifts the soft locks but never the hard counters', async (fixture) => {
  const { database, clock } = fixture;
  const desk = await openDesk(fixture);
  const { id } = await addJo(desk);
  await addAccess(database, id);
  const keys = [passwordKey('clinic', 'jo'), codeKey(id), recoveryKey(id), knownDeviceKey(id, 'device')];
  for (const key of keys) {
    for (let count = 0; count < 10; count++) {
      const wait = { first: 60_000, max: 60_000 };
      await database.write((tx) => countAttempt(tx, { key, now: clock(), softLimit: 10, wait }));
    }
  }
  const found = await desk.admin.find(jo);
  assert.equal(found.locks.password.lockedUntil, new Date(clock() + 60_000).toISOString());
  assert.deepEqual(await desk.admin.unlock(jo), { id, lifted: 4, remaining: [] });
  for (const key of keys) {
    const counter = await getCounter(database.read, key);
    assert.deepEqual([counter?.soft, counter?.hard, counter?.locked_until], [0, 10, 0]);
  }
  assert.deepEqual(await desk.admin.unlock(jo), { id, lifted: 0, remaining: [] });
  const mails = await database.read.selectFrom('outbox').select('template').execute();
  assert.deepEqual(mails, [{ template: 'unlocked' }]);
});

withDatabases(
  'R34 R39: a factor reset ends factors, codes, sessions, remembered devices and open flows',
  async (fixture) => {
    const { database } = fixture;
    const desk = await openDesk(fixture);
    const { id } = await addJo(desk);
    const where = await addAccess(database, id);
    const [active] = await activeFactors(database.read, id);
    assert.ok(active);
    await database.write((tx) => insertFactor(tx, { ...active, id: 'disabled', state: 'disabled' }));
    const counts = { sessions: 1, devices: 1, installations: 0, flows: 1 };
    assert.deepEqual(await desk.admin.resetFactors({ ...jo, as: 'lost' }), {
      id,
      factors: 2,
      recoveryCodes: 6,
      ...counts,
    });
    assert.deepEqual(await accessOf(database, id, where), {
      session: false,
      device: false,
      isKnown: true,
      flow: false,
    });
    assert.deepEqual(await activeFactors(database.read, id), []);
    assert.equal(await currentRecoveryCodes(database.read, id), undefined);
    const rows = await database.read.selectFrom('factors').select(['state', 'secret']).execute();
    assert.deepEqual(rows, [
      { state: 'lost', secret: '' },
      { state: 'lost', secret: '' },
    ]);
    const mails = await database.read.selectFrom('outbox').select('template').execute();
    assert.deepEqual(mails, [{ template: 'factors-reset' }]);
  },
);

// Threat: unlock reports that the lock was lifted, but the user still can't log in and the help desk does not know why.
withDatabases('R91 R42: unlock reports the hard caps that it does not lift, and find shows them', async (fixture) => {
  const { database, clock } = fixture;
  const desk = await openDesk(fixture);
  const { id } = await addJo(desk);
  const caps = [
    ['password-cap', passwordKey('clinic', 'jo')],
    ['code-cap', codeKey(id)],
    ['recovery-cap', recoveryKey(id)],
  ] as const;
  const reached: string[] = [];
  for (const [cap, key] of caps) {
    for (let tried = 0; tried < 100; tried += 1) {
      const attempt = { key, now: clock(), softLimit: 1000, hardLimit: 100, wait: { first: 1, max: 1 } };
      if (tried === 99) assert.deepEqual((await desk.admin.unlock(jo)).remaining, reached, cap);
      await database.write((tx) => countAttempt(tx, attempt));
    }
    reached.push(cap);
    assert.deepEqual((await desk.admin.unlock(jo)).remaining, reached);
  }
  const { locks } = await desk.admin.find(jo);
  assert.deepEqual(
    Object.values(locks).map(({ hard, capped }) => [hard, capped]),
    Array(3).fill([100, true]),
  );
});

withDatabases(
  'R16: after a factor reset, old codes are still recognised, unless the phone was lost',
  async (fixture) => {
    const { database, clock } = fixture;
    const desk = await openDesk(fixture);
    const { id } = await addJo(desk);
    await desk.admin.resetFactors(jo);
    assert.equal((await recentlyReplacedFactors(database.read, id, { method: 'totp', since: clock() })).length, 1);
  },
);

withDatabases('R71: disabling ends all access immediately, and enabling restores only the login', async (fixture) => {
  const { database } = fixture;
  const desk = await openDesk(fixture);
  const { id } = await addJo(desk);
  const where = await addAccess(database, id);
  assert.deepEqual(await desk.admin.disable(jo), {
    id,
    changed: true,
    sessions: 1,
    devices: 1,
    installations: 0,
    flows: 1,
  });
  assert.deepEqual(await accessOf(database, id, where), { session: false, device: false, isKnown: false, flow: false });
  assert.equal((await getAccount(database.read, 'clinic', id))?.state, 'disabled');
  assert.deepEqual(await desk.admin.enable(jo), { id, changed: true });
  assert.deepEqual(await desk.admin.enable(jo), { id, changed: false });
  assert.equal((await activeFactors(database.read, id)).length, 1);
});

withDatabases('R66: a deleted user leaves only audit events without a link to the user', async (fixture) => {
  const { database, clock } = fixture;
  const desk = await openDesk(fixture);
  const { id } = await addJo(desk);
  await addAccess(database, id);
  for (const key of [passwordKey('clinic', 'jo'), codeKey(id), knownDeviceKey(id, 'device')]) {
    const attempt = { key, now: clock(), softLimit: 10, wait: { first: 1, max: 1 } };
    await database.write((tx) => countAttempt(tx, attempt));
  }
  await desk.admin.issueCode(jo);
  assert.deepEqual(await desk.admin.deleteUser(jo), { id });
  const tables = [
    'accounts',
    'factors',
    'recovery_codes',
    'desk_codes',
    'outbox',
    'counters',
    'flows',
    'sessions',
    'browsers',
    'devices',
  ] as const;
  for (const table of [...tables, 'pseudonyms' as const]) {
    const { rows } = await database.read
      .selectFrom(table)
      .select((eb) => eb.fn.countAll<number>().as('rows'))
      .executeTakeFirstOrThrow();
    assert.equal(rows, 0, table);
  }
  const audit = await database.read.selectFrom('audit').selectAll().execute();
  assert.equal(audit.length, 3);
  assert.ok(!JSON.stringify(audit).includes(id));
});

withDatabases('endSessions keeps the remembered devices', async (fixture) => {
  const desk = await openDesk(fixture);
  const { id } = await addJo(desk);
  const where = await addAccess(fixture.database, id);
  assert.deepEqual(await desk.admin.endSessions(jo), { id, sessions: 1 });
  const left = { session: false, device: true, isKnown: true, flow: true };
  assert.deepEqual(await accessOf(fixture.database, id, where), left);
});

withDatabases('an organisation is added once and updated after that', async (fixture) => {
  const { admin } = await openDesk(fixture);
  const add = (name: string) => admin.addOrganisation({ ...DESK, organisation: { id: 'new', name } });
  assert.deepEqual([(await add('New')).added, (await add('Newer')).added], [true, false]);
  await assert.rejects(add(''), /name/);
  await assert.rejects(admin.addOrganisation({ ...DESK, organisation: { id: 'New!' } }), refusedAs('bad-request'));
});

withDatabases('R60: after a key rotation, every secret can be decrypted with only the new key', async (fixture) => {
  const old = await openDesk(fixture);
  const { id } = await addJo(old);
  const lines = Array.from({ length: 120 }, (_, index) => `clinic,p${index},${SECRET}`);
  await old.admin.importUsers({ ...DESK, csv: ['organisation,username,totp_secret', ...lines].join('\n') });
  const [moved] = await fixture.database.read.selectFrom('factors').selectAll().where('account_id', '!=', id).execute();
  assert.ok(moved);
  // A row that was moved to another account can't be decrypted, and must not be encrypted again.
  await fixture.database.write((tx) =>
    tx.updateTable('factors').set({ account_id: 'another' }).where('id', '=', moved.id).execute(),
  );
  const both = await openDesk(fixture, `${SECOND_KEY},${FIRST_KEY}`);
  const result = await both.admin.rotateKey(DESK);
  assert.deepEqual(result, { key: 'second', rotated: 120, failed: [{ factorId: moved.id, reason: 'tampered' }] });
  assert.equal((await both.admin.rotateKey(DESK)).rotated, 0);
  const fresh = await openDesk(fixture, SECOND_KEY);
  const [factor] = await activeFactors(fixture.database.read, id);
  assert.ok(factor);
  assert.equal(openTotp(factor, fresh.keyring).byteLength, 20);
});
