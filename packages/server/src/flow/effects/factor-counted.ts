import type { Method } from '@tweestap/protocol';
import { withLock } from '../../locks/locks.ts';
import { type Notice, notify } from '../../notices/notify.ts';
import { lockAccount } from '../../store/accounts.ts';
import { getCounter, type Taken } from '../../store/counters.ts';
import type { Tx } from '../../store/database.ts';
import { disableFactors } from '../../store/factors.ts';
import { NOTHING } from '../rules/factor.ts';
import type { Facts, Possession } from '../rules/facts.ts';
import { type Counted, type Effect, effect, type StepContext } from '../rules/step-definition.ts';

/**
 * What wrong attempts at a factor are counted under: the account, over all its factors of the method, so that going from
 * one to another gains no guess (D7). At the cap they verify nothing until one is enrolled again.
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
  /** Ends the credential; returns how many there were. */
  end(tx: Tx, accountId: string, now: number): Promise<number>;
  /** What becomes of the account's possession. */
  left(has: Possession): Partial<Possession>;
  /** What is known better than by the flow's facts. */
  has?: Partial<Possession>;
}

/** The counter of a method's lock, and what ends at its cap. */
export async function countedUnder(context: StepContext, method: Method, cap: AtCap): Promise<Counted> {
  const { policy } = await context.organisation();
  const { lock } = context.registry.factor(method);
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

function accountOf({ person }: Facts): string {
  if (!person) throw new Error('A factor was asked for before the user was known.');
  return person.id;
}

/**
 * Ends a credential at its cap and notifies the user. Locks the account row first, as every enrolment does: a factor that
 * was enrolled while this guess was evaluated is not the one that was guessed at, and stays.
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
