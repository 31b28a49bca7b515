import type { Kind, Method } from '@tweestap/protocol';
import { holds, type LockedBy } from '../../locks/locks.ts';
import type { PasswordAgePolicy, SetUpPolicy } from '../../organisations/policy.ts';
import type { Policy } from '../../organisations/schema.ts';
import type { Factor } from './factor.ts';
import type { Facts } from './facts.ts';

/** The part of an organisation's policy that decides the order of steps. */
export type StepPolicy = Pick<
  Policy,
  'recoveryCodes' | 'emailCodes' | 'confirmPassword' | 'methods' | 'resetBy' | 'offerPasskeys'
> &
  SetUpPolicy &
  Partial<PasswordAgePolicy & Pick<Policy, 'clients' | 'moveFromSms' | 'handOver'>>;

/** The input from which the order of steps is derived. */
export interface Question {
  kind: Kind;
  facts: Facts;
  policy: StepPolicy;
  /** Milliseconds since the epoch. */
  now: number;
}

/** Whether a lock applies now. */
export function isLockedBy(by: LockedBy, { facts: { locks }, now }: Question): boolean {
  return holds(locks?.[by], now);
}

/** Whether the lock of a method applies now. */
export function isLocked({ lock }: Factor, question: Question): boolean {
  return lock !== undefined && isLockedBy(lock.by, question);
}

/** Whether a method works on the page of the flow. */
export const isAvailable = ({ method }: { method: Method }, { unavailable = [] }: Facts): boolean =>
  !unavailable.includes(method);
