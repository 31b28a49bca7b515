import type { Kind, Method, StepType } from '@tweestap/protocol';
import type { LockedBy } from '../../locks/locks.ts';
import { moveDue, setUpDue } from '../../organisations/policy.ts';
import {
  areCodesDue,
  areCodesStillDue,
  hasFactorToReplace,
  hasMethodsToShow,
  isConfirmationDue,
  isConfirmedDue,
  isDisabled,
  isFactorAsked,
  isFactorHandedOver,
  isFactorProven,
  isOldFactorDue,
  isPasswordDue,
  isPasswordEnough,
  isPasswordNeeded,
  isRemembered,
  isRenewalDue,
  isSetUpDue,
  mayHaveFactor,
} from './due.ts';
import type { Factor, Registry } from './factor.ts';
import type { Facts } from './facts.ts';
import { isLocked, isLockedBy, type Question, type StepPolicy } from './question.ts';
import {
  enrolledFactor,
  movedTo,
  offeredFactor,
  requiredFactor,
  requiredOldFactor,
  usableFactors,
} from './which-factor.ts';

type Condition = (question: Question) => boolean;

/** A step that is due, and for the step `locked` the lock that it shows. */
interface DueStep {
  readonly step: StepType;
  readonly by?: LockedBy | undefined;
}

/** Returns a step if it is due. */
type Rule = (question: Question) => DueStep | undefined;

/** The order of steps, derived from the facts of a flow. All methods are pure; `now` is in ms since the epoch. */
export interface Order {
  /**
   * The step that comes next. Nothing that a client sends can skip, reorder or replay a step (R3, R6).
   */
  nextStep(kind: Kind, facts: Facts, policy: StepPolicy, now: number): StepType;
  /** The lock that the step `locked` shows; undefined at any other step. */
  lockedBy(kind: Kind, facts: Facts, policy: StepPolicy, now: number): LockedBy | undefined;
  /** The usable methods without a lock, in the policy's order. Empty before the password is proven (R56). */
  methodsOf(at: { kind: Kind; facts: Facts; now: number }, policy: StepPolicy): Method[];
  /** The methods to which the user may switch at a step of a factor or at its lock, in the form of the wire. */
  otherMethods(at: { kind: Kind; facts: Facts; now: number }, policy: StepPolicy, step: StepType): { method: Method }[];
  /** The method that a user who already has a factor is offered at a login; undefined if there is no offer. */
  offeredMethod(at: { kind: Kind; facts: Facts; now: number }, policy: StepPolicy): Method | undefined;
  /** Whether that offer is to move from text messages to the method (W1), and whether it can be deferred. */
  moveOf(at: { kind: Kind; facts: Facts; now: number }, policy: StepPolicy): 'offered' | 'mandatory' | undefined;
  /** Whether the user may defer the enrolment to which a step belongs (D8, R10), or recovery codes that were never kept. */
  mayDefer(kind: Kind, step: StepType, facts: Facts, policy: StepPolicy, now: number): boolean;
}

/** Derives the order of steps from the list of factors. */
export function createOrder(registry: Registry): Order {
  const tables = tablesOf(registry);
  const deferrable: ReadonlySet<StepType> = new Set([
    ...(['enroll-offer', 'confirm-password', 'enroll-method'] as const),
    ...registry.factors.flatMap(({ enrollSteps }) => enrollSteps),
  ]);
  const dueStep = (kind: Kind, question: Question): DueStep | undefined => {
    for (const rule of tables[kind]) {
      const due = rule(question);
      if (due) return due;
    }
    return undefined;
  };
  const methodsOf: Order['methodsOf'] = (at, policy) =>
    usableFactors(registry, { ...at, policy })
      .filter((factor) => !isLocked(factor, { ...at, policy }))
      .map(({ method }) => method);
  const offeredMethod: Order['offeredMethod'] = (at, policy) => offeredFactor(registry, { ...at, policy })?.method;
  const moveOf: Order['moveOf'] = (at, policy) => {
    if (!movedTo(registry, { ...at, policy })) return undefined;
    return moveDue(policy, at.now) === 'mandatory' ? 'mandatory' : 'offered';
  };
  return {
    methodsOf,
    offeredMethod,
    moveOf,
    nextStep(kind, facts, policy, now) {
      return dueStep(kind, { kind, facts, policy, now })?.step ?? 'done';
    },
    lockedBy(kind, facts, policy, now) {
      return dueStep(kind, { kind, facts, policy, now })?.by;
    },
    otherMethods({ kind, facts, now }, policy, step) {
      const by = step === 'locked' ? dueStep(kind, { kind, facts, policy, now })?.by : undefined;
      if (step === 'locked' && !registry.factors.some(({ lock }) => lock !== undefined && lock.by === by)) return [];
      return methodsOf({ kind, facts, now }, policy)
        .filter((method) => method !== registry.methodOf(step))
        .map((method) => ({ method }));
    },
    mayDefer(kind, step, facts, policy, now) {
      if (step === 'recovery-codes') return kind === 'login' && facts.enrolled === undefined;
      if (kind === 'reset') return step === 'enroll-offer' || (deferrable.has(step) && facts.enrolled === undefined);
      if (!['login', 'activate', 'register'].includes(kind) || !deferrable.has(step)) return false;
      const at = { kind, facts, now };
      if (mayHaveFactor({ ...at, policy }))
        return offeredMethod(at, policy) !== undefined && moveOf(at, policy) !== 'mandatory';
      return facts.enrolled === undefined && setUpDue(policy, now) !== 'mandatory';
    },
  };
}

/** The rule of a step that is due under a condition. */
const when =
  (step: StepType, isDue: Condition): Rule =>
  (question) =>
    isDue(question) ? { step } : undefined;

/** The rule of a step that a lock replaces: the step `locked` while the lock applies, otherwise the step itself. */
const lockable =
  (step: StepType, by: LockedBy, isDue: Condition): Rule =>
  (question) => {
    if (!isDue(question)) return undefined;
    return isLockedBy(by, question) ? { step: 'locked', by } : { step };
  };

/** The step that proves a factor, or its lock. */
function proofOf(factor: Factor, isLockedNow: boolean): DueStep {
  return isLockedNow ? { step: 'locked', by: factor.lock?.by } : { step: factor.proveStep };
}

/** The steps of each kind. The first step that is due comes next; when none is due, the flow is done. */
function tablesOf(registry: Registry): Readonly<Record<Kind, readonly Rule[]>> {
  const isChoosing: Condition = ({ facts }) => facts.method === 'ask';

  /** The step that proves the second factor by the method that the flow requires. */
  const factorStep =
    (isDue: Condition): Rule =>
    (q) => {
      if (!isDue(q)) return undefined;
      if (isChoosing(q) && usableFactors(registry, q).some((each) => !isLocked(each, q)))
        return { step: 'choose-method' };
      const factor = requiredFactor(registry, q);
      return factor && proofOf(factor, (factor.role === 'factor' && isDisabled(q)) || isLocked(factor, q));
    };

  /** The step of an enrolment: the choice of the method, if there is a choice or a note, and then the method's own steps. */
  const setUpStep =
    (isDue: Condition): Rule =>
    (q) => {
      if (!isDue(q)) return undefined;
      if (q.facts.setUpMethod === undefined && hasMethodsToShow(q)) return { step: 'enroll-method' };
      const factor = enrolledFactor(registry, q);
      const step = factor?.enrollSteps.find((each) => !factor.isComplete?.(each, q.facts));
      return step && { step };
    };

  /**
   * R83: the help desk can start a reset, so it must never be able to finish one alone. The user's own factor or recovery
   * code is required before the new password, regardless of `resetBy`. A user who has neither can't continue.
   */
  const oldFactorStep: Rule = (q) => {
    if (!isOldFactorDue(q)) return undefined;
    if (isChoosing(q)) return { step: 'choose-method' };
    const factor = requiredOldFactor(registry, q);
    return factor ? proofOf(factor, isLocked(factor, q)) : { step: 'locked' };
  };

  /** The first enrolment of an account, directly after its password was chosen. */
  const firstSetUpSteps: readonly Rule[] = [
    when('enroll-offer', (q) => isSetUpDue(q) && q.facts.offerAccepted === undefined),
    setUpStep(isSetUpDue),
    when('recovery-codes', areCodesDue),
  ];

  /**
   * Whether a new factor is required because the old ones no longer work. This is so after a help-desk code (M8), and after a
   * recovery code when the hard cap disabled the factors (D12). It can't be deferred.
   */
  const isReplacementDue: Condition = (q) => {
    const { factor, enrolled } = q.facts;
    if (factor === undefined || enrolled !== undefined) return false;
    return factor.desk === true || (registry.isBackup(factor) && isAtCap(q));
  };

  /**
   * Whether the hard cap is reached. When an organisation lowers its cap below the count, the factors are not disabled, but no
   * wait ends the lock.
   */
  const isAtCap: Condition = (q) => {
    const own = usableFactors(registry, q).filter(({ role }) => role === 'factor');
    const isCapped = ({ lock }: Factor): boolean => {
      const found = lock && q.facts.locks?.[lock.by];
      return found !== undefined && found.until === undefined;
    };
    return isDisabled(q) || (own.length > 0 && own.every(isCapped));
  };

  const isBindingDue: Condition = (q) => isSetUpDue(q) || isReplacementDue(q);
  const isFactorDue: Condition = (q) => mayHaveFactor(q) && !isFactorProven(q);
  const isLoginFactorDue: Condition = (q) =>
    isFactorAsked(registry, q) &&
    !isFactorProven(q) &&
    !isPasswordEnough(q) &&
    (!isFactorHandedOver(q) || isRenewalDue(q));
  const isOffered: Condition = (q) => offeredFactor(registry, q) !== undefined;

  return {
    login: [
      when('organisation', ({ facts }) => facts.organisation === undefined),
      when('username', ({ facts }) => facts.account === undefined),
      lockable('password', 'password', (q) => isPasswordNeeded(registry, q)),
      // D13: a new password comes after the factor, never before it. A remembered device is not enough for it (D1).
      factorStep((q) => isLoginFactorDue(q) && (!isRemembered(q) || isRenewalDue(q))),
      lockable('new-password', 'new-password', (q) => isRenewalDue(q) && !isReplacementDue(q)),
      when('enroll-offer', (q) => isSetUpDue(q) && q.facts.offerAccepted === undefined),
      lockable('confirm-password', 'password', (q) => isBindingDue(q) && isConfirmationDue(q)),
      setUpStep(isBindingDue),
      when('recovery-codes', (q) => areCodesDue(q) || areCodesStillDue(q)),
      when('enroll-offer', (q) => isOffered(q) && q.facts.offerAccepted === undefined),
      setUpStep(isOffered),
    ],
    // A flow that requests a mailed link ends here: the user continues in the flow of the link.
    recover: [...recipientSteps, when('mail-sent', () => true)],
    activate: [lockable('new-password', 'new-password', isPasswordDue), ...firstSetUpSteps],
    register: [
      ...recipientSteps.map(
        (rule): Rule =>
          (q) =>
            q.facts.link ? undefined : rule(q),
      ),
      when('mail-sent', ({ facts }) => facts.link === undefined),
      lockable('new-password', 'new-password', isPasswordDue),
      ...firstSetUpSteps,
    ],
    // D6: a link and a new password do not prove that a new phone belongs to the user.
    reset: [
      when('organisation', ({ facts }) => facts.organisation === undefined),
      when('identify', ({ facts }) => facts.link === undefined && facts.helpDesk === undefined),
      oldFactorStep,
      lockable('new-password', 'new-password', isPasswordDue),
      when('enroll-offer', (q) => hasFactorToReplace(q) && q.facts.offerAccepted === undefined),
      factorStep((q) => hasFactorToReplace(q) && q.policy.resetBy === 'factor' && !isFactorProven(q)),
      setUpStep(hasFactorToReplace),
      when('recovery-codes', areCodesDue),
    ],
    unlock: [when('locked', ({ facts }) => facts.unlocked === undefined)],
    // R9: a user with a factor proves it in this flow. The password or a remembered device is not enough.
    enroll: [
      lockable('confirm-password', 'password', isConfirmedDue),
      factorStep(isFactorDue),
      setUpStep(({ facts }) => facts.enrolled === undefined),
      when('recovery-codes', areCodesDue),
    ],
    // R9: new recovery codes and turning the second factor off require the factor too.
    'recovery-codes': [factorStep(isFactorDue), when('recovery-codes', ({ facts }) => facts.codesKept === undefined)],
    disable: [lockable('confirm-password', 'password', isConfirmedDue), factorStep(isFactorDue)],
    'change-password': [
      lockable('confirm-password', 'password', isConfirmedDue),
      factorStep(isFactorDue),
      lockable('new-password', 'new-password', isPasswordDue),
    ],
    'step-up': [
      factorStep(isFactorDue),
      lockable('confirm-password', 'password', (q) => !isFactorProven(q) && isConfirmedDue(q)),
    ],
  };
}

/** The steps that ask for the recipient of a mailed link. */
const recipientSteps: readonly Rule[] = [
  when('organisation', ({ facts }) => facts.organisation === undefined),
  when('identify', ({ facts }) => facts.mailed === undefined),
];
