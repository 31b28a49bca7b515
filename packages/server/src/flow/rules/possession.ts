import type { Kind, Method } from '@tweestap/protocol';
import { type Locks, lockOn } from '../../locks/locks.ts';
import { type SetUpPolicy, setUpDue } from '../../organisations/policy.ts';
import type { Policy } from '../../organisations/schema.ts';
import type { Db } from '../../store/database.ts';
import { type HeldFactor, heldFactors, unspentCodes } from '../../store/possession.ts';
import { type FactorPolicy, hasFactor, type Registry } from './factor.ts';
import type { Possession } from './facts.ts';

type LimitPolicy = FactorPolicy & Pick<Policy, 'locks'>;

/** What an account has to prove itself with, now. */
export async function possessionOf(db: Db, accountId: string): Promise<Possession> {
  const factors = await heldFactors(db, accountId);
  const { recoveryCodes, deskCodes } = await unspentCodes(db, accountId);
  return {
    active: activeOf(factors),
    disabled: factors.some(({ state }) => state === 'disabled'),
    recoveryCodes,
    ...(deskCodes > 0 ? { deskCode: true } : {}),
  };
}

/** How many of them are active, by method. */
export function activeOf(factors: readonly HeldFactor[]): Possession['active'] {
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
