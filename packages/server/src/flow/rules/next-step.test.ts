import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Kind, kinds, type StepType, steps } from '@tweestap/protocol';
import fc from 'fast-check';
import { factors } from '../../factors/index.ts';
import { holds, type LockedBy } from '../../locks/locks.ts';
import { createRegistry, hasFactor } from './factor.ts';
import type { Facts } from './facts.ts';
import { createOrder } from './next-step.ts';
import type { StepPolicy } from './question.ts';
import { without } from './step-definition.ts';

/*
 * Threat: a client omits steps, sends them in another order, goes back or waits, and thereby reaches 'done' with less than the
 * policy requires.
 */

const { lockedBy, mayDefer, nextStep, offeredMethod, otherMethods } = createOrder(createRegistry(factors));
const NOW = Date.UTC(2026, 0, 1);
const MINUTE = 60_000;
const policy: StepPolicy = {
  factor: 'mandatory',
  recoveryCodes: true,
  emailCodes: false,
  confirmPassword: 'when-stale',
  resetBy: 'factor',
  methods: [{ method: 'totp' }],
  offerPasskeys: true,
};

const instant = fc.integer({ min: NOW - 60 * MINUTE, max: NOW + 60 * MINUTE });
const anyLock = fc.oneof(fc.record({ until: instant }), fc.constant({}));
const anyFacts: fc.Arbitrary<Facts> = fc.record(
  {
    organisation: fc.constant('clinic'),
    account: fc.constant({ username: 'Ada', key: 'ada' }),
    person: fc.constant({ id: 'a', username: 'Ada' }),
    password: fc.record({ at: instant }),
    confirmed: fc.record({ at: instant }),
    factor: fc.oneof(
      fc.record({
        method: fc.constantFrom(...(['totp', 'recovery-code', 'passkey', 'sms', 'email'] as const)),
        id: fc.constant('f'),
        at: instant,
      }),
      fc.record({
        method: fc.constant('passkey' as const),
        id: fc.constant('f'),
        at: instant,
        how: fc.constant('user-verified'),
      }),
    ),
    remembered: fc.record({ deviceId: fc.constant('d'), factorTime: instant }),
    method: fc.constantFrom(...(['totp', 'passkey', 'sms', 'email', 'recovery-code', 'ask'] as const)),
    has: fc.record(
      {
        active: fc.record(
          {
            totp: fc.integer({ min: 0, max: 2 }),
            passkey: fc.integer({ min: 0, max: 2 }),
            sms: fc.integer({ min: 0, max: 1 }),
          },
          { requiredKeys: [] },
        ),
        disabled: fc.boolean(),
        recoveryCodes: fc.integer({ min: 0, max: 6 }),
        // Without the key, the address is not confirmed.
        emailConfirmed: fc.constant(true as const),
      },
      { requiredKeys: ['active', 'disabled', 'recoveryCodes'] },
    ),
    enrolment: fc.record({ factorId: fc.constant('n'), secret: fc.constant('sealed'), at: instant }),
    enrolled: fc.record({ factorId: fc.constant('n'), at: instant }),
    offerAccepted: fc.record({ at: instant }),
    deferred: fc.record({ at: instant }),
    setUpMethod: fc.constantFrom('totp' as const, 'passkey' as const, 'sms' as const),
    offerDeclined: fc.record({ at: instant }),
    offersDeferredUntil: instant,
    newCodes: fc.record({ sealed: fc.constant('sealed') }),
    codesKept: fc.record({ at: instant }),
    codesDue: fc.constant(true as const),
    codesDeferred: fc.record({ at: instant }),
    locks: fc.record(
      { password: anyLock, 'new-password': anyLock, code: anyLock, sms: anyLock, email: anyLock, recovery: anyLock },
      { requiredKeys: [] },
    ),
    session: fc.constant('s'),
    link: fc.constant({ id: 'l', purpose: 'reset' as const }),
    helpDesk: fc.constantFrom({ by: 'letter' as const }, { by: 'code' as const, id: 'c' }),
    mailed: fc.record({ to: fc.constant('ada@mail.example'), at: instant }),
    newPassword: fc.record({ at: instant }),
    unlocked: fc.record({ at: instant }),
    unavailable: fc.constant(['passkey' as const]),
  },
  { requiredKeys: [] },
);
const anyPolicy: fc.Arbitrary<StepPolicy> = fc.record({
  factor: fc.constantFrom('mandatory' as const, 'optional' as const),
  recoveryCodes: fc.boolean(),
  emailCodes: fc.boolean(),
  confirmPassword: fc.constantFrom('when-stale' as const, 'always' as const),
  resetBy: fc.constantFrom('factor' as const, 'mail' as const),
  methods: fc.constantFrom(
    [{ method: 'totp' as const }],
    [{ method: 'totp' as const, note: 'free' }],
    [{ method: 'totp' as const }, { method: 'passkey' as const }],
    [{ method: 'sms' as const }, { method: 'totp' as const }],
  ),
  offerPasskeys: fc.boolean(),
  setUp: fc.option(fc.record({ timeZone: fc.constant('UTC'), until: fc.constantFrom('2025-12-31', '2026-01-01') }), {
    nil: undefined,
  }),
});
/** Whether an enrolment may still be deferred at `NOW` in UTC. */
const mayWait = (rules: StepPolicy) => rules.factor === 'optional' && rules.setUp?.until !== '2025-12-31';
const anyKind = fc.constantFrom<Kind>(...kinds);
const anyStep = fc.constantFrom(...(Object.keys(steps) as StepType[]));
/** The number of random cases of each property. The drills set a larger one. */
const RUNS = Number(process.env.TWEESTAP_PROPERTY_RUNS ?? 3000);
const check = (property: Parameters<typeof fc.assert>[0]) => fc.assert(property, { numRuns: RUNS });

// Threat: with some combination of facts, a helper who started a reset bypasses the user's own factor.
test('R83 a reset by the help desk asks for the new password only after the own factor was proven', () => {
  check(
    fc.property(anyFacts, fc.constantFrom('letter', 'code'), fc.boolean(), anyPolicy, (given, by, byDesk, rules) => {
      const { factor } = given;
      const facts = factor && byDesk ? { ...given, factor: { ...factor, desk: true as const } } : given;
      const helpDesk = by === 'letter' ? ({ by } as const) : ({ by: 'code', id: 'c' } as const);
      const step = nextStep('reset', { ...facts, helpDesk }, rules, NOW);
      const isProven = facts.factor !== undefined && facts.factor.desk !== true;
      const before: StepType[] = ['organisation', 'locked', 'choose-method', 'recovery-code', 'totp', 'passkey', 'sms'];
      if (!isProven) assert.ok(before.includes(step), step);
      else assert.ok(['organisation', 'locked', 'new-password', 'done', 'recovery-codes'].includes(step), step);
      assert.equal(step === 'done' && facts.newPassword === undefined, false);
    }),
  );
});

/** Whether a flow has a proof that replaces the password: a passkey with user verification. */
const standsAlone = ({ factor }: Facts) => factor?.method === 'passkey' && factor.how === 'user-verified';

test('R1 R3 for all facts, a login is done only with password and factor, with a verified passkey, or a deferral', () => {
  check(
    fc.property(anyFacts, anyPolicy, (facts, rules) => {
      if (nextStep('login', facts, rules, NOW) !== 'done') return;
      assert.ok(facts.organisation && facts.account && facts.person && facts.has);
      assert.ok(facts.password || standsAlone(facts), 'neither a password nor a passkey with user verification');
      const factor = facts.factor ?? facts.enrolled ?? facts.remembered;
      if (hasFactor(facts.has)) assert.ok(factor, 'a factor of the account was not proven');
      else if (!facts.enrolled) {
        assert.ok(mayWait(rules), 'a mandatory enrolment was omitted');
        assert.ok(rules.setUp === undefined || facts.deferred, 'an offered enrolment was not deferred');
      }
    }),
  );
});

test('R1 for all facts, a page on which a method does not work requires all but the offer of that method', () => {
  check(
    fc.property(anyFacts, anyPolicy, (facts, rules) => {
      const { unavailable: _, ...elsewhere } = facts;
      const isDone = (given: Facts) => nextStep('login', given, { ...rules, offerPasskeys: false }, NOW) === 'done';
      assert.equal(isDone({ ...elsewhere, unavailable: ['passkey'] }), isDone(elsewhere));
    }),
  );
});

// Threat: the policy asks for a move that the page can't make, and locks every user of text messages out of that portal.
test('W1 a mandatory move to a passkey is not asked on a page where passkeys do not work', () => {
  const facts: Facts = {
    ...{ organisation: 'clinic', account: { username: 'Ada', key: 'ada' }, person: { id: 'a', username: 'Ada' } },
    ...{ password: { at: NOW }, factor: { method: 'sms', id: 'f', at: NOW } },
    has: { active: { sms: 1 }, disabled: false, recoveryCodes: 6 },
  };
  const moveFromSms = { to: 'passkey', from: '2025-01-01', until: '2025-12-31', timeZone: 'UTC' } as const;
  const rules: StepPolicy = { ...policy, methods: [{ method: 'passkey' }, { method: 'sms' }], moveFromSms };
  assert.equal(nextStep('login', facts, rules, NOW), 'enroll-offer');
  assert.equal(nextStep('login', { ...facts, unavailable: ['passkey'] }, rules, NOW), 'done');
});

/** The possession of an account without a factor, which random facts seldom have. */
const NO_FACTOR = { active: {}, disabled: false, recoveryCodes: 0 } as const;

test('R10 for all facts, an enrolment can be deferred only before the deadline and without a factor', () => {
  let deferred = 0;
  check(
    fc.property(anyKind, anyStep, anyFacts, anyPolicy, fc.boolean(), (kind, step, given, rules, isNear) => {
      const facts = isNear ? { ...without(given, 'enrolled'), has: NO_FACTOR } : given;
      if (!mayDefer(kind, step, facts, rules, NOW)) return;
      deferred += 1;
      if (step === 'recovery-codes') {
        assert.equal(kind, 'login', 'only codes that are offered again can be deferred');
        return assert.ok(!facts.enrolled);
      }
      assert.ok(step.startsWith('enroll-') || step === 'confirm-password', step);
      if (kind === 'reset')
        return assert.ok(step === 'enroll-offer' || !facts.enrolled, 'the enrolment is already complete');
      assert.ok(['login', 'activate', 'register'].includes(kind), kind);
      assert.ok(!facts.enrolled && facts.has);
      // A user who has a factor declines the offer of a passkey, at any time.
      if (hasFactor(facts.has)) return assert.ok(kind === 'login' && facts.factor && rules.offerPasskeys);
      assert.ok(mayWait(rules));
    }),
  );
  assert.ok(deferred > RUNS / 200, `only ${deferred} cases could be deferred`);
});

test('R10 for all facts, a kind that ends without an offered enrolment has nothing to defer', () => {
  check(
    fc.property(anyStep, anyFacts, anyPolicy, (step, facts, rules) => {
      const strict = [
        'recover',
        'unlock',
        'enroll',
        'recovery-codes',
        'disable',
        'change-password',
        'step-up',
      ] as const;
      for (const kind of strict) assert.equal(mayDefer(kind, step, facts, rules, NOW), false, kind);
    }),
  );
});

test('R9 for all facts, an enrolment for an account with a factor requires that factor in the same flow', () => {
  check(
    fc.property(anyKind, anyFacts, anyPolicy, (kind, facts, rules) => {
      const step = nextStep(kind, facts, rules, NOW);
      if (step !== 'enroll-totp' && step !== 'enroll-passkey' && step !== 'recovery-codes') return;
      // R29 covers this case: the organisation has chosen that the mailed link is sufficient.
      if (kind === 'reset' && rules.resetBy === 'mail') return;
      const has = facts.has ?? { active: { totp: 1 }, disabled: false, recoveryCodes: 0 };
      if (kind === 'enroll') assert.ok(facts.confirmed, 'the password was not confirmed');
      if (hasFactor(has)) assert.ok(facts.factor ?? facts.enrolled, 'a remembered device was accepted as the factor');
    }),
  );
});

test('R9 for all facts, turning the second factor off and a new password require the password and the factor', () => {
  check(
    fc.property(anyFacts, anyPolicy, (facts, rules) => {
      const has = facts.has ?? { active: { totp: 1 }, disabled: false, recoveryCodes: 0 };
      const proven = facts.confirmed && (!hasFactor(has) || facts.factor || facts.enrolled);
      if (nextStep('disable', facts, rules, NOW) === 'done') assert.ok(proven, 'turned off without a proof');
      const step = nextStep('change-password', facts, rules, NOW);
      if (step === 'new-password' || step === 'done') assert.ok(proven, 'changed without a proof');
      if (step === 'done') assert.ok(facts.newPassword);
    }),
  );
});

/** Facts of a mailed reset whose password is chosen and whose offer is accepted. Random facts seldom come so far. */
const beforeSetUp = (facts: Facts): Facts => ({
  ...without(facts, 'helpDesk', 'enrolled', 'deferred'),
  organisation: 'clinic',
  link: { id: 'l', purpose: 'reset' },
  newPassword: { at: NOW },
  offerAccepted: { at: NOW },
});

test('R29 for all facts, a new authenticator after a mailed reset requires the old factor or the policy `mail`', () => {
  check(
    fc.property(anyFacts, anyPolicy, fc.boolean(), (given, rules, isNear) => {
      const facts = isNear ? beforeSetUp(given) : given;
      const step = nextStep('reset', facts, rules, NOW);
      if (!step.startsWith('enroll-') || step === 'enroll-offer') return;
      assert.ok(facts.newPassword && facts.offerAccepted);
      assert.ok(facts.factor || rules.resetBy === 'mail');
    }),
  );
});

test('R3 for all facts, a flow of a mailed link is done only after the change that the link is for', () => {
  check(
    fc.property(anyFacts, anyPolicy, (facts, rules) => {
      for (const kind of ['activate', 'reset', 'register'] as const) {
        const step = nextStep(kind, facts, rules, NOW);
        if (step === 'done' || step.startsWith('enroll-')) assert.ok(facts.newPassword, kind);
      }
      if (nextStep('register', facts, rules, NOW) === 'new-password')
        assert.ok(facts.link, 'the address is not confirmed');
      assert.equal(nextStep('unlock', facts, rules, NOW), facts.unlocked ? 'done' : 'locked');
      assert.notEqual(nextStep('recover', facts, rules, NOW), 'done');
    }),
  );
});

test('a step-up is done only with a factor of this flow, or with the password if the account has no factor', () => {
  check(
    fc.property(anyFacts, anyPolicy, (facts, rules) => {
      if (nextStep('step-up', facts, rules, NOW) !== 'done') return;
      if (!facts.has || hasFactor(facts.has)) assert.ok(facts.factor ?? facts.enrolled);
      else assert.ok(facts.confirmed ?? facts.factor ?? facts.enrolled);
    }),
  );
});

test('R48 for all facts, a locked step is never shown, and a lock is shown only in place of its own step', () => {
  const keys = { password: 'password', 'confirm-password': 'password', 'new-password': 'new-password' } as const;
  const locksOf: Partial<Record<StepType, LockedBy>> = {
    ...keys,
    totp: 'code',
    sms: 'sms',
    email: 'email',
    'recovery-code': 'recovery',
  };
  check(
    fc.property(anyKind, anyFacts, anyPolicy, (kind, facts, rules) => {
      const step = nextStep(kind, facts, rules, NOW);
      const by = locksOf[step];
      if (by) assert.ok(!holds(facts.locks?.[by], NOW), `${step} is shown although it is locked`);
      const at = lockedBy(kind, facts, rules, NOW);
      if (step !== 'locked') return assert.equal(at, undefined);
      // A reset by the help desk for an account without any factor left shows `locked` without a lock.
      if (kind === 'unlock' || (kind === 'reset' && at === undefined && facts.helpDesk)) return;
      const isOfFactor = at === 'code' || at === 'sms';
      assert.ok(at && (holds(facts.locks?.[at], NOW) || (isOfFactor && facts.has?.disabled)), at);
      for (const { method } of otherMethods({ kind, facts, now: NOW }, rules, step)) {
        const own = locksOf[method];
        assert.ok(['code', 'sms', 'email', 'recovery'].includes(at), 'a lock of the password offers another method');
        assert.ok(own === undefined || !holds(facts.locks?.[own], NOW), `${method} is offered although it is locked`);
        assert.notEqual(
          nextStep(kind, { ...facts, method }, rules, NOW),
          'locked',
          'the offered method leads to a lock',
        );
      }
    }),
  );
});

test('R42 D12 for all facts, a login with a recovery code instead of a disabled app requires a new app', () => {
  check(
    fc.property(anyFacts, anyPolicy, (known, rules) => {
      const has = { active: {}, disabled: true, recoveryCodes: 5 };
      const factor = { method: 'recovery-code' as const, id: 'r', at: NOW };
      const facts = { ...known, has, factor };
      const step = nextStep('login', facts, rules, NOW);
      if (step === 'done' || step === 'recovery-codes') assert.ok(facts.enrolled);
      if (!facts.enrolled) assert.ok(!mayDefer('login', step, facts, rules, NOW));
    }),
  );
});

test('R6 dropping a fact makes its step due again, and no step disappears', () => {
  check(
    fc.property(
      anyFacts,
      anyPolicy,
      fc.constantFrom<keyof Facts>('password', 'organisation', 'account'),
      (facts, rules, gone) => {
        if (gone === 'password' && standsAlone(facts)) return;
        const { [gone]: _dropped, ...rest } = facts;
        assert.notEqual(nextStep('login', rest, rules, NOW), 'done');
      },
    ),
  );
});

const known: Facts = {
  organisation: 'clinic',
  account: { username: 'Ada', key: 'ada' },
  person: { id: 'a', username: 'Ada' },
  password: { at: NOW },
};
const after = (minutes: number, facts: Facts, rules = policy) =>
  nextStep('login', facts, rules, NOW + minutes * MINUTE);

test('an enrolment asks for the password again if it is older than five minutes, but not after the secret was shown', () => {
  const accepted = { ...known, offerAccepted: { at: NOW } };
  const none = { ...accepted, has: { active: {}, disabled: false, recoveryCodes: 0 } };
  assert.equal(after(4, none), 'enroll-totp');
  assert.equal(after(6, none), 'confirm-password');
  assert.equal(after(-1, none), 'confirm-password');
  assert.equal(after(0, none, { ...policy, confirmPassword: 'always' }), 'confirm-password');
  assert.equal(after(30, { ...none, enrolment: { factorId: 'n', secret: 's', at: NOW } }), 'enroll-totp');
});

test('an account with unknown possession is treated as if it had a factor', () => {
  assert.equal(after(0, known), 'password');
  assert.equal(nextStep('step-up', known, policy, NOW), 'totp');
});

test('with a factor that the hard cap disabled, the password alone does not enroll another one', () => {
  const disabled = { ...known, has: { active: {}, disabled: true, recoveryCodes: 6 } };
  assert.equal(after(0, disabled), 'locked');
  assert.equal(nextStep('enroll', { ...disabled, confirmed: { at: NOW } }, policy, NOW), 'locked');
});

test('R9 for all facts, another method is offered only after a factor at aal2 of this flow, and not after a refusal', () => {
  let offered = 0;
  check(
    fc.property(anyKind, anyFacts, anyPolicy, fc.boolean(), (kind, given, rules, isLikely) => {
      const facts = isLikely
        ? without(given, 'enrolled', 'offerDeclined', 'offersDeferredUntil', 'unavailable')
        : given;
      if (offeredMethod({ kind: isLikely ? 'login' : kind, facts, now: NOW }, rules) === undefined) return;
      offered += 1;
      assert.ok((isLikely || kind === 'login') && rules.offerPasskeys && rules.methods.length > 1);
      assert.ok(facts.factor && facts.factor.method !== 'recovery-code' && !facts.enrolled);
      assert.ok(!facts.offerDeclined && !((facts.offersDeferredUntil ?? 0) > NOW));
      assert.ok(!facts.has?.active.passkey, 'the account has the offered method already');
    }),
  );
  assert.ok(offered > RUNS / 1000, `only ${offered} cases had an offer`);
});

test('a passkey with user verification needs no password, and one without it is a second factor only', () => {
  const { password: _, ...unproven } = known;
  const has = { active: { totp: 1, passkey: 1 }, disabled: false, recoveryCodes: 6 };
  const factor = { method: 'passkey' as const, id: 'p', at: NOW };
  const rules = { ...policy, methods: [{ method: 'totp' as const }, { method: 'passkey' as const }] };
  assert.equal(after(0, { ...unproven, has, factor: { ...factor, how: 'user-verified' } }, rules), 'done');
  assert.equal(after(0, { ...unproven, has, factor }, rules), 'password');
  assert.equal(after(0, { ...known, has, factor }, rules), 'done');
  // A lock of the password or of codes does not stop a passkey (R48, R91).
  const locks = { password: {}, code: {} };
  assert.equal(after(0, { ...unproven, has, locks, factor: { ...factor, how: 'user-verified' } }, rules), 'done');
  assert.equal(after(0, { ...known, has, locks }, rules), 'passkey');
});

test('the method that was used last is asked first, unless it is locked or the user chose another one', () => {
  const has = { active: { totp: 1, passkey: 1 }, disabled: false, recoveryCodes: 6, preferred: 'totp' as const };
  const rules = { ...policy, methods: [{ method: 'passkey' as const }, { method: 'totp' as const }] };
  assert.equal(after(0, { ...known, has: { ...has, preferred: 'passkey' as const } }, rules), 'passkey');
  assert.equal(after(0, { ...known, has }, rules), 'totp');
  assert.equal(after(0, { ...known, has, method: 'passkey' }, rules), 'passkey');
  assert.equal(after(0, { ...known, has, locks: { code: {} } }, rules), 'passkey');
});
