import type { Kind, Method } from '@tweestap/protocol';
import { type Locks, lockOn } from '../locks/locks.ts';
import type { Policy } from '../organisations/schema.ts';
import type { Db } from '../store/database.ts';
import { prepared } from '../store/prepared.ts';
import type { FactorRow } from '../store/schema.ts';
import type { FactorPolicy } from './factor.ts';
import type { Possession } from './facts.ts';
import type { Registry } from './registry.ts';

type LimitPolicy = FactorPolicy & Pick<Policy, 'locks'>;

/** A factor that is active or disabled. */
export type HeldFactor = Pick<FactorRow, 'id' | 'method' | 'state'>;

/** The factors of an account that are active, and those that the hard cap has disabled. */
export async function factorsOf(db: Db, accountId: string): Promise<HeldFactor[]> {
  return (await factorStates(db, { accountId })).rows;
}

/** What an account has to prove itself with, now. */
export async function possessionOf(db: Db, accountId: string): Promise<Possession> {
  const factors = await factorsOf(db, accountId);
  const [counts] = (await unspentCodes(db, { accountId })).rows;
  const { recoveryCodes = 0, deskCode = 0 } = counts ?? {};
  return {
    active: activeOf(factors),
    disabled: factors.some(({ state }) => state === 'disabled'),
    recoveryCodes: recoveryCodes ?? 0,
    ...(deskCode ? { deskCode: true } : {}),
  };
}

/** How many of them are active, by method. */
export function activeOf(factors: readonly HeldFactor[]): Possession['active'] {
  const active: Partial<Record<Method, number>> = {};
  for (const { method, state } of factors) if (state === 'active') active[method] = (active[method] ?? 0) + 1;
  return active;
}

const factorStates = prepared((db, { accountId }: { accountId: string }) =>
  db
    .selectFrom('factors')
    .select(['id', 'method', 'state'])
    .where('account_id', '=', accountId)
    .where('state', 'in', ['active', 'disabled']),
);

const unspentCodes = prepared((db, { accountId }: { accountId: string }) =>
  db.selectNoFrom(({ selectFrom, fn }) => [
    selectFrom('recovery_codes')
      .select(fn.countAll<number>().as('count'))
      .where('account_id', '=', accountId)
      .where('spent_at', 'is', null)
      .as('recoveryCodes'),
    selectFrom('desk_codes')
      .select(fn.countAll<number>().as('count'))
      .where('account_id', '=', accountId)
      .where('spent_at', 'is', null)
      .as('deskCode'),
  ]),
);

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
