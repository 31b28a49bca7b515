import type { Kind, Method, StepType } from '@tweestap/protocol';
import { holds, type LockedBy } from '../locks/locks.ts';
import type { Policy } from '../organisations/schema.ts';
import { type SetUpPolicy, setUpDue } from '../organisations/set-up.ts';
import type { Facts } from './facts.ts';
import { methodsOf, takesRecoveryCode } from './methods.ts';

/** A password typed this long ago, in this flow, needs no confirming before set-up (CONTRACT §2). In ms. */
const PASSWORD_FRESH = 5 * 60_000;

/** The part of an organisation's policy that decides the order of steps. */
export type StepPolicy = Pick<Policy, 'recoveryCodes' | 'confirmPassword' | 'methods' | 'resetBy'> & SetUpPolicy;

interface Question {
  facts: Facts;
  policy: StepPolicy;
  /** Milliseconds since the epoch. */
  now: number;
}

/** A step, when it is due, and, for the locked one, what is locked. */
type Rule = readonly [step: StepType, isDue: (question: Question) => boolean, by?: LockedBy];

/** A step that a lock keeps shut: the lock is shown in its place, and nowhere else. */
const lockable = (
  step: StepType,
  by: LockedBy,
  isDue: (question: Question) => boolean,
  isLocked = (q: Question) => isLockedBy(by, q),
): Rule[] => [
  ['locked', (q) => isDue(q) && isLocked(q), by],
  [step, isDue],
];

/** The second factor, by one of its methods. A lock of one method leaves the others open (D12). */
const factorSteps = (isDue: (question: Question) => boolean): Rule[] => [
  ['choose-method', (q) => isDue(q) && q.facts.method === 'ask' && methodsOf(q.facts, q.policy, q.now).length > 0],
  ...lockable('recovery-code', 'recovery', (q) => isDue(q) && isRecoveryAsked(q)),
  ...lockable('totp', 'code', isDue, (q) => isDisabled(q) || isLockedBy('code', q)),
];

/** Binding a new factor: which one, where there is something to choose or to know, and then its own steps. */
const setUpSteps = (isDue: (question: Question) => boolean): Rule[] => [
  ['enroll-method', (q) => isDue(q) && q.facts.setUpMethod === undefined && hasMethodsToShow(q)],
  ['enroll-totp', isDue],
];

/**
 * R83: the help desk can start a new password, so it alone must never be able to finish one. The user's own factor or
 * recovery code comes before the new password, whatever `resetBy` says. A user who has neither any more stays here.
 */
const oldFactorSteps: readonly Rule[] = [
  ['choose-method', (q) => isOldFactorDue(q) && q.facts.method === 'ask'],
  ...lockable('recovery-code', 'recovery', (q) => {
    return isOldFactorDue(q) && takesRecoveryCode(q.facts, q.policy) && !prefersTotp(q.facts);
  }),
  ...lockable('totp', 'code', (q) => isOldFactorDue(q) && q.facts.has?.totp === true),
  ['locked', isOldFactorDue],
];

/** Who a mail is asked for. */
const askedSteps: readonly Rule[] = [
  ['organisation', ({ facts }) => facts.organisation === undefined],
  ['identify', ({ facts }) => facts.mailed === undefined],
];

/** The first set-up of an account; its password was chosen a moment ago. */
const firstSetUpSteps: readonly Rule[] = [
  ['enroll-offer', (q) => isSetUpDue(q) && q.facts.offerAccepted === undefined],
  ...setUpSteps(isSetUpDue),
  ['recovery-codes', areCodesDue],
];

/** Each kind as a list of steps: the first one that is due comes next, and where none is due the flow is done. */
const tables: Readonly<Record<Kind, readonly Rule[]>> = {
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
  // R9: whoever has a factor proves it in this very flow; the password alone does not do, nor does a remembered device.
  enroll: [
    ...lockable('confirm-password', 'password', isConfirmedDue),
    ...factorSteps((q) => hasFactor(q) && !isFactorProven(q)),
    ...setUpSteps(({ facts }) => facts.enrolled === undefined),
    ['recovery-codes', areCodesDue],
  ],
  // R9: so do new recovery codes, and the end of it all.
  'recovery-codes': [
    ...factorSteps((q) => hasFactor(q) && !isFactorProven(q)),
    ['recovery-codes', ({ facts }) => facts.codesKept === undefined],
  ],
  disable: [
    ...lockable('confirm-password', 'password', isConfirmedDue),
    ...factorSteps((q) => hasFactor(q) && !isFactorProven(q)),
  ],
  'change-password': [
    ...lockable('confirm-password', 'password', isConfirmedDue),
    ...factorSteps((q) => hasFactor(q) && !isFactorProven(q)),
    ...lockable('new-password', 'new-password', isPasswordDue),
  ],
  'step-up': [
    ...factorSteps((q) => hasFactor(q) && !isFactorProven(q)),
    ...lockable('confirm-password', 'password', (q) => !isFactorProven(q) && isConfirmedDue(q)),
  ],
};

/**
 * What a flow asks next: derived anew from the facts each time, so nothing that a client sends can skip, reorder or
 * replay a step (R3, R6). Pure.
 */
export function nextStep(kind: Kind, facts: Facts, policy: StepPolicy, now: number): StepType {
  return ruleOf(kind, { facts, policy, now })?.[0] ?? 'done';
}

/** What is locked, of a flow that is at the locked step; undefined at any other. Pure. */
export function lockedBy(kind: Kind, facts: Facts, policy: StepPolicy, now: number): LockedBy | undefined {
  return ruleOf(kind, { facts, policy, now })?.[2];
}

function ruleOf(kind: Kind, question: Question): Rule | undefined {
  return tables[kind].find(([, isDue]) => isDue(question));
}

/** The methods that one may switch to at a factor's step, or at the lock of one, as the wire lists them. Pure. */
export function otherMethods(
  { kind, facts, now }: { kind: Kind; facts: Facts; now: number },
  policy: StepPolicy,
  step: StepType,
): { method: Method }[] {
  const by = step === 'locked' ? lockedBy(kind, facts, policy, now) : undefined;
  if (step === 'locked' && by !== 'code' && by !== 'recovery') return [];
  return methodsOf(facts, policy, now)
    .filter((method) => method !== step)
    .map((method) => ({ method }));
}

/** The steps of a set-up that may be put off: before anything is bound. */
const deferrable: ReadonlySet<StepType> = new Set(['enroll-offer', 'confirm-password', 'enroll-method', 'enroll-totp']);

/** Whether the set-up that a step belongs to may be deferred (D8, R10), or the codes that were never kept. Pure. */
export function mayDefer(kind: Kind, step: StepType, facts: Facts, policy: StepPolicy, now: number): boolean {
  if (step === 'recovery-codes') return kind === 'login' && facts.enrolled === undefined;
  if (kind === 'reset') return step === 'enroll-offer' || (deferrable.has(step) && facts.enrolled === undefined);
  if (!['login', 'activate', 'register'].includes(kind) || !deferrable.has(step)) return false;
  if (hasFactor({ facts, policy, now })) return false;
  return facts.enrolled === undefined && setUpDue(policy, now) !== 'mandatory';
}

function isPasswordDue({ facts }: Question): boolean {
  return facts.newPassword === undefined;
}

function isOldFactorDue({ facts }: Question): boolean {
  return facts.helpDesk !== undefined && (facts.factor === undefined || facts.factor.desk === true);
}

function prefersTotp({ has, method }: Facts): boolean {
  return has?.totp === true && method !== 'recovery-code';
}

/** After a mailed reset: there is a factor, and the person has not said that the phone is still the same. */
function hasFactorToReplace(question: Question): boolean {
  const { facts } = question;
  return (
    facts.helpDesk === undefined && hasFactor(question) && facts.enrolled === undefined && facts.deferred === undefined
  );
}

function isLockedBy(by: LockedBy, { facts: { locks }, now }: Question): boolean {
  return holds(locks?.[by], now);
}

function isConfirmedDue({ facts }: Question): boolean {
  return facts.confirmed === undefined;
}

/** Not knowing what the account has counts as having a factor: the doubt asks for more, never for less. */
function hasFactor({ facts: { has } }: Question): boolean {
  return has === undefined || has.totp || has.disabled;
}

/** D7: past the hard cap the app verifies nothing until one is bound again, after a recovery or help-desk code. */
function isDisabled({ facts: { has } }: Question): boolean {
  return has?.disabled === true && !has.totp;
}

/** Or the organisation has lowered the cap to below what was counted: then no wait ends the lock either. */
function isAtCap(question: Question): boolean {
  const lock = question.facts.locks?.code;
  return isDisabled(question) || (lock !== undefined && lock.until === undefined);
}

/** At the cap of recovery codes there are none left, and the lock is shown all the same. */
function isRecoveryAsked(question: Question): boolean {
  const { facts, policy } = question;
  if (facts.method !== 'recovery-code') return false;
  return takesRecoveryCode(facts, policy) || isLockedBy('recovery', question);
}

/**
 * A help-desk code lets in once, so that a new authenticator can be bound (M8); so does a recovery code where the hard cap
 * disabled the authenticator (D12). There is no 'not now'.
 */
function isReplacementDue(question: Question): boolean {
  const { factor, enrolled } = question.facts;
  if (factor === undefined || enrolled !== undefined) return false;
  return factor.desk === true || (factor.method === 'recovery-code' && isAtCap(question));
}

function isBindingDue(question: Question): boolean {
  return isSetUpDue(question) || isReplacementDue(question);
}

/** Setting up an authenticator proves it as well. */
function isFactorProven({ facts }: Question): boolean {
  return facts.factor !== undefined || facts.enrolled !== undefined;
}

function isRemembered({ facts }: Question): boolean {
  return facts.remembered !== undefined;
}

/**
 * R10: a set-up that was put off is due again as soon as it may not be put off any more. Whoever accepted an offer goes
 * on with it, whatever the calendar says.
 */
function isSetUpDue(question: Question): boolean {
  const { facts, policy, now } = question;
  if (facts.enrolled !== undefined || hasFactor(question)) return false;
  const due = setUpDue(policy, now);
  return (
    due === 'mandatory' || (facts.deferred === undefined && (due === 'offered' || facts.offerAccepted !== undefined))
  );
}

function hasMethodsToShow({ policy: { methods } }: Question): boolean {
  return methods.length > 1 || methods.some(({ note }) => note !== undefined);
}

/** Asked before the secret is shown, and not again while somebody looks for the phone. */
function isConfirmationDue({ facts, policy, now }: Question): boolean {
  if (facts.confirmed !== undefined || facts.enrolment !== undefined) return false;
  if (policy.confirmPassword === 'always' || facts.password === undefined) return true;
  // A clock that was set back makes nothing fresh (R86).
  return now - facts.password.at > PASSWORD_FRESH || now < facts.password.at;
}

function areCodesDue({ facts, policy }: Question): boolean {
  return policy.recoveryCodes && facts.enrolled !== undefined && facts.has?.recoveryCodes === 0;
}

/** Codes that were shown after an earlier set-up and never kept are offered again, once a factor was proven in this flow. */
function areCodesStillDue({ facts, policy }: Question): boolean {
  const { codesDue, codesKept, codesDeferred, factor, enrolled, has } = facts;
  if (!codesDue || !policy.recoveryCodes || !factor || enrolled) return false;
  return codesKept === undefined && codesDeferred === undefined && has?.totp === true && has.recoveryCodes === 0;
}
