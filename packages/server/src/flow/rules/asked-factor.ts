import { holds, type LockedBy } from '../../locks/locks.ts';
import type { SetUpPolicy } from '../../organisations/policy.ts';
import type { Policy } from '../../organisations/schema.ts';
import type { Factor, Registry } from './factor.ts';
import type { Facts } from './facts.ts';

/* Which factor of an account is asked for or enrolled. All of it is pure. */

/** The part of an organisation's policy that decides the order of steps. */
export type StepPolicy = Pick<Policy, 'recoveryCodes' | 'confirmPassword' | 'methods' | 'resetBy'> & SetUpPolicy;

/** What the order of steps is derived from. */
export interface Question {
  facts: Facts;
  policy: StepPolicy;
  /** Milliseconds since the epoch. */
  now: number;
}

/** Whether a lock holds now. */
export function isLockedBy(by: LockedBy, { facts: { locks }, now }: Question): boolean {
  return holds(locks?.[by], now);
}

/** The factors first, in the policy's order, and then the backups. */
function inOrder({ factors }: Registry, { methods }: StepPolicy): Factor[] {
  const place = ({ role, method }: Factor): number => {
    if (role === 'backup') return Number.POSITIVE_INFINITY;
    const index = methods.findIndex((each) => each.method === method);
    return index < 0 ? methods.length : index;
  };
  return [...factors].sort((a, b) => (place(a) === place(b) ? 0 : place(a) - place(b)));
}

export function usableFactors(registry: Registry, { facts: { has }, policy }: Question): Factor[] {
  return has ? inOrder(registry, policy).filter((factor) => factor.usable(has, policy)) : [];
}

/**
 * The factor that is asked for: the one that the user switched to; else the first one that is usable and not locked. A
 * lock of one method leaves the others open (D12), and is shown where there is no other factor.
 */
export function askedFactor(registry: Registry, question: Question): Factor | undefined {
  const { facts, policy } = question;
  const usable = usableFactors(registry, question);
  const all = inOrder(registry, policy);
  const chosen = all.find(({ method }) => method === facts.method);
  if (chosen && (usable.includes(chosen) || isLockedBy(chosen.lock.by, question))) return chosen;
  const own = usable.filter(({ role }) => role === 'factor');
  return own.find(({ lock }) => !isLockedBy(lock.by, question)) ?? own[0] ?? all.find(({ role }) => role === 'factor');
}

/** The factor that is asked for before a new password that the help desk started: one that the account really has. */
export function askedOldFactor(registry: Registry, question: Question): Factor | undefined {
  const usable = usableFactors(registry, question);
  return usable.find(({ method }) => method === question.facts.method) ?? usable[0];
}

/** The factor that is being enrolled: the chosen one, else the first of the policy. */
export function enrolledFactor(registry: Registry, { facts, policy }: Question): Factor | undefined {
  const enrollable = inOrder(registry, policy).filter(({ enrollSteps }) => enrollSteps.length > 0);
  return enrollable.find(({ method }) => method === facts.setUpMethod) ?? enrollable[0];
}
