import type { Kind, Method } from '@tweestap/protocol';
import { type Locks, lockOn } from '../../locks/locks.ts';
import { type SetUpPolicy, setUpDue } from '../../organisations/policy.ts';
import type { Policy } from '../../organisations/schema.ts';
import type { Db } from '../../store/database.ts';
import { isCompanion } from '../../store/factors/factors.ts';
import { type EnrolledFactor, enrolledFactors, unspentCodes } from '../../store/factors/possession.ts';
import { type FactorPolicy, hasFactor, type Registry } from './factor.ts';
import type { Possession } from './facts.ts';

type LimitPolicy = FactorPolicy & Pick<Policy, 'locks'>;

/** Reads the present possession of an account. */
export async function possessionOf(db: Db, accountId: string): Promise<Possession> {
  const factors = await enrolledFactors(db, accountId);
  const { recoveryCodes, deskCodes, isEmailConfirmed } = await unspentCodes(db, accountId);
  const preferred = preferredOf(factors);
  return {
    active: activeOf(factors),
    ...(preferred ? { preferred } : {}),
    disabled: factors.some(({ state }) => state === 'disabled'),
    recoveryCodes,
    ...(deskCodes > 0 ? { deskCode: true } : {}),
    ...(isEmailConfirmed ? { emailConfirmed: true } : {}),
  };
}

/** The number of active factors by method. */
export function activeOf(factors: readonly EnrolledFactor[]): Possession['active'] {
  const active: Partial<Record<Method, number>> = {};
  for (const { method, state } of factors) if (state === 'active') active[method] = (active[method] ?? 0) + 1;
  return active;
}

/**
 * The method that the user of several methods used last; undefined for a user of one method. Codes that come along with a phone
 * are used when the phone has no network, so they are not preferred.
 */
function preferredOf(factors: readonly EnrolledFactor[]): Method | undefined {
  const active = factors.filter(({ state }) => state === 'active');
  const own = active.filter((factor) => !isCompanion(factor));
  const lastUse = Math.max(...own.map(({ last_used_at }) => last_used_at ?? 0));
  const last = new Set(own.filter(({ last_used_at }) => (last_used_at ?? 0) === lastUse).map(({ method }) => method));
  const hasSeveral = new Set(active.map(({ method }) => method)).size > 1;
  const [method, ...others] = last;
  return hasSeveral && others.length === 0 ? method : undefined;
}

/** The locks on the second factors of an account. Each method has one lock for all its factors (D7, D12). */
export async function factorLocks(
  db: Db,
  { factors }: Registry,
  { accountId, policy, has, now }: { accountId: string; policy: LimitPolicy; has: Possession; now: number },
): Promise<Locks> {
  const locks = factors.map(({ lock }) => lock).filter((lock) => lock !== undefined);
  const found = await Promise.all(
    locks.map(async (lock) => {
      const held = await lockOn(db, { key: lock.key(accountId), hardLimit: lock.limit(policy, has), now });
      return [lock.by, held] as const;
    }),
  );
  return Object.fromEntries(found.filter(([, lock]) => lock !== undefined));
}

/** The kinds that can continue with an enrolment. This is the only purpose of a help-desk code (M8). */
const deskCodeKinds: ReadonlySet<Kind> = new Set(['login', 'reset', 'enroll']);

/** Whether a flow of that kind accepts the help desk's code. */
export function takesDeskCode(kind: Kind): boolean {
  return deskCodeKinds.has(kind);
}

/** The possession without the help desk's code: the user's own factors and recovery codes. */
export function ownFactors({ deskCode: _, ...has }: Possession): Possession {
  return has;
}

/** The possession that a flow of that kind may use: without the help desk's code where the kind does not accept it. */
export function withoutDeskCode(kind: Kind, { deskCode, ...has }: Possession): Possession {
  return deskCode && takesDeskCode(kind) ? { ...has, deskCode } : has;
}

type OwnPolicy = Pick<Policy, 'recoveryCodes'> & SetUpPolicy;

/** The conditions of the kinds that not every user may begin. */
const conditions: Partial<Record<Kind, (has: Possession, policy: OwnPolicy, now: number) => boolean>> = {
  'recovery-codes': (has, { recoveryCodes }) => recoveryCodes && hasFactor(has),
  // P9, M6: only where the next login would not require an enrolment again.
  disable: (has, policy, now) => hasFactor(has) && setUpDue(policy, now) !== 'mandatory',
};

/** Whether the user of a session may begin a flow of this kind. `now` in ms since the epoch. Pure. */
export function mayBegin(kind: Kind, has: Possession, policy: OwnPolicy, now: number): boolean {
  return conditions[kind]?.(has, policy, now) ?? true;
}

const offered: readonly Kind[] = ['enroll', 'recovery-codes', 'disable', 'change-password'];

/** The kinds of flow that the settings page offers. `now` in ms since the epoch. Pure. */
export function flowsFor(has: Possession, policy: OwnPolicy, now: number): Kind[] {
  return offered.filter((kind) => mayBegin(kind, has, policy, now));
}
