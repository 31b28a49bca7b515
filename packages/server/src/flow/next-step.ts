import type { Kind, StepType } from '@tweestap/protocol';
import type { Policy } from '../organisations/schema.ts';
import type { Facts } from './facts.ts';

/** A password typed this long ago, in this flow, needs no confirming before set-up (CONTRACT §2). In ms. */
const PASSWORD_FRESH = 5 * 60_000;

/** The part of an organisation's policy that decides the order of steps. */
export type StepPolicy = Pick<Policy, 'factor' | 'recoveryCodes' | 'confirmPassword'>;

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
  ['recovery-code', (q) => isDue(q) && q.facts.method === 'recovery-code' && hasRecoveryCodes(q)],
  ['totp', isDue],
];

/** Each kind as a list of steps: the first one that is due comes next, and where none is due the flow is done. */
const tables: Readonly<Record<Kind, readonly Rule[]>> = {
  login: [
    ['organisation', ({ facts }) => facts.organisation === undefined],
    ['username', ({ facts }) => facts.account === undefined],
    ['locked', isLocked],
    ['password', ({ facts }) => !facts.password || !facts.person || !facts.has],
    ...factorSteps((q) => hasFactor(q) && !isFactorProven(q) && !isRemembered(q)),
    ['confirm-password', (q) => isSetUpDue(q) && isConfirmationDue(q)],
    ['enroll-totp', isSetUpDue],
    ['recovery-codes', areCodesDue],
  ],
  // R9: whoever has a factor proves it in this very flow; the password alone does not do, nor does a remembered device.
  enroll: [
    ['locked', isLocked],
    ['confirm-password', ({ facts }) => facts.confirmed === undefined],
    ...factorSteps((q) => hasFactor(q) && !isFactorProven(q)),
    ['enroll-totp', ({ facts }) => facts.enrolled === undefined],
    ['recovery-codes', areCodesDue],
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

function hasRecoveryCodes({ facts: { has }, policy }: Question): boolean {
  return policy.recoveryCodes && has !== undefined && has.recoveryCodes > 0;
}

/** Setting up an authenticator proves it as well. */
function isFactorProven({ facts }: Question): boolean {
  return facts.factor !== undefined || facts.enrolled !== undefined;
}

function isRemembered({ facts }: Question): boolean {
  return facts.remembered !== undefined;
}

function isSetUpDue(question: Question): boolean {
  const { facts, policy } = question;
  return policy.factor === 'mandatory' && facts.enrolled === undefined && !hasFactor(question);
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
