import assert from 'node:assert/strict';
import { decodeSecret } from '../factors/totp/secret.ts';
import { activeFactors, allFactors } from '../store/factors/factors.ts';
import { deskCodeOf } from '../store/help-desk/desk-codes.ts';
import { currentRecoveryCodes } from '../store/recovery-codes.ts';
import { type Fixture, withDatabases, withEachDatabase } from '../store/testing/databases.ts';
import type { Outcome } from './context.ts';
import { countingHasher } from './testing/counting-hasher.ts';
import { type Browser, type TestUser, World } from './testing/world.ts';

/*
 * Threats: a help-desk code works twice, without a time limit, for another user, without the password, or as a login that
 * leaves the old factors active. A finder of the old phone can still log in after the help desk has helped the user.
 */

async function clinic({ database, clock }: Pick<Fixture, 'database' | 'clock'>, policy: object = {}) {
  const world = new World(database, clock);
  await world.organisation({ policy });
  const ada = await world.user();
  return { world, ada };
}

async function atRecovery(world: World, user: TestUser): Promise<Browser> {
  const browser = world.browser();
  await browser.password(user);
  await browser.submit({ step: 'totp', action: 'switch', method: 'recovery-code' });
  return browser;
}

const use = (browser: Browser, code: string): Promise<Outcome> => browser.submit({ step: 'recovery-code', code });

/** Enrolls the authenticator that the flow shows, on a new phone. */
async function bind(world: World, browser: Browser): Promise<{ outcome: Outcome; secret: Uint8Array }> {
  const step = await browser.step();
  assert.ok(step.type === 'enroll-totp');
  const secret = decodeSecret(step.secret);
  return { outcome: await browser.submit({ step: 'enroll-totp', code: world.code({ secret }) }), secret };
}

withDatabases(
  'R30 a help-desk code allows one enrolment of a new authenticator and new recovery codes',
  async (fixture) => {
    const { world, ada } = await clinic(fixture);
    const old = await world.giveRecoveryCodes(ada);
    const code = await world.giveDeskCode(ada);
    assert.match(code, /^[0-9A-HJKMNP-TV-Z]{4}(-[0-9A-HJKMNP-TV-Z]{4}){2}$/);
    const browser = await atRecovery(world, ada);
    const used = await use(browser, code.toLowerCase().replaceAll('-', ' '));
    assert.equal(used.issued?.session, undefined, 'the code alone created a session');
    assert.equal(used.flow.step.type, 'enroll-totp');
    assert.ok(!used.flow.step.actions.includes('later'), 'the enrolment can be deferred');
    const { outcome, secret } = await bind(world, browser);
    assert.ok(outcome.flow.step.type === 'recovery-codes', 'the user gets no new recovery codes');
    assert.equal(
      await currentRecoveryCodes(fixture.database.read, ada.id),
      undefined,
      'the old recovery codes are still valid',
    );
    const end = await browser.submit({ step: 'recovery-codes' });
    assert.ok(end.flow.step.type === 'done' && 'amr' in end.flow.step);
    assert.deepEqual([end.flow.step.acr, end.flow.step.recoveryCodesLeft], ['aal2', 6]);
    assert.equal((await browser.sessionRow())?.recovery, 1);
    const states = (await allFactors(fixture.database.read, ada.id)).map((row) => [row.state, row.secret === '']);
    assert.deepEqual(states.sort(), [
      ['active', false],
      ['lost', true],
    ]);
    assert.equal((await use(await atRecovery(world, ada), code)).refusal?.code, 'code-used');
    assert.equal((await use(await atRecovery(world, ada), old[0] ?? '')).refusal?.code, 'wrong-code');
    fixture.clock.advance(30_000);
    const next = world.browser();
    await next.password(ada);
    assert.equal((await next.code(world.code(ada))).refusal?.code, 'wrong-code', 'the refusal reveals the lost phone');
    assert.equal((await next.code(world.code({ secret }))).flow.status, 'done');
  },
);

withEachDatabase('R30 50 parallel uses of one help-desk code open one enrolment', async (fixture) => {
  const { world, ada } = await clinic(fixture);
  const code = await world.giveDeskCode(ada);
  const other = new World(await fixture.openAnother(), fixture.clock);
  const browsers: Browser[] = [];
  for (let count = 0; count < 50; count += 1) browsers.push(await atRecovery(count % 2 ? world : other, ada));
  const outcomes = await Promise.allSettled(browsers.map((browser) => use(browser, code)));
  const open = outcomes.filter((each) => each.status === 'fulfilled' && each.value.flow.step.type === 'enroll-totp');
  assert.equal(open.length, 1);
});

withDatabases(
  'R11 an enrolment that is abandoned after the help-desk code changes nothing except the code',
  async (fixture) => {
    const { world, ada } = await clinic(fixture);
    await world.giveRecoveryCodes(ada);
    const browser = await atRecovery(world, ada);
    assert.equal((await use(browser, await world.giveDeskCode(ada))).flow.step.type, 'enroll-totp');
    await browser.submit({ step: 'enroll-totp', action: 'back', to: 'organisation' });
    assert.equal((await activeFactors(fixture.database.read, ada.id))[0]?.id, ada.factorId);
    assert.equal((await currentRecoveryCodes(fixture.database.read, ada.id))?.codes.length, 6);
    fixture.clock.advance(30_000);
    assert.equal((await world.browser().login(ada)).flow.status, 'done');
  },
);

withDatabases('a help-desk code expires at the exact millisecond and is then refused as expired', async (fixture) => {
  const { world, ada } = await clinic(fixture);
  const code = await world.giveDeskCode(ada, 2);
  fixture.clock.advance(2 * 3_600_000);
  assert.equal((await use(await atRecovery(world, ada), code)).refusal?.code, 'code-expired');
  const another = await world.giveDeskCode(ada, 2);
  fixture.clock.advance(2 * 3_600_000 - 1);
  assert.equal((await use(await atRecovery(world, ada), another)).flow.step.type, 'enroll-totp');
});

withDatabases('R30 a newer help-desk code voids the older one, and neither works for another user', async (fixture) => {
  const { world, ada } = await clinic(fixture);
  const older = await world.giveDeskCode(ada);
  const newer = await world.giveDeskCode(ada);
  const bob = await world.user({ username: 'bob' });
  await world.giveDeskCode(bob);
  assert.equal((await use(await atRecovery(world, bob), newer)).refusal?.code, 'wrong-code');
  const browser = await atRecovery(world, ada);
  assert.equal((await use(browser, older)).refusal?.code, 'wrong-code');
  assert.equal((await use(browser, newer)).flow.step.type, 'enroll-totp');
});

withDatabases('M8 a help-desk code works in an organisation without recovery codes', async (fixture) => {
  const { world, ada } = await clinic(fixture, { recoveryCodes: false });
  const before = await world.browser().password(ada);
  assert.ok(before.flow.step.type === 'totp' && !before.flow.step.actions.includes('switch'));
  const code = await world.giveDeskCode(ada);
  const browser = await atRecovery(world, ada);
  assert.equal((await use(browser, code)).flow.step.type, 'enroll-totp');
  assert.equal((await bind(world, browser)).outcome.flow.status, 'done');
});

withDatabases('R9 a help-desk code is no proof in a flow without an enrolment', async (fixture) => {
  const { world, ada } = await clinic(fixture, { factor: 'optional' });
  const browser = world.browser();
  await browser.login(ada);
  await world.giveRecoveryCodes(ada);
  const code = await world.giveDeskCode(ada);
  for (const kind of ['step-up', 'disable', 'recovery-codes', 'change-password'] as const) {
    const { flow } = await browser.start(kind);
    if (flow.step.type === 'confirm-password')
      await browser.submit({ step: 'confirm-password', password: ada.password });
    await browser.submit({ step: 'totp', action: 'switch', method: 'recovery-code' });
    assert.equal((await use(browser, code)).refusal?.code, 'wrong-code', kind);
  }
  assert.equal((await deskCodeOf(fixture.database.read, ada.id))?.spent_at, null);
});

withDatabases('R81 the audit distinguishes a help-desk code from a recovery code of the user', async (fixture) => {
  const { world, ada } = await clinic(fixture, { recoveryCodes: false });
  const code = await world.giveDeskCode(ada);
  const browser = await atRecovery(world, ada);
  await use(browser, code);
  await bind(world, browser);
  const rows = await fixture.database.read.selectFrom('audit').selectAll().orderBy('seq').execute();
  assert.deepEqual(
    rows.slice(-2).map(({ event, result, detail }) => [event, result, JSON.parse(detail ?? '{}').helpDeskCode]),
    [
      ['recovery-code', 'ok', true],
      ['login', 'ok', true],
    ],
  );
  assert.ok(!JSON.stringify(rows).includes(code));
});

withDatabases(
  'R82 R34 the use of a help-desk code notifies the user and ends sessions and remembered devices',
  async (fixture) => {
    const { world, ada } = await clinic(fixture);
    const thief = world.browser();
    await thief.login(ada, true);
    const code = await world.giveDeskCode(ada);
    await use(await atRecovery(world, ada), code);
    assert.equal(await thief.sessionRow(), undefined);
    assert.equal((await thief.password(ada)).flow.step.type, 'totp', 'the device is still remembered');
    const mails = await fixture.database.read.selectFrom('outbox').select('template').orderBy('created_at').execute();
    assert.deepEqual(mails.map(({ template }) => template).sort(), ['desk-code-given', 'desk-code-used']);
    assert.ok(!JSON.stringify(await fixture.database.read.selectFrom('outbox').selectAll().execute()).includes(code));
  },
);

/*
 * Threat: a thief of a password learns from the response time of a wrong code whether the help desk issued a code, or whether
 * recovery codes are left, and can choose the moment of an attack.
 */
withDatabases('R54 a wrong code costs the same hash runs for any codes of the account', async (fixture) => {
  const { hasher, take } = countingHasher();
  const world = new World(fixture.database, fixture.clock, hasher);
  await world.organisation();
  const runs: Record<string, string[]> = {};
  for (const [index, has] of ['codes', 'spent code', 'help-desk code', 'both', 'spent help-desk code'].entries()) {
    const user = await world.user({ username: `user-${index}` });
    const [code = ''] = has === 'help-desk code' ? [] : await world.giveRecoveryCodes(user);
    const desk = has === 'codes' || has === 'spent code' ? '' : await world.giveDeskCode(user);
    if (has === 'spent code') await use(await atRecovery(world, user), code);
    if (has === 'spent help-desk code') await use(await atRecovery(world, user), desk);
    const browser = await atRecovery(world, user);
    take();
    assert.equal((await use(browser, '0000-0000-0000')).refusal?.code, 'wrong-code', has);
    runs[has] = take();
  }
  for (const [has, costs] of Object.entries(runs)) assert.deepEqual(costs, Array(2).fill('argon2.64.1.1'), has);
});
