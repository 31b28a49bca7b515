import type { Kind, StepType } from '@tweestap/protocol';
import type { Facts } from './facts.ts';
import { without } from './step-definition.ts';

type Keep = (facts: Facts) => Facts;

/** Keeps the named facts alone. */
const only =
  (...names: (keyof Facts)[]): Keep =>
  (facts) =>
    Object.fromEntries(Object.entries(facts).filter(([name]) => names.includes(name as keyof Facts)));

/** What is still known when one goes back to a step: the facts from that step on are dropped, never a counter. */
const kept: Partial<Record<StepType, Keep>> = {
  organisation: only('returnTo'),
  username: only('returnTo', 'organisation'),
  password: only('returnTo', 'organisation', 'account'),
  identify: only('returnTo', 'organisation'),
  'choose-method': (facts) => ({ ...facts, method: 'ask' }),
  'enroll-offer': (facts) => without(facts, 'offerAccepted', 'setUpMethod'),
  'enroll-method': (facts) => without(facts, 'setUpMethod'),
};

const proving: readonly StepType[] = ['organisation', 'username', 'password', 'choose-method'];

/** From where one may go back to where. A flow of a session never leaves its person (R4). */
const targets: Readonly<Record<Kind, Partial<Record<StepType, readonly StepType[]>>>> = {
  login: {
    username: ['organisation'],
    password: ['organisation', 'username'],
    locked: ['organisation', 'username'],
    'choose-method': ['organisation', 'username', 'password'],
    totp: proving,
    'recovery-code': proving,
    'enroll-offer': ['organisation', 'username'],
    'confirm-password': ['organisation', 'username', 'enroll-offer'],
    'enroll-method': ['organisation', 'username', 'enroll-offer'],
    'enroll-totp': ['organisation', 'username', 'enroll-offer', 'enroll-method'],
  },
  recover: { identify: ['organisation'], 'mail-sent': ['organisation', 'identify'] },
  register: {
    identify: ['organisation'],
    'mail-sent': ['organisation', 'identify'],
    'enroll-method': ['enroll-offer'],
    'enroll-totp': ['enroll-offer', 'enroll-method'],
  },
  activate: { 'enroll-method': ['enroll-offer'], 'enroll-totp': ['enroll-offer', 'enroll-method'] },
  reset: {
    identify: ['organisation'],
    locked: ['enroll-offer'],
    'choose-method': ['enroll-offer'],
    totp: ['enroll-offer', 'choose-method'],
    'recovery-code': ['enroll-offer', 'choose-method'],
    'enroll-method': ['enroll-offer'],
    'enroll-totp': ['enroll-offer', 'enroll-method'],
  },
  unlock: {},
  enroll: { totp: ['choose-method'], 'recovery-code': ['choose-method'], 'enroll-totp': ['enroll-method'] },
  'recovery-codes': { totp: ['choose-method'], 'recovery-code': ['choose-method'] },
  disable: { totp: ['choose-method'], 'recovery-code': ['choose-method'] },
  'change-password': { totp: ['choose-method'], 'recovery-code': ['choose-method'] },
  'step-up': { totp: ['choose-method'], 'recovery-code': ['choose-method'] },
};

/** Whether there is any way back from a step. */
export function canGoBack(kind: Kind, step: StepType): boolean {
  return targets[kind][step] !== undefined;
}

/** The facts after going back from a step, or undefined when there is no such way. */
export function goBack(kind: Kind, facts: Facts, step: StepType, to: string): Facts | undefined {
  const target = targets[kind][step]?.find((name) => name === to);
  return target && kept[target]?.(facts);
}
