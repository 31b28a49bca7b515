import type { Method } from '@tweestap/protocol';
import { withLock } from '../../locks/locks.ts';
import { type Notice, notify } from '../../notices/notify.ts';
import { lockAccount } from '../../store/accounts/hold-account.ts';
import { getCounter, type Taken } from '../../store/counters.ts';
import type { Tx } from '../../store/database.ts';
import { disableFactors } from '../../store/factors/end-factors.ts';
import { NOTHING } from '../rules/factor.ts';
import type { Facts, Possession } from '../rules/facts.ts';
import { type Counted, type Effect, effect, type StepContext } from '../rules/step-definition.ts';

/**
 * The counter of wrong attempts at a factor. It covers all factors of the method of an account, so switching between them
 * gains no extra guess (D7). At the cap they are disabled until a factor is enrolled again.
 */
export async function factorCounted(context: StepContext, method: Method): Promise<Counted> {
  return await countedUnder(context, method, {
    notice: 'factors-disabled',
    end: (tx, accountId, now) => disableFactors(tx, accountId, method, now),
    left: (has) => ({ active: { ...has.active, [method]: 0 }, disabled: true }),
  });
}

interface AtCap {
  notice: Notice;
  /** Ends the credentials and returns their number. */
  end(tx: Tx, accountId: string, now: number): Promise<number>;
  /** The changes of the account's possession. */
  left(has: Possession): Partial<Possession>;
  /** Possession that is newer than the flow's facts. */
  has?: Partial<Possession>;
}

/** The counter of a method's lock, with the effects at its cap. */
export async function countedUnder(context: StepContext, method: Method, cap: AtCap): Promise<Counted> {
  const { policy } = await context.organisation();
  const { lock } = context.registry.factor(method);
  if (!lock) throw new Error(`${method}: the factor has no lock`);
  const accountId = accountOf(context.facts);
  const key = lock.key(accountId);
  const has = { ...NOTHING, ...context.facts.has, ...cap.has };
  return {
    ...{ key, by: lock.by, hardLimit: lock.limit(policy, has), tells: true },
    atHardLimit: (attempt) => ({
      facts: withLock({ ...context.facts, has: { ...has, ...cap.left(has) } }, lock.by, {}),
      effects: endAtCap(context, { ...cap, key, attempt }),
    }),
  };
}

/** The id of the account of a flow. @throws Error before the user is known */
export function accountOf({ person }: Facts): string {
  if (!person) throw new Error('A factor was requested before the user was known.');
  return person.id;
}

/**
 * Ends a credential at its cap and notifies the user. It locks the account row first, as every enrolment does. A factor that
 * was enrolled while this guess was evaluated is not the guessed one, so it stays active.
 */
function endAtCap(
  { facts, now, random }: StepContext,
  { key, attempt, notice, end }: AtCap & { key: string; attempt: Taken },
): Effect[] {
  const accountId = accountOf(facts);
  const organisationId = facts.organisation ?? '';
  return [
    { lost: 'not-allowed', first: true, apply: (tx) => lockAccount(tx, accountId) },
    effect(async (tx) => {
      const counter = await getCounter(tx, key);
      if (counter?.hard_resets !== attempt.hardResets) return;
      if ((await end(tx, accountId, now)) === 0) return;
      await notify(tx, { notice, organisationId, accountId, at: now, random });
    }),
  ];
}
