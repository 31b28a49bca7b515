import type { Kind, StepType } from '@tweestap/protocol';
import type { Facts } from './facts.ts';

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
  'choose-method': (facts) => ({ ...facts, method: 'ask' }),
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
  },
  enroll: { totp: ['choose-method'], 'recovery-code': ['choose-method'] },
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
