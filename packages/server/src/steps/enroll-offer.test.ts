import assert from 'node:assert/strict';
import type { StepOf, StepType } from '@tweestap/protocol';
import { decodeSecret } from '../factors/totp/secret.ts';
import type { Outcome } from '../flow/context.ts';
import { type Browser, type TestUser, World } from '../flow/testing/world.ts';
import type { OrganisationInput } from '../organisations/schema.ts';
import { type Fixture, withDatabases } from '../store/testing/databases.ts';

/*
 * Threat: somebody with a stolen password who goes on saying 'not now': after the deadline, to an account that has a
 * factor, at another step, or at one flow while a factor is bound in another.
 */

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

type SetUp = NonNullable<NonNullable<OrganisationInput['policy']>['setUp']>;

/** The fixture's clock begins at 2026-01-01T00:00:00Z. */
const setUp: SetUp = { from: '2026-01-01', until: '2026-01-03', timeZone: 'Asia/Tokyo' };
const methods = [{ method: 'totp' as const, recommended: true, note: { en: 'Free of charge.', nl: 'Kost niets.' } }];

/** 4 January begins in Tokyo at 15:00 of the 3rd in Greenwich. */
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

withDatabases(
  'the offer: until when, how many days are left, and the own words of the organisation',
  async (fixture) => {
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
    assert.ok(!(await isLoggedIn(browser)), 'nobody is in before an answer');
  },
);

withDatabases(
  "P10 R10: 'not now' is there on every step of a set-up that may wait, and logs in at aal1",
  async (fixture) => {
    const { world, bob } = await school(fixture, { methods, confirmPassword: 'always' });
    const at: ((browser: Browser) => Promise<Outcome>)[] = [
      (browser) => browser.password(bob),
      (browser) => browser.submit({ step: 'enroll-offer', action: 'accept' }),
      (browser) => browser.submit({ step: 'confirm-password', password: bob.password }),
      (browser) => browser.submit({ step: 'enroll-method', method: 'totp' }),
    ];
    const steps = ['enroll-offer', 'confirm-password', 'enroll-method', 'enroll-totp'] as const;
    for (const [index, step] of steps.entries()) {
      const browser = world.browser();
      for (const go of at.slice(0, index + 1)) await go(browser);
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
  "R10: 'not now' until the last millisecond of the last day in the organisation's zone",
  async (fixture) => {
    const { world, bob } = await school(fixture);
    fixture.clock.advance(DEADLINE - fixture.clock() - 1);
    const intime = world.browser();
    assert.equal(stepOf(await intime.password(bob), 'enroll-offer').daysLeft, 0);
    const late = world.browser();
    await late.password(bob);
    stepOf(await later(intime, 'enroll-offer'), 'done');

    fixture.clock.advance(1);
    assert.equal((await later(late, 'enroll-offer')).refusal?.code, 'not-allowed', 'an offer of the day before');
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

withDatabases('nothing is offered before the first day in the zone of the organisation', async (fixture) => {
  const { world, bob } = await school(fixture, { setUp: { ...setUp, from: '2026-01-02' } });
  // 2 January begins in Tokyo at 15:00 of the 1st in Greenwich.
  fixture.clock.advance(15 * HOUR - 1);
  assert.equal((await world.browser().password(bob)).flow.status, 'done');
  fixture.clock.advance(1);
  stepOf(await world.browser().password(bob), 'enroll-offer');
});

withDatabases(
  "R10: whoever has a factor, or had one that was disabled, is never offered 'not now'",
  async (fixture) => {
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
    // Bound by another way than a flow, such as an import: nothing has ended the flow that waits.
    await world.factor(bob);
    const refused = await later(waiting, 'enroll-offer');
    assert.equal(refused.refusal?.code, 'out-of-order');
    stepOf(refused, 'totp');
    assert.ok(!(await isLoggedIn(waiting)));
  },
);

withDatabases('R10: a factor that is bound in one tab ends the offer that waits in the other', async (fixture) => {
  const { world, bob } = await school(fixture);
  const one = world.browser();
  const other = world.browser();
  await other.password(bob);
  const { secret } = stepOf(await one.accept(bob), 'enroll-totp');
  await one.submit({ step: 'enroll-totp', code: world.code({ secret: decodeSecret(secret) }) });
  await assert.rejects(later(other, 'enroll-offer'), { code: 'flow-expired' });
  const late = await one.submit({ step: 'recovery-codes', action: 'later' } as never).catch((error: unknown) => error);
  assert.ok(!(await isLoggedIn(one)), `a confirmed factor can't be put off: ${JSON.stringify(late)}`);
});

withDatabases('R7: an offer that is put off fifty times at once gives one session', async (fixture) => {
  const { world, bob } = await school(fixture);
  const browser = world.browser();
  await browser.password(bob);
  const all = await Promise.allSettled(Array.from({ length: 50 }, () => later(browser, 'enroll-offer')));
  const sessions = all.filter((each) => each.status === 'fulfilled' && each.value.issued?.session);
  assert.equal(sessions.length, 1);
});

withDatabases('the choice of a method is shown where there is something to know, with the reason', async (fixture) => {
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
  assert.equal(again.secret, secret, 'R61: the same secret, until it is answered');
  await browser.submit({ step: 'enroll-totp', code: world.code({ secret: decodeSecret(secret) }) });
  const end = stepOf(await browser.submit({ step: 'recovery-codes' }), 'done');
  assert.ok('amr' in end);
  assert.deepEqual([end.amr, end.recoveryCodesLeft], [['pwd', 'otp', 'mfa'], 6]);
  await session(world, bob, decodeSecret(secret));
});

/** With a session, another authenticator: the choice is shown there as well, and nothing can be put off. */
async function session(world: World, person: TestUser, secret: Uint8Array): Promise<void> {
  world.clock.advance(DAY);
  const browser = world.browser();
  await browser.login({ ...person, secret });
  world.clock.advance(30_000);
  await browser.start('enroll', [{ step: 'confirm-password', password: person.password }]);
  const choice = stepOf(await browser.code(world.code({ secret })), 'enroll-method');
  assert.ok(!choice.actions.includes('later'));
  assert.equal((await later(browser, 'enroll-method')).refusal?.code, 'not-allowed');
}
