import assert from 'node:assert/strict';
import { hash } from '@node-rs/bcrypt';
import type { StepOf } from '@tweestap/protocol';
import { decodeSecret } from '../factors/totp/secret.ts';
import { parseOtpauthUri } from '../factors/totp/uri.ts';
import type { Outcome } from '../flow/context.ts';
import { type Browser, type TestUser, World } from '../flow/testing/world.ts';
import { findFlow } from '../store/flows.ts';
import { type Fixture, withDatabases } from '../store/testing/databases.ts';

/*
 * Threats: a thief with the password or an open session enrolls an authenticator of their own. A secret can be read again,
 * from the flow or from the database, after it was shown.
 */

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;

async function clinic(
  { database, clock }: Pick<Fixture, 'database' | 'clock'>,
  authenticators: 'one' | 'many' = 'many',
) {
  const world = new World(database, clock);
  await world.organisation({ policy: { authenticators } });
  return { world, ada: await world.user() };
}

function shown({ flow }: Outcome): StepOf<'enroll-totp'> {
  assert.ok(flow.step.type === 'enroll-totp', flow.step.type);
  return flow.step;
}

/** A browser that shows the new secret, after a login, the password and the present factor. */
async function atSetUp(world: World, user: TestUser): Promise<{ browser: Browser; secret: Uint8Array }> {
  const browser = world.browser();
  await browser.login(user);
  world.clock.advance(30_000);
  await browser.start('enroll', [{ step: 'confirm-password', password: user.password }]);
  const { secret } = shown(await browser.code(world.code(user)));
  return { browser, secret: decodeSecret(secret) };
}

withDatabases(
  'a login with a mandatory enrolment shows the secret and recovery codes, and then makes a session with two factors',
  async (fixture) => {
    const { world } = await clinic(fixture);
    const bob = await world.user({ username: 'bob', without: 'totp' });
    const browser = world.browser();
    const step = shown(await browser.accept(bob));
    assert.deepEqual([step.issuer, step.account], ['Clinic', 'bob']);
    const parsed = parseOtpauthUri(step.uri);
    assert.deepEqual(
      [parsed.issuer, parsed.account, Buffer.from(parsed.secret)],
      ['Clinic', 'bob', Buffer.from(decodeSecret(step.secret))],
    );
    assert.ok(step.apps.length > 5);
    const secret = decodeSecret(step.secret);
    assert.equal(
      (await browser.submit({ step: 'enroll-totp', code: world.code({ secret }, 3 * MINUTE) })).refusal?.code,
      'clock-off',
    );
    const codes = await browser.submit({ step: 'enroll-totp', code: world.code({ secret }), name: 'My phone' });
    assert.ok(codes.flow.step.type === 'recovery-codes');
    assert.equal(browser.session, undefined, 'no session before the codes are kept');
    const end = await browser.submit({ step: 'recovery-codes' });
    assert.ok(end.flow.step.type === 'done' && 'amr' in end.flow.step);
    assert.deepEqual(
      [end.flow.step.amr, end.flow.step.acr, end.flow.step.recoveryCodesLeft],
      [['pwd', 'otp', 'mfa'], 'aal2', 6],
    );
    fixture.clock.advance(30_000);
    assert.equal((await world.browser().login({ ...bob, secret })).flow.status, 'done');
    const again = world.browser();
    await again.password(bob);
    await again.submit({ step: 'totp', action: 'switch', method: 'recovery-code' });
    assert.equal(
      (await again.submit({ step: 'recovery-code', code: codes.flow.step.codes[5] ?? '' })).flow.status,
      'done',
    );
  },
);

withDatabases(
  'an enrolment asks for the password again after five minutes, or always if the policy requires it',
  async (fixture) => {
    const { world } = await clinic(fixture);
    const bob = await world.user({ username: 'bob', without: 'totp' });
    await world.organisation({ id: 'careful', policy: { confirmPassword: 'always' } });
    const eve = await world.user({ organisation: 'careful', username: 'eve', without: 'totp' });
    const always = world.browser();
    assert.equal((await always.accept(eve)).flow.step.type, 'confirm-password');
    assert.equal(
      (await always.submit({ step: 'confirm-password', password: 'wrong' })).refusal?.code,
      'wrong-credentials',
    );
    shown(await always.submit({ step: 'confirm-password', password: eve.password }));
    const slow = world.browser();
    const { secret } = shown(await slow.accept(bob));
    fixture.clock.advance(10 * MINUTE);
    const code = world.code({ secret: decodeSecret(secret) });
    assert.equal((await slow.submit({ step: 'enroll-totp', code })).flow.step.type, 'recovery-codes');
  },
);

withDatabases(
  'an organisation that offers no enrolment lets a user without a factor log in with the password, at aal1',
  async (fixture) => {
    const { world } = await clinic(fixture);
    await world.organisation({ id: 'club', policy: { factor: 'optional' } });
    const bob = await world.user({ organisation: 'club', username: 'bob', without: 'totp' });
    const end = await world.browser().password(bob);
    assert.ok(end.flow.step.type === 'done' && 'amr' in end.flow.step);
    assert.deepEqual([end.flow.step.amr, end.flow.step.acr], [['pwd'], 'aal1']);
  },
);

withDatabases(
  'R9 a user with a factor proves it in the same flow before adding another; a password or session is not enough',
  async (fixture) => {
    const { world, ada } = await clinic(fixture);
    const browser = world.browser();
    await browser.login(ada, true);
    fixture.clock.advance(30_000);
    await browser.start('enroll');
    assert.equal((await browser.submit({ step: 'enroll-totp', code: '123456' })).refusal?.code, 'out-of-order');
    const asked = await browser.submit({ step: 'confirm-password', password: ada.password });
    assert.equal(asked.flow.step.type, 'totp', 'a remembered device is not enough either');
    assert.equal((await browser.submit({ step: 'enroll-totp', code: '123456' })).refusal?.code, 'out-of-order');
    assert.equal((await browser.code(world.wrongCode(ada))).refusal?.code, 'wrong-code');
    shown(await browser.code(world.code(ada)));
  },
);

withDatabases('R11 an abandoned enrolment and a wrong code change nothing', async (fixture) => {
  const { world, ada } = await clinic(fixture, 'one');
  const { browser, secret } = await atSetUp(world, ada);
  const factors = () => fixture.database.read.selectFrom('factors').select(['id', 'state', 'secret']).execute();
  const before = await factors();
  assert.equal(
    (await browser.submit({ step: 'enroll-totp', code: world.wrongCode({ secret }) })).refusal?.code,
    'wrong-code',
  );
  await world.engine.cancel(browser.ref(), await browser.context());
  assert.deepEqual(await factors(), before);
  fixture.clock.advance(30_000);
  assert.equal((await world.browser().login(ada)).flow.status, 'done');
});

withDatabases(
  "R11 R16 under the policy 'one' the new authenticator replaces the old one immediately, on all instances",
  async (fixture) => {
    const { world, ada } = await clinic(fixture, 'one');
    const other = new World(await fixture.openAnother(), fixture.clock);
    const { browser, secret } = await atSetUp(world, ada);
    await browser.submit({ step: 'enroll-totp', code: world.code({ secret }) }, { step: 'recovery-codes' });
    fixture.clock.advance(30_000);
    const elsewhere = other.browser();
    await elsewhere.password(ada);
    const old = await elsewhere.code(world.code(ada));
    assert.deepEqual([old.refusal?.code, old.refusal?.attemptsLeft], ['old-authenticator', 9]);
    assert.equal((await elsewhere.code(world.code({ secret }))).flow.status, 'done');
  },
);

withDatabases(
  'R16 a code of a replaced authenticator is recognised for 30 days, and is a wrong code after that',
  async (fixture) => {
    const { world, ada } = await clinic(fixture, 'one');
    const { browser, secret } = await atSetUp(world, ada);
    await browser.submit({ step: 'enroll-totp', code: world.code({ secret }) });
    fixture.clock.advance(30 * DAY - MINUTE);
    const late = world.browser();
    await late.password(ada);
    assert.equal((await late.code(world.code(ada))).refusal?.code, 'old-authenticator');
    fixture.clock.advance(2 * MINUTE);
    assert.equal((await late.code(world.code(ada))).refusal?.code, 'wrong-code');
  },
);

withDatabases("R16 under the policy 'many' both authenticators verify", async (fixture) => {
  const { world, ada } = await clinic(fixture, 'many');
  const { browser, secret } = await atSetUp(world, ada);
  await browser.submit(
    { step: 'enroll-totp', code: world.code({ secret }), name: 'Tablet' },
    { step: 'recovery-codes' },
  );
  fixture.clock.advance(30_000);
  assert.equal((await world.browser().login(ada)).flow.status, 'done');
  assert.equal((await world.browser().login({ ...ada, secret })).flow.status, 'done');
});

withDatabases('R14 the code that confirms an enrolment is spent', async (fixture) => {
  const { world } = await clinic(fixture);
  const bob = await world.user({ username: 'bob', without: 'totp' });
  const browser = world.browser();
  const secret = decodeSecret(shown(await browser.accept(bob)).secret);
  const code = world.code({ secret });
  await browser.submit({ step: 'enroll-totp', code }, { step: 'recovery-codes' });
  const again = world.browser();
  await again.password(bob);
  assert.equal((await again.code(code)).refusal?.code, 'code-used');
});

withDatabases('R34 a new authenticator ends all other sessions, remembered devices and open flows', async (fixture) => {
  const { world, ada } = await clinic(fixture);
  const thief = world.browser();
  await thief.login(ada, true);
  fixture.clock.advance(30_000);
  const { browser, secret } = await atSetUp(world, ada);
  const pending = world.browser();
  await pending.password(ada);
  const before = browser.session;
  await browser.submit({ step: 'enroll-totp', code: world.code({ secret }) });
  assert.equal(await thief.sessionRow(), undefined);
  await assert.rejects(pending.step(), { code: 'flow-expired' });
  assert.equal((await thief.password(ada)).flow.step.type, 'totp');
  assert.ok((await browser.submit({ step: 'recovery-codes' })).issued?.session);
  assert.notEqual(browser.session, before);
  assert.ok(await browser.sessionRow());
});

withDatabases(
  'R60 secrets are stored sealed, and one that is moved to another account does not open',
  async (fixture) => {
    const { world, ada } = await clinic(fixture);
    const bob = await world.user({ username: 'bob' });
    const { browser, secret } = await atSetUp(world, ada);
    const base32 = (await browser.step()) as StepOf<'enroll-totp'>;
    const facts = (await findFlow(fixture.database.read, browser.flow?.id ?? ''))?.facts ?? '';
    assert.ok(!facts.includes(base32.secret) && !facts.includes(Buffer.from(secret).toString('base64url')));
    await browser.submit({ step: 'enroll-totp', code: world.code({ secret }) });
    const rows = await fixture.database.read.selectFrom('factors').selectAll().execute();
    for (const row of rows) for (const sealed of [row.secret, row.data ?? '']) assert.match(sealed, /^v1\.test\./);
    const mine = rows.find((row) => row.account_id === ada.id);
    await fixture.database.write((tx) =>
      tx
        .updateTable('factors')
        .set({ secret: mine?.secret ?? '', data: mine?.data ?? '' })
        .where('account_id', '=', bob.id)
        .execute(),
    );
    const moved = world.browser();
    await moved.password(bob);
    await assert.rejects(moved.code(world.code(ada)), { name: 'SealError' });
  },
);

withDatabases(
  'R61 a reload shows the same secret and codes, and neither is shown after its step is completed',
  async (fixture) => {
    const { world } = await clinic(fixture);
    const bob = await world.user({ username: 'bob', without: 'totp' });
    const browser = world.browser();
    const first = shown(await browser.accept(bob));
    assert.deepEqual(await browser.step(), first);
    const secret = decodeSecret(first.secret);
    const codes = await browser.submit({ step: 'enroll-totp', code: world.code({ secret }) });
    assert.deepEqual(await browser.step(), codes.flow.step);
    assert.ok(!JSON.stringify(codes).includes(first.secret));
    await browser.submit({ step: 'recovery-codes' });
    const stored = await findFlow(fixture.database.read, browser.flow?.id ?? '');
    const kept = Object.keys(JSON.parse(stored?.facts ?? '{}'));
    assert.ok(!kept.includes('enrolment') && !kept.includes('newCodes'));
    assert.equal((await browser.step()).type, 'done');
  },
);

withDatabases('an imported or outdated password hash is replaced at the next login', async (fixture) => {
  const { world, ada } = await clinic(fixture);
  const imported = await hash(ada.password, { cost: 4 });
  const set = (value: string) =>
    fixture.database.write((tx) =>
      tx.updateTable('accounts').set({ password_hash: value }).where('id', '=', ada.id).execute(),
    );
  const stored = async () =>
    (
      await fixture.database.read
        .selectFrom('accounts')
        .select('password_hash')
        .where('id', '=', ada.id)
        .executeTakeFirst()
    )?.password_hash;
  await set(imported);
  assert.equal((await world.browser().password(ada, 'wrong')).refusal?.code, 'wrong-credentials');
  assert.equal(await stored(), imported);
  assert.equal((await world.browser().password(ada)).flow.step.type, 'totp');
  assert.match((await stored()) ?? '', /^\$argon2id\$/);
  assert.equal((await world.browser().password(ada)).flow.step.type, 'totp');
});

withDatabases('the audit has a row for each event, with a pseudonym instead of the user', async (fixture) => {
  const { world, ada } = await clinic(fixture);
  const browser = world.browser();
  await browser.password(ada, 'wrong');
  await browser.submit({ step: 'password', password: ada.password });
  await browser.code(world.wrongCode(ada));
  await browser.code(world.code(ada));
  const rows = await fixture.database.read.selectFrom('audit').selectAll().orderBy('seq').execute();
  assert.deepEqual(
    rows.map(({ event, result, method }) => [event, result, method]),
    [
      ['password', 'wrong-credentials', null],
      ['password', 'ok', null],
      ['totp', 'wrong-code', 'totp'],
      ['login', 'ok', 'totp'],
    ],
  );
  assert.equal(new Set(rows.map(({ pseudonym }) => pseudonym)).size, 1);
  for (const row of rows) {
    assert.equal(row.flow_id, browser.flow?.id);
    assert.equal(row.address, '192.0.2.1');
    assert.ok(!JSON.stringify(row).includes(ada.id) && !JSON.stringify(row).includes('ada"'));
  }
});

withDatabases('R61 an enrolment that becomes due by a policy change has a secret, and keeps it', async (fixture) => {
  const world = new World(fixture.database, fixture.clock);
  await world.organisation({ policy: { methods: [{ method: 'totp', note: 'Free' }] } });
  const browser = world.browser();
  await browser.accept(await world.user({ without: 'totp' }));
  assert.equal((await browser.step()).type, 'enroll-method');
  // Without a note the choice is skipped, so the next step becomes due without an input.
  await world.organisation({ policy: { methods: [{ method: 'totp' }] } });
  fixture.clock.advance(1001);
  const [first, again] = [await browser.step(), await browser.step()];
  assert.ok(first.type === 'enroll-totp' && again.type === 'enroll-totp');
  assert.equal(again.secret, first.secret);
  const code = world.code({ secret: decodeSecret(first.secret) });
  assert.equal((await browser.submit({ step: 'enroll-totp', code })).refusal, undefined);
});
