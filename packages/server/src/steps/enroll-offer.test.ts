import assert from 'node:assert/strict';
import type { StepOf, StepType } from '@tweestap/protocol';
import { decodeSecret } from '../factors/totp/secret.ts';
import type { Outcome } from '../flow/context.ts';
import { type Browser, type TestUser, World } from '../flow/testing/world.ts';
import type { OrganisationInput } from '../organisations/schema.ts';
import { type Fixture, withDatabases, withEachDatabase } from '../store/testing/databases.ts';

/*
 * Threat: an attacker with a stolen password keeps choosing 'not now': after the deadline, with an account that has a
 * factor, at another step, or in one flow while a factor is enrolled in another.
 */

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

type SetUp = NonNullable<NonNullable<OrganisationInput['policy']>['setUp']>;

/** The fixture's clock begins at 2026-01-01T00:00:00Z. */
const setUp: SetUp = { from: '2026-01-01', until: '2026-01-03', timeZone: 'Asia/Tokyo' };
const methods = [{ method: 'totp' as const, recommended: true, note: { en: 'Free of charge.', nl: 'Kost niets.' } }];

/** In Tokyo, 4 January begins at 15:00 UTC on 3 January. */
const DEADLINE = Date.UTC(2026, 0, 3, 15);

async function school({ database, clock }: Pick<Fixture, 'database' | 'clock'>, policy = {}) {
  const world = new World(database, clock);
  await world.organisation({ policy: { factor: 'optional', setUp, ...policy } });
  return { world, bob: await world.user({ username: 'bob', without: 'totp' }) };
}

function stepOf<T extends StepType>({ flow }: Outcome, type: T): StepOf<T> {
  assert.equal(flow.step.type, type);
  return flow.step as StepOf<T>;
}

const later = (browser: Browser, step: 'enroll-offer' | 'confirm-password' | 'enroll-method' | 'enroll-totp') =>
  browser.submit({ step, action: 'later' });

async function isLoggedIn(browser: Browser): Promise<boolean> {
  return (await browser.sessionRow()) !== undefined;
}

withDatabases("the offer shows its deadline, the days left and the organisation's own explanation", async (fixture) => {
  const explanation = { text: { en: 'Why we do this', nl: 'Waarom' }, url: 'https://school.example/why' };
  const { world, bob } = await school(fixture, { setUp: { ...setUp, explanation } });
  const browser = world.browser();
  assert.deepEqual(stepOf(await browser.password(bob), 'enroll-offer'), {
    type: 'enroll-offer',
    actions: ['accept', 'later', 'back', 'extend'],
    back: 'username',
    reason: 'set-up',
    mandatory: false,
    remembers: true,
    until: '2026-01-03',
    deadline: '2026-01-03T15:00:00.000Z',
    daysLeft: 2,
    explanation: { text: 'Why we do this', url: 'https://school.example/why' },
  });
  assert.ok(!(await isLoggedIn(browser)), 'a login has no session before the offer is accepted or deferred');
});

withDatabases(
  "P10 R10 'not now' is offered on every step of an enrolment that can be deferred, and logs in at aal1",
  async (fixture) => {
    const { world, bob } = await school(fixture, { methods, confirmPassword: 'always' });
    const inputs: ((browser: Browser) => Promise<Outcome>)[] = [
      (browser) => browser.password(bob),
      (browser) => browser.submit({ step: 'enroll-offer', action: 'accept' }),
      (browser) => browser.submit({ step: 'confirm-password', password: bob.password }),
      (browser) => browser.submit({ step: 'enroll-method', method: 'totp' }),
    ];
    const steps = ['enroll-offer', 'confirm-password', 'enroll-method', 'enroll-totp'] as const;
    for (const [index, step] of steps.entries()) {
      const browser = world.browser();
      for (const send of inputs.slice(0, index + 1)) await send(browser);
      assert.ok((await browser.step()).actions.includes('later'), step);
      const end = stepOf(await later(browser, step), 'done');
      assert.ok('amr' in end);
      assert.deepEqual([end.amr, end.acr, end.recoveryCodesLeft], [['pwd'], 'aal1', undefined], step);
      assert.ok(await isLoggedIn(browser));
    }
    const rows = await fixture.database.read.selectFrom('audit').select(['event', 'method', 'detail']).execute();
    const ends = rows.filter(({ event }) => event === 'login');
    assert.equal(ends.length, 4);
    for (const { method, detail } of ends) {
      assert.equal(method, null);
      assert.equal(JSON.parse(detail ?? '{}').deferred, true);
    }
  },
);

withDatabases(
  "R10 'not now' works until the last millisecond of the last day in the organisation's time zone",
  async (fixture) => {
    const { world, bob } = await school(fixture);
    fixture.clock.advance(DEADLINE - fixture.clock() - 1);
    const inTime = world.browser();
    assert.equal(stepOf(await inTime.password(bob), 'enroll-offer').daysLeft, 0);
    const late = world.browser();
    await late.password(bob);
    stepOf(await later(inTime, 'enroll-offer'), 'done');

    fixture.clock.advance(1);
    assert.equal(
      (await later(late, 'enroll-offer')).refusal?.code,
      'not-allowed',
      'an offer from before the deadline is not deferred after it',
    );
    const fresh = world.browser();
    for (const browser of [late, fresh]) {
      const offer = browser === fresh ? stepOf(await browser.password(bob), 'enroll-offer') : await browser.step();
      assert.deepEqual(offer, {
        type: 'enroll-offer',
        actions: ['accept', 'back', 'extend'],
        back: 'username',
        reason: 'set-up',
        mandatory: true,
        remembers: true,
      });
      await browser.submit({ step: 'enroll-offer', action: 'accept' });
      for (const step of ['enroll-offer', 'enroll-totp'] as const)
        assert.ok((await later(browser, step)).refusal, step);
      assert.ok(!(await isLoggedIn(browser)));
    }
  },
);

withDatabases("no enrolment is offered before the first day in the organisation's time zone", async (fixture) => {
  const { world, bob } = await school(fixture, { setUp: { ...setUp, from: '2026-01-02' } });
  // In Tokyo, 2 January begins at 15:00 UTC on 1 January.
  fixture.clock.advance(15 * HOUR - 1);
  assert.equal((await world.browser().password(bob)).flow.status, 'done');
  fixture.clock.advance(1);
  stepOf(await world.browser().password(bob), 'enroll-offer');
});

withDatabases("R10 a user with a factor, or with a disabled one, is never offered 'not now'", async (fixture) => {
  const { world, bob } = await school(fixture);
  const ada = await world.user();
  const browser = world.browser();
  stepOf(await browser.password(ada), 'totp');
  assert.equal((await later(browser, 'enroll-offer')).refusal?.code, 'out-of-order');
  await fixture.database.write((tx) =>
    tx.updateTable('factors').set({ state: 'disabled' }).where('account_id', '=', ada.id).execute(),
  );
  const again = world.browser();
  stepOf(await again.password(ada), 'locked');

  const waiting = world.browser();
  stepOf(await waiting.password(bob), 'enroll-offer');
  // The factor is added outside a flow, as an import does, so the open flow has not ended.
  await world.factor(bob);
  const refused = await later(waiting, 'enroll-offer');
  assert.equal(refused.refusal?.code, 'out-of-order');
  stepOf(refused, 'totp');
  assert.ok(!(await isLoggedIn(waiting)));
});

withDatabases('R10 a factor that is enrolled in one tab ends the offer in another tab', async (fixture) => {
  const { world, bob } = await school(fixture);
  const one = world.browser();
  const other = world.browser();
  await other.password(bob);
  const { secret } = stepOf(await one.accept(bob), 'enroll-totp');
  await one.submit({ step: 'enroll-totp', code: world.code({ secret: decodeSecret(secret) }) });
  await assert.rejects(later(other, 'enroll-offer'), { code: 'flow-expired' });
  const late = await one.submit({ step: 'recovery-codes', action: 'later' } as never).catch((error: unknown) => error);
  assert.ok(!(await isLoggedIn(one)), `a confirmed factor can't be deferred: ${JSON.stringify(late)}`);
});

withEachDatabase('R7 50 parallel deferrals of one offer give one session', async (fixture) => {
  const { world, bob } = await school(fixture);
  const browser = world.browser();
  await browser.password(bob);
  const all = await Promise.allSettled(Array.from({ length: 50 }, () => later(browser, 'enroll-offer')));
  const sessions = all.filter((each) => each.status === 'fulfilled' && each.value.issued?.session);
  assert.equal(sessions.length, 1);
});

withDatabases('the choice of a method is shown if a method has a note, with that note', async (fixture) => {
  const { world, bob } = await school(fixture, { methods });
  const browser = world.browser();
  assert.deepEqual(stepOf(await browser.accept(bob), 'enroll-method').methods, [
    { method: 'totp', recommended: true, note: 'Free of charge.' },
  ]);
  const { secret } = stepOf(await browser.submit({ step: 'enroll-method', method: 'totp' }), 'enroll-totp');
  stepOf(await browser.submit({ step: 'enroll-totp', action: 'back', to: 'enroll-method' }), 'enroll-method');
  stepOf(await browser.submit({ step: 'enroll-method', action: 'back', to: 'enroll-offer' }), 'enroll-offer');
  await browser.submit({ step: 'enroll-offer', action: 'accept' });
  const again = stepOf(await browser.submit({ step: 'enroll-method', method: 'totp' }), 'enroll-totp');
  assert.equal(again.secret, secret, 'R61: the secret stays the same until the step is completed');
  await browser.submit({ step: 'enroll-totp', code: world.code({ secret: decodeSecret(secret) }) });
  const end = stepOf(await browser.submit({ step: 'recovery-codes' }), 'done');
  assert.ok('amr' in end);
  assert.deepEqual([end.amr, end.recoveryCodesLeft], [['pwd', 'otp', 'mfa'], 6]);
  await enrollWithSession(world, bob, decodeSecret(secret));
});

/** Enrolls another authenticator in a session: the choice is shown there too, and it can't be deferred. */
async function enrollWithSession(world: World, user: TestUser, secret: Uint8Array): Promise<void> {
  world.clock.advance(DAY);
  const browser = world.browser();
  await browser.login({ ...user, secret });
  world.clock.advance(30_000);
  await browser.start('enroll', [{ step: 'confirm-password', password: user.password }]);
  const choice = stepOf(await browser.code(world.code({ secret })), 'enroll-method');
  assert.ok(!choice.actions.includes('later'));
  assert.equal((await later(browser, 'enroll-method')).refusal?.code, 'not-allowed');
}
