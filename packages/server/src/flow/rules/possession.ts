import type { Kind, Method } from '@tweestap/protocol';
import { holds, type LockedBy, type Locks, lockOn } from '../../locks/locks.ts';
import { type SetUpPolicy, setUpDue } from '../../organisations/policy.ts';
import type { Policy } from '../../organisations/schema.ts';
import type { Db } from '../../store/database.ts';
import { type EnrolledFactor, enrolledFactors, unspentCodes } from '../../store/factors.ts';
import { type Factor, type FactorPolicy, hasFactor, type Registry } from './factor.ts';
import type { Facts, Possession } from './facts.ts';

type LimitPolicy = FactorPolicy & Pick<Policy, 'locks'>;

/** What an account has to prove itself with, now. */
export async function possessionOf(db: Db, accountId: string): Promise<Possession> {
  const factors = await enrolledFactors(db, accountId);
  const { recoveryCodes, deskCodes } = await unspentCodes(db, accountId);
  return {
    active: activeOf(factors),
    disabled: factors.some(({ state }) => state === 'disabled'),
    recoveryCodes,
    ...(deskCodes > 0 ? { deskCode: true } : {}),
  };
}

/** How many of them are active, by method. */
export function activeOf(factors: readonly EnrolledFactor[]): Possession['active'] {
  const active: Partial<Record<Method, number>> = {};
  for (const { method, state } of factors) if (state === 'active') active[method] = (active[method] ?? 0) + 1;
  return active;
}

/** The locks on the second factors of an account: each method has its own, over all factors of that method (D7, D12). */
export async function factorLocks(
  db: Db,
  { factors }: Registry,
  { accountId, policy, has, now }: { accountId: string; policy: LimitPolicy; has: Possession; now: number },
): Promise<Locks> {
  const found = await Promise.all(
    factors.map(async ({ lock }) => {
      const held = await lockOn(db, { key: lock.key(accountId), hardLimit: lock.limit(policy, has), now });
      return [lock.by, held] as const;
    }),
  );
  return Object.fromEntries(found.filter(([, lock]) => lock !== undefined));
}

/** The kinds that can go on to set up a new authenticator, which is all that a help-desk code is for (M8). */
const deskCodeKinds: ReadonlySet<Kind> = new Set(['login', 'reset', 'enroll']);

/** Whether a flow of that kind takes the help desk's code. */
export function takesDeskCode(kind: Kind): boolean {
  return deskCodeKinds.has(kind);
}

/** What an account has without the help desk's code: the factors that are the user's own. */
export function ownFactors({ deskCode: _, ...has }: Possession): Possession {
  return has;
}

/** What an account has, as far as it helps in a flow of that kind. */
export function withoutDeskCode(kind: Kind, { deskCode, ...has }: Possession): Possession {
  return deskCode && takesDeskCode(kind) ? { ...has, deskCode } : has;
}

type OwnPolicy = Pick<Policy, 'recoveryCodes'> & SetUpPolicy;

/** Flows that change the own account, and are open to some people only. */
const conditions: Partial<Record<Kind, (has: Possession, policy: OwnPolicy, now: number) => boolean>> = {
  'recovery-codes': (has, { recoveryCodes }) => recoveryCodes && hasFactor(has),
  // P9, M6: only where it would not be asked for again at the next login.
  disable: (has, policy, now) => hasFactor(has) && setUpDue(policy, now) !== 'mandatory',
};

/** Whether a person may begin a flow of a session of this kind now (ms since the epoch). Pure. */
export function mayBegin(kind: Kind, has: Possession, policy: OwnPolicy, now: number): boolean {
  return conditions[kind]?.(has, policy, now) ?? true;
}

const offered: readonly Kind[] = ['enroll', 'recovery-codes', 'disable', 'change-password'];

/** What the settings page offers a person now. Pure. */
export function flowsFor(has: Possession, policy: OwnPolicy, now: number): Kind[] {
  return offered.filter((kind) => mayBegin(kind, has, policy, now));
}

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
