import type { Kind, Method, StepType } from '@tweestap/protocol';
import { holds, type LockedBy } from '../../locks/locks.ts';
import { setUpDue } from '../../organisations/policy.ts';
import {
  areCodesDue,
  areCodesStillDue,
  hasFactor,
  hasFactorToReplace,
  hasMethodsToShow,
  isConfirmationDue,
  isConfirmedDue,
  isDisabled,
  isFactorProven,
  isOldFactorDue,
  isPasswordDue,
  isRemembered,
  isSetUpDue,
} from './conditions.ts';
import type { Factor, Registry } from './factor.ts';
import type { Facts } from './facts.ts';
import {
  askedFactor,
  askedOldFactor,
  enrolledFactor,
  isLockedBy,
  type Question,
  type StepPolicy,
  usableFactors,
} from './possession.ts';

type Condition = (question: Question) => boolean;

/** A step, when it is due, and, for the locked one, what is locked. */
type Rule = readonly [step: StepType, isDue: Condition, by?: LockedBy];

/** What a flow asks, derived from its facts each time it is asked. All of it is pure. */
export interface Order {
  /**
   * The step that comes next. Nothing that a client sends can skip, reorder or replay a step (R3, R6).
   * @param now ms since the epoch
   */
  nextStep(kind: Kind, facts: Facts, policy: StepPolicy, now: number): StepType;
  /** What is locked, of a flow that is at the locked step; undefined at any other. */
  lockedBy(kind: Kind, facts: Facts, policy: StepPolicy, now: number): LockedBy | undefined;
  /** The methods that can be used now, in the order in which they are asked. Only known after the password (R56). */
  methodsOf(facts: Facts, policy: StepPolicy, now: number): Method[];
  /** The methods that one may switch to at a factor's step, or at the lock of one, as the wire lists them. */
  otherMethods(at: { kind: Kind; facts: Facts; now: number }, policy: StepPolicy, step: StepType): { method: Method }[];
  /** Whether the set-up that a step belongs to may be deferred (D8, R10), or the codes that were never kept. */
  mayDefer(kind: Kind, step: StepType, facts: Facts, policy: StepPolicy, now: number): boolean;
}

/** Derives the order of steps from the list of factors. */
export function createOrder(registry: Registry): Order {
  const tables = tablesOf(registry);
  const deferrable: ReadonlySet<StepType> = new Set([
    ...(['enroll-offer', 'confirm-password', 'enroll-method'] as const),
    ...registry.factors.flatMap(({ enrollSteps }) => enrollSteps),
  ]);
  const ruleOf = (kind: Kind, question: Question) => tables[kind].find(([, isDue]) => isDue(question));
  const methodsOf = (facts: Facts, policy: StepPolicy, now: number) =>
    usableFactors(registry, { facts, policy, now })
      .filter(({ lock }) => !holds(facts.locks?.[lock.by], now))
      .map(({ method }) => method);
  return {
    methodsOf,
    nextStep(kind, facts, policy, now) {
      return ruleOf(kind, { facts, policy, now })?.[0] ?? 'done';
    },
    lockedBy(kind, facts, policy, now) {
      return ruleOf(kind, { facts, policy, now })?.[2];
    },
    otherMethods({ kind, facts, now }, policy, step) {
      const by = step === 'locked' ? ruleOf(kind, { facts, policy, now })?.[2] : undefined;
      if (step === 'locked' && !registry.factors.some(({ lock }) => lock.by === by)) return [];
      return methodsOf(facts, policy, now)
        .filter((method) => method !== registry.methodOf(step))
        .map((method) => ({ method }));
    },
    mayDefer(kind, step, facts, policy, now) {
      if (step === 'recovery-codes') return kind === 'login' && facts.enrolled === undefined;
      if (kind === 'reset') return step === 'enroll-offer' || (deferrable.has(step) && facts.enrolled === undefined);
      if (!['login', 'activate', 'register'].includes(kind) || !deferrable.has(step)) return false;
      if (hasFactor({ facts, policy, now })) return false;
      return facts.enrolled === undefined && setUpDue(policy, now) !== 'mandatory';
    },
  };
}

/** A step that a lock keeps shut: the lock is shown in its place, and nowhere else. */
const lockable = (
  step: StepType,
  by: LockedBy,
  isDue: Condition,
  isLocked: Condition = (q) => isLockedBy(by, q),
): Rule[] => [
  ['locked', (q) => isDue(q) && isLocked(q), by],
  [step, isDue],
];

/** Each kind as a list of steps: the first one that is due comes next, and where none is due the flow is done. */
function tablesOf(registry: Registry): Readonly<Record<Kind, readonly Rule[]>> {
  const isChoosing: Condition = ({ facts }) => facts.method === 'ask';

  /** The second factor, by one of its methods. */
  const factorSteps = (isDue: Condition): Rule[] => [
    [
      'choose-method',
      (q) => isDue(q) && isChoosing(q) && usableFactors(registry, q).some((f) => !isLockedBy(f.lock.by, q)),
    ],
    ...registry.factors.flatMap((factor) =>
      lockable(
        factor.proveStep,
        factor.lock.by,
        (q) => isDue(q) && askedFactor(registry, q) === factor,
        (q) => (factor.role === 'factor' && isDisabled(q)) || isLockedBy(factor.lock.by, q),
      ),
    ),
  ];

  /** Enrolling a new factor: which one, where there is a choice or a note to read, and then its own steps. */
  const setUpSteps = (isDue: Condition): Rule[] => [
    ['enroll-method', (q) => isDue(q) && q.facts.setUpMethod === undefined && hasMethodsToShow(q)],
    ...registry.factors.flatMap((factor) =>
      factor.enrollSteps.map((step): Rule => {
        const isOpen = ({ facts }: Question): boolean => !factor.isComplete?.(step, facts);
        return [step, (q) => isDue(q) && enrolledFactor(registry, q) === factor && isOpen(q)];
      }),
    ),
  ];

  /**
   * R83: the help desk can start a new password, so it alone must never be able to finish one. The user's own factor or
   * recovery code comes before the new password, whatever `resetBy` says. A user who has neither any more stays here.
   */
  const oldFactorSteps: readonly Rule[] = [
    ['choose-method', (q) => isOldFactorDue(q) && isChoosing(q)],
    ...registry.factors.flatMap((factor) =>
      lockable(factor.proveStep, factor.lock.by, (q) => isOldFactorDue(q) && askedOldFactor(registry, q) === factor),
    ),
    ['locked', isOldFactorDue],
  ];

  /** The first set-up of an account; its password was chosen a moment ago. */
  const firstSetUpSteps: readonly Rule[] = [
    ['enroll-offer', (q) => isSetUpDue(q) && q.facts.offerAccepted === undefined],
    ...setUpSteps(isSetUpDue),
    ['recovery-codes', areCodesDue],
  ];

  /**
   * A help-desk code lets in once, so that a new factor can be enrolled (M8); so does a recovery code where the hard cap
   * disabled the factors (D12). It can't be deferred.
   */
  const isReplacementDue: Condition = (q) => {
    const { factor, enrolled } = q.facts;
    if (factor === undefined || enrolled !== undefined) return false;
    return factor.desk === true || (registry.isBackup(factor) && isAtCap(q));
  };

  /** Or the organisation has lowered the cap to below what was counted: then no wait ends the lock either. */
  const isAtCap: Condition = (q) => {
    const own = usableFactors(registry, q).filter(({ role }) => role === 'factor');
    const isCapped = ({ lock }: Factor): boolean => {
      const found = q.facts.locks?.[lock.by];
      return found !== undefined && found.until === undefined;
    };
    return isDisabled(q) || (own.length > 0 && own.every(isCapped));
  };

  const isBindingDue: Condition = (q) => isSetUpDue(q) || isReplacementDue(q);
  const isFactorDue: Condition = (q) => hasFactor(q) && !isFactorProven(q);

  return {
    login: [
      ['organisation', ({ facts }) => facts.organisation === undefined],
      ['username', ({ facts }) => facts.account === undefined],
      ...lockable('password', 'password', ({ facts }) => !facts.password || !facts.person || !facts.has),
      ...factorSteps((q) => hasFactor(q) && !isFactorProven(q) && !isRemembered(q)),
      ['enroll-offer', (q) => isSetUpDue(q) && q.facts.offerAccepted === undefined],
      ...lockable('confirm-password', 'password', (q) => isBindingDue(q) && isConfirmationDue(q)),
      ...setUpSteps(isBindingDue),
      ['recovery-codes', (q) => areCodesDue(q) || areCodesStillDue(q)],
    ],
    // What mailed links are asked for with stays where it is: the way on is the link.
    recover: [...askedSteps, ['mail-sent', () => true]],
    activate: [...lockable('new-password', 'new-password', isPasswordDue), ...firstSetUpSteps],
    register: [
      ...askedSteps.map(([step, isDue]): Rule => [step, (q) => q.facts.link === undefined && isDue(q)]),
      ['mail-sent', ({ facts }) => facts.link === undefined],
      ...lockable('new-password', 'new-password', isPasswordDue),
      ...firstSetUpSteps,
    ],
    // D6: a link and a new password are no reason to believe that a new phone is this person's.
    reset: [
      ['organisation', ({ facts }) => facts.organisation === undefined],
      ['identify', ({ facts }) => facts.link === undefined && facts.helpDesk === undefined],
      ...oldFactorSteps,
      ...lockable('new-password', 'new-password', isPasswordDue),
      ['enroll-offer', (q) => hasFactorToReplace(q) && q.facts.offerAccepted === undefined],
      ...factorSteps((q) => hasFactorToReplace(q) && q.policy.resetBy === 'factor' && !isFactorProven(q)),
      ...setUpSteps(hasFactorToReplace),
      ['recovery-codes', areCodesDue],
    ],
    unlock: [['locked', ({ facts }) => facts.unlocked === undefined]],
    // R9: a user with a factor proves it in this very flow. The password or a remembered device is not enough.
    enroll: [
      ...lockable('confirm-password', 'password', isConfirmedDue),
      ...factorSteps(isFactorDue),
      ...setUpSteps(({ facts }) => facts.enrolled === undefined),
      ['recovery-codes', areCodesDue],
    ],
    // R9: so do new recovery codes, and the end of it all.
    'recovery-codes': [...factorSteps(isFactorDue), ['recovery-codes', ({ facts }) => facts.codesKept === undefined]],
    disable: [...lockable('confirm-password', 'password', isConfirmedDue), ...factorSteps(isFactorDue)],
    'change-password': [
      ...lockable('confirm-password', 'password', isConfirmedDue),
      ...factorSteps(isFactorDue),
      ...lockable('new-password', 'new-password', isPasswordDue),
    ],
    'step-up': [
      ...factorSteps(isFactorDue),
      ...lockable('confirm-password', 'password', (q) => !isFactorProven(q) && isConfirmedDue(q)),
    ],
  };
}

/** Who a mail is asked for. */
const askedSteps: readonly Rule[] = [
  ['organisation', ({ facts }) => facts.organisation === undefined],
  ['identify', ({ facts }) => facts.mailed === undefined],
];
