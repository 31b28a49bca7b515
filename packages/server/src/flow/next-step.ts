import type { Kind, StepType } from '@tweestap/protocol';
import type { Policy } from '../organisations/schema.ts';
import { type SetUpPolicy, setUpDue } from '../organisations/set-up.ts';
import type { Facts } from './facts.ts';

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

type Rule = readonly [step: StepType, isDue: (question: Question) => boolean];

/** The second factor: three faces of one rule. */
const factorSteps = (isDue: (question: Question) => boolean): Rule[] => [
  ['locked', (q) => isDue(q) && isDisabled(q)],
  ['choose-method', (q) => isDue(q) && q.facts.method === 'ask'],
  ['recovery-code', (q) => isDue(q) && q.facts.method === 'recovery-code' && takesRecoveryCode(q.facts, q.policy)],
  ['totp', isDue],
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
  ['recovery-code', (q) => isOldFactorDue(q) && takesRecoveryCode(q.facts, q.policy) && !prefersTotp(q.facts)],
  ['totp', (q) => isOldFactorDue(q) && q.facts.has?.totp === true],
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
    ['locked', isLocked],
    ['password', ({ facts }) => !facts.password || !facts.person || !facts.has],
    ...factorSteps((q) => hasFactor(q) && !isFactorProven(q) && !isRemembered(q)),
    ['enroll-offer', (q) => isSetUpDue(q) && q.facts.offerAccepted === undefined],
    ['confirm-password', (q) => isBindingDue(q) && isConfirmationDue(q)],
    ...setUpSteps(isBindingDue),
    ['recovery-codes', areCodesDue],
  ],
  // What mailed links are asked for with stays where it is: the way on is the link.
  recover: [...askedSteps, ['mail-sent', () => true]],
  activate: [['new-password', isPasswordDue], ...firstSetUpSteps],
  register: [
    ...askedSteps.map(([step, isDue]): Rule => [step, (q) => q.facts.link === undefined && isDue(q)]),
    ['mail-sent', ({ facts }) => facts.link === undefined],
    ['new-password', isPasswordDue],
    ...firstSetUpSteps,
  ],
  // D6: a link and a new password are no reason to believe that a new phone is this person's.
  reset: [
    ['organisation', ({ facts }) => facts.organisation === undefined],
    ['identify', ({ facts }) => facts.link === undefined && facts.helpDesk === undefined],
    ['locked', isLocked],
    ...oldFactorSteps,
    ['new-password', isPasswordDue],
    ['enroll-offer', (q) => hasFactorToReplace(q) && q.facts.offerAccepted === undefined],
    ...factorSteps((q) => hasFactorToReplace(q) && q.policy.resetBy === 'factor' && !isFactorProven(q)),
    ...setUpSteps(hasFactorToReplace),
    ['recovery-codes', areCodesDue],
  ],
  unlock: [['locked', ({ facts }) => facts.unlocked === undefined]],
  // R9: whoever has a factor proves it in this very flow; the password alone does not do, nor does a remembered device.
  enroll: [
    ['locked', isLocked],
    ['confirm-password', ({ facts }) => facts.confirmed === undefined],
    ...factorSteps((q) => hasFactor(q) && !isFactorProven(q)),
    ...setUpSteps(({ facts }) => facts.enrolled === undefined),
    ['recovery-codes', areCodesDue],
  ],
  // R9: so do new recovery codes, and the end of it all.
  'recovery-codes': [
    ['locked', isLocked],
    ...factorSteps((q) => hasFactor(q) && !isFactorProven(q)),
    ['recovery-codes', ({ facts }) => facts.codesKept === undefined],
  ],
  disable: [
    ['locked', isLocked],
    ['confirm-password', ({ facts }) => facts.confirmed === undefined],
    ...factorSteps((q) => hasFactor(q) && !isFactorProven(q)),
  ],
  'change-password': [
    ['locked', isLocked],
    ['confirm-password', ({ facts }) => facts.confirmed === undefined],
    ...factorSteps((q) => hasFactor(q) && !isFactorProven(q)),
    ['new-password', isPasswordDue],
  ],
  'step-up': [
    ['locked', isLocked],
    ...factorSteps((q) => hasFactor(q) && !isFactorProven(q)),
    ['confirm-password', (q) => !isFactorProven(q) && q.facts.confirmed === undefined],
  ],
};

/**
 * What a flow asks next: derived anew from the facts each time, so nothing that a client sends can skip, reorder or
 * replay a step (R3, R6). Pure.
 */
export function nextStep(kind: Kind, facts: Facts, policy: StepPolicy, now: number): StepType {
  const question = { facts, policy, now };
  return tables[kind].find(([, isDue]) => isDue(question))?.[0] ?? 'done';
}

/** The steps of a set-up that may be put off: before anything is bound. */
const deferrable: ReadonlySet<StepType> = new Set(['enroll-offer', 'confirm-password', 'enroll-method', 'enroll-totp']);

/** Whether the set-up that a step belongs to may be put off (D8, R10). Pure. */
export function mayDefer(kind: Kind, step: StepType, facts: Facts, policy: StepPolicy, now: number): boolean {
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

function isLocked({ facts: { lock }, now }: Question): boolean {
  return lock !== undefined && (lock.until === undefined || lock.until > now);
}

/** Not knowing what the account has counts as having a factor: the doubt asks for more, never for less. */
function hasFactor({ facts: { has } }: Question): boolean {
  return has === undefined || has.totp || has.disabled;
}

/** D7: past the hard cap nothing but binding anew helps, and the help desk starts that. */
function isDisabled({ facts: { has } }: Question): boolean {
  return has?.disabled === true && !has.totp;
}

/** Whether there is a code to be typed at the recovery code's step: one of the person's own, or the help desk's. Pure. */
export function takesRecoveryCode({ has }: Facts, policy: Pick<StepPolicy, 'recoveryCodes'>): boolean {
  return has !== undefined && (has.deskCode === true || (policy.recoveryCodes && has.recoveryCodes > 0));
}

/** M8: a help-desk code lets in once, so that a new authenticator can be bound; there is no 'not now'. */
function isReplacementDue({ facts }: Question): boolean {
  return facts.factor?.desk === true && facts.enrolled === undefined;
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
