import assert from 'node:assert/strict';
import type { PasskeyRequestOptions, StepOf } from '@tweestap/protocol';
import { givePasskey } from '../factors/passkey/testing/give-passkey.ts';
import { requireNewPassword } from '../store/accounts/passwords.ts';
import { type Fixture, withDatabases } from '../store/testing/databases.ts';
import type { Outcome } from './context.ts';
import { at } from './testing/links.ts';
import { type Browser, type GivenUser, World } from './testing/world.ts';

/*
 * Threat: a new password is asked for before the second factor (D13). A stranger who knows an old password could then choose
 * the new one and lock the user out.
 */

const DAY = 86_400_000;
const NEW = 'a lamp beside the canal';

async function clinic({ database, clock }: Fixture, policy: object = {}, given: Partial<GivenUser> = {}) {
  const world = new World(database, clock);
  const expiring = async (more: object = {}): Promise<void> =>
    void (await world.organisation({ policy: { passwordExpiresAfterDays: 90, ...policy, ...more } }));
  await expiring();
  const ada = await world.user({ password_changed_at: clock() - 91 * DAY, ...given });
  return { world, ada, expiring };
}

const choose = (browser: Browser, password = NEW) => browser.submit({ step: 'new-password', password });

withDatabases('D13 an expired password is replaced after the second factor, never before it', async (fixture) => {
  const { world, ada } = await clinic(fixture);
  const browser = world.browser();
  assert.equal((await browser.password(ada)).flow.step.type, 'totp');
  assert.equal((await choose(browser)).refusal?.code, 'out-of-order');
  const asked = await browser.code(world.code(ada));
  const step = at(asked, 'new-password');
  assert.equal(step.reason, 'expired');
  assert.equal(step.mayReuse, false);
  assert.equal(asked.issued, undefined);
  assert.equal(await browser.sessionRow(), undefined);
  const done = at(await choose(browser), 'done');
  assert.ok('user' in done && done.acr === 'aal2');
  assert.equal((await browser.sessionRow())?.acr, 'aal2');
  fixture.clock.advance(30_000);
  assert.equal((await world.browser().password(ada)).refusal?.code, 'wrong-credentials');
  const next = await world.browser().login({ ...ada, password: NEW });
  assert.equal(next.flow.step.type, 'done');
});

withDatabases(
  'D13 the new password can’t be the old one, can’t be deferred, and has the waits of wrong guesses',
  async (fixture) => {
    const { world, ada } = await clinic(fixture, { locks: { soft: 3 } });
    const browser = world.browser();
    const { step } = (await browser.login(ada)).flow;
    assert.deepEqual(step.actions, ['submit', 'back', 'extend']);
    assert.equal(step.type === 'new-password' && step.back, 'username');
    const later = await browser.submit({ step: 'new-password', action: 'later' } as never);
    assert.ok(later.refusal);
    for (const code of ['weak-password', 'weak-password', 'locked'] as const) {
      assert.equal((await choose(browser, ada.password)).refusal?.code, code);
    }
    assert.equal((await browser.step()).type, 'locked');
    fixture.clock.advance(60_000);
    assert.equal(at(await browser.submit({ step: 'locked', action: 'poll' }), 'new-password').reason, 'expired');
    assert.equal((await choose(browser, ada.password)).refusal?.code, 'locked');
    fixture.clock.advance(3_600_000);
    const late = world.browser();
    await late.login(ada);
    const back = await late.submit({ step: 'new-password', action: 'back', to: 'username' });
    assert.equal(back.flow.step.type, 'username');
  },
);

withDatabases('D13 at the hard cap of comparisons a login still refuses the old password', async (fixture) => {
  const { world, ada } = await clinic(fixture, { locks: { soft: 10, hard: 10, firstWaitSeconds: 1 } });
  const browser = world.browser();
  await browser.login(ada);
  for (let attempt = 0; attempt < 10; attempt += 1) await choose(browser, ada.password);
  fixture.clock.advance(2000);
  await browser.submit({ step: 'locked', action: 'poll' });
  const refused = await choose(browser, ada.password);
  assert.deepEqual([refused.refusal?.code, refused.refusal?.reason], ['weak-password', 'reused']);
  assert.equal((await choose(browser)).flow.status, 'done');
});

withDatabases('D13 a password expires after exactly the days of the policy', async (fixture) => {
  const { world, expiring } = await clinic(fixture);
  const set = fixture.clock();
  const bob = await world.user({ username: 'bob', password_changed_at: set });
  fixture.clock.advance(90 * DAY - 1);
  assert.equal((await world.browser().login(bob)).flow.step.type, 'done');
  fixture.clock.advance(1);
  assert.equal((await world.browser().password(bob)).flow.step.type, 'totp');
  fixture.clock.advance(30_000);
  const browser = world.browser();
  assert.equal((await browser.login(bob)).flow.step.type, 'new-password');
  // Without the policy the flow has nothing left to ask, but no submission that ends it. The next login ends.
  await expiring({ passwordExpiresAfterDays: undefined });
  fixture.clock.advance(30_000);
  await assert.rejects(choose(browser), { code: 'flow-expired' });
  assert.equal((await world.browser().login(bob)).flow.step.type, 'done');
});

withDatabases('D13 a password whose change was never recorded is as old as its account', async (fixture) => {
  const { world, ada } = await clinic(fixture, {}, { password_changed_at: null });
  assert.equal((await world.browser().login(ada)).flow.step.type, 'done');
  fixture.clock.advance(90 * DAY);
  const browser = world.browser();
  assert.equal(at(await browser.login(ada), 'new-password').reason, 'expired');
  assert.equal((await choose(browser)).flow.status, 'done');
});

withDatabases(
  'D13 a remembered device is not enough for a new password: the code is asked for first',
  async (fixture) => {
    const { world, ada } = await clinic(fixture, {}, { password_changed_at: fixture.clock() - 90 * DAY + 3_600_000 });
    const browser = world.browser();
    assert.equal((await browser.login(ada, true)).flow.status, 'done');
    fixture.clock.advance(60_000);
    const remembered = at(await browser.password(ada), 'done');
    assert.ok('amr' in remembered && remembered.acr === 'aal1');
    fixture.clock.advance(3_600_000);
    assert.equal((await browser.password(ada)).flow.step.type, 'totp');
    assert.equal(at(await browser.code(world.code(ada), true), 'new-password').reason, 'expired');
    const done = at(await choose(browser), 'done');
    assert.ok('acr' in done && done.acr === 'aal2');
    // The device that was chosen in this flow is remembered; the earlier remembering has ended.
    fixture.clock.advance(60_000);
    assert.equal((await browser.password({ ...ada, password: NEW })).flow.status, 'done');
  },
);

withDatabases(
  'D13 without a factor the new password comes after the old one, and before the enrolment',
  async (fixture) => {
    const { world, ada } = await clinic(fixture, {}, { without: 'totp' });
    const browser = world.browser();
    assert.equal((await browser.password(ada)).flow.step.type, 'new-password');
    assert.equal((await choose(browser)).flow.step.type, 'enroll-offer');
  },
);

withDatabases('D13 R34 the new password ends all other sessions and remembered devices', async (fixture) => {
  const { world, ada } = await clinic(fixture, { passwordExpiresAfterDays: 100 });
  const other = world.browser();
  await other.login(ada, true);
  fixture.clock.advance(10 * DAY);
  const browser = world.browser();
  await browser.login(ada);
  const early = world.browser();
  await early.login(ada);
  await choose(browser);
  assert.equal(await other.sessionRow(), undefined);
  assert.equal((await other.password({ ...ada, password: NEW })).flow.step.type, 'totp');
  await assert.rejects(early.step(), { code: 'flow-expired' });
});

withDatabases(
  'D13 an account that is marked is asked for a new password at its next login, after the factor',
  async (fixture) => {
    const { world, ada, expiring } = await clinic(fixture, {}, { password_changed_at: fixture.clock() });
    await expiring({ passwordExpiresAfterDays: undefined });
    await fixture.database.write((tx) => requireNewPassword(tx, ada.id));
    const browser = world.browser();
    assert.equal((await browser.password(ada)).flow.step.type, 'totp');
    assert.equal(at(await browser.code(world.code(ada)), 'new-password').reason, 'not-me');
    assert.equal((await choose(browser, ada.password)).refusal?.reason, 'reused');
    fixture.clock.advance(30_000);
    const again = world.browser();
    assert.equal((await again.login(ada)).flow.step.type, 'new-password');
    assert.equal((await choose(again)).flow.status, 'done');
    fixture.clock.advance(30_000);
    assert.equal((await world.browser().password({ ...ada, password: NEW })).refusal, undefined);
  },
);

withDatabases('R92 a mark that is set during a login asks for the new password before the session', async (fixture) => {
  const { world, ada } = await clinic(fixture, {}, { password_changed_at: fixture.clock() });
  const browser = world.browser();
  await browser.password(ada);
  await fixture.database.write((tx) => requireNewPassword(tx, ada.id));
  const refused = await browser.code(world.code(ada));
  assert.equal(refused.refusal?.code, 'out-of-order');
  assert.equal(refused.issued, undefined);
  assert.equal(refused.flow.step.type, 'totp');
  assert.equal(at(await browser.code(world.code(ada)), 'new-password').reason, 'not-me');
});

withDatabases(
  'D13 a login by a passkey alone asks for a new password only after a report of its user',
  async (fixture) => {
    const methods = [{ method: 'totp' }, { method: 'passkey' }];
    const { world, ada } = await clinic(fixture, { methods });
    const { keyring, database, clock } = world;
    const key = await givePasskey({ keyring, database, clock }, ada);
    const passkey = async (): Promise<Browser> => {
      const browser = world.browser();
      const { flow } = await browser.start('login', [{ step: 'organisation', organisation: 'clinic' }]);
      const options = (flow.step as StepOf<'username'>).passkey as PasskeyRequestOptions;
      await browser.submit({ step: 'username', action: 'passkey', credential: key.get(options) });
      return browser;
    };
    // The password has expired, but it was not used.
    assert.equal((await passkey()).last?.flow.status, 'done');
    await fixture.database.write((tx) => requireNewPassword(tx, ada.id));
    const browser = await passkey();
    assert.equal(at(browser.last as Outcome, 'new-password').reason, 'not-me');
    assert.equal((await choose(browser, ada.password)).refusal?.reason, 'reused');
    const done = at(await choose(browser), 'done');
    // A password that was chosen was not proven (R69).
    assert.ok('amr' in done && !done.amr.includes('pwd') && done.acr === 'aal2');
    assert.equal((await passkey()).last?.flow.status, 'done');
    assert.equal((await world.browser().password({ ...ada, password: NEW })).refusal, undefined);
  },
);
