import type { Kind, StepType } from '@tweestap/protocol';
import type { Registry } from './factor.ts';
import type { Facts } from './facts.ts';
import { without } from './step-definition.ts';

type Keep = (facts: Facts) => Facts;

/** Keeps only the named facts. */
const only =
  (...names: (keyof Facts)[]): Keep =>
  (facts) =>
    Object.fromEntries(Object.entries(facts).filter(([name]) => names.includes(name as keyof Facts)));

/**
 * The facts that are kept after going back to a step. The facts from that step on are dropped; counters are unaffected.
 * Another organisation has other clients, so the proof of a client is dropped with the organisation (R94).
 */
const kept: Partial<Record<StepType, Keep>> = {
  organisation: only('returnTo', 'assertion'),
  username: only('returnTo', 'assertion', 'organisation', 'client'),
  password: only('returnTo', 'assertion', 'organisation', 'client', 'account'),
  identify: only('returnTo', 'organisation'),
  'choose-method': (facts) => ({ ...facts, method: 'ask' }),
  'enroll-offer': (facts) => without(facts, 'offerAccepted', 'setUpMethod'),
  'enroll-method': (facts) => without(facts, 'setUpMethod'),
};

/** A step, or for any factor `prove` for its prove step and `enroll` for its enroll steps. */
type Place = StepType | 'prove' | 'enroll';

const proving = ['password', 'organisation', 'username', 'choose-method'] as const;

/**
 * The steps to which the user may go back, by kind and place. The first target is the one that a flow names as `back`. A flow
 * of a session never changes its user (R4).
 */
const targets: Readonly<Record<Kind, Partial<Record<Place, readonly StepType[]>>>> = {
  login: {
    username: ['organisation'],
    password: ['username', 'organisation'],
    locked: ['username', 'organisation'],
    'choose-method': ['password', 'organisation', 'username'],
    prove: proving,
    'new-password': ['username', 'organisation'],
    'enroll-offer': ['username', 'organisation'],
    'confirm-password': ['enroll-offer', 'organisation', 'username'],
    'enroll-method': ['enroll-offer', 'organisation', 'username'],
    enroll: ['enroll-offer', 'enroll-method', 'organisation', 'username'],
  },
  recover: { identify: ['organisation'], 'mail-sent': ['identify', 'organisation'] },
  register: {
    identify: ['organisation'],
    'mail-sent': ['identify', 'organisation'],
    'enroll-method': ['enroll-offer'],
    enroll: ['enroll-offer', 'enroll-method'],
  },
  activate: { 'enroll-method': ['enroll-offer'], enroll: ['enroll-offer', 'enroll-method'] },
  reset: {
    identify: ['organisation'],
    locked: ['enroll-offer'],
    'choose-method': ['enroll-offer'],
    prove: ['enroll-offer', 'choose-method'],
    'enroll-method': ['enroll-offer'],
    enroll: ['enroll-offer', 'enroll-method'],
  },
  unlock: {},
  enroll: { prove: ['choose-method'], enroll: ['enroll-method'] },
  'recovery-codes': { prove: ['choose-method'] },
  disable: { prove: ['choose-method'] },
  'change-password': { prove: ['choose-method'] },
  'step-up': { prove: ['choose-method'] },
};

/**
 * The targets that a login of the portal does not have: the steps up to the password, and the choice among the methods, which a
 * user reaches by another method instead. 'Back' then leads to the portal's own page.
 */
const beforeSecondStep: readonly StepType[] = ['organisation', 'username', 'password', 'choose-method'];

/** The steps to which the user may go back from a step, the default first; undefined when there are none. Pure. */
export function backTargets(
  { factors }: Registry,
  { row: { kind }, facts: { begun } }: { row: { kind: Kind }; facts: Pick<Facts, 'begun'> },
  step: StepType,
): readonly StepType[] | undefined {
  const factor = factors.find(({ proveStep, enrollSteps }) => proveStep === step || enrollSteps.includes(step));
  const place: Place = !factor ? step : factor.proveStep === step ? 'prove' : 'enroll';
  const found = targets[kind][place];
  if (!begun) return found;
  const own = found?.filter((target) => !beforeSecondStep.includes(target)) ?? [];
  return own.length > 0 ? own : undefined;
}

/** The facts after going back to a step; undefined when that step is not allowed. Pure. */
export function goBack(facts: Facts, allowed: readonly StepType[] | undefined, to: string): Facts | undefined {
  const target = allowed?.find((name) => name === to);
  return target && kept[target]?.(facts);
}
