import { codeKey, recoveryKey } from '../locks/keys.ts';
import { recoveryLimit, withLock } from '../locks/locks.ts';
import { lockAccount } from '../store/accounts.ts';
import { getCounter, type Taken } from '../store/counters.ts';
import type { Tx } from '../store/database.ts';
import { disableFactors } from '../store/factors.ts';
import { countUnspent, deleteRecoveryCodes } from '../store/recovery-codes.ts';
import type { Facts } from './facts.ts';
import { type Notice, notify } from './journal.ts';
import { type Counted, type Effect, effect, type StepContext } from './step-definition.ts';

/**
 * What wrong codes of an app are counted under: the account, over all its authenticators, so that going from one to another
 * gains no guess (D7). At the cap they verify nothing more until one is bound again.
 */
export async function codeCounted(context: StepContext): Promise<Counted> {
  const { policy } = await context.organisation();
  const accountId = accountOf(context.facts);
  const key = codeKey(accountId);
  return {
    ...{ key, by: 'code', hardLimit: policy.locks.hard, tells: true },
    atHardLimit: (attempt) => ({
      facts: withLock(withHas(context.facts, { totp: false, disabled: true }), 'code', {}),
      effects: atCap(context, { key, attempt, notice: 'factors-disabled', end: disableFactors }),
    }),
  };
}

/**
 * What wrong recovery codes and help-desk codes are counted under: apart from the codes of an app, so that guessing at those
 * never takes this way out, and the other way round (D12). At the cap the recovery codes are gone, and the app still works.
 */
export async function recoveryCounted(context: StepContext): Promise<Counted> {
  const { policy } = await context.organisation();
  const accountId = accountOf(context.facts);
  const key = recoveryKey(accountId);
  const unspent = await countUnspent(context.read, accountId);
  return {
    ...{ key, by: 'recovery', hardLimit: recoveryLimit(policy, unspent), tells: true },
    atHardLimit: (attempt) => ({
      facts: withLock(withHas(context.facts, { recoveryCodes: 0 }), 'recovery', {}),
      effects: atCap(context, { key, attempt, notice: 'recovery-codes-ended', end: deleteRecoveryCodes }),
    }),
  };
}

function accountOf({ person }: Facts): string {
  if (!person) throw new Error('A code was asked for before the user was known.');
  return person.id;
}

function withHas(facts: Facts, changed: Partial<NonNullable<Facts['has']>>): Facts {
  const has = { totp: false, disabled: false, recoveryCodes: 0, ...facts.has, ...changed };
  return { ...facts, has };
}

interface AtCap {
  key: string;
  attempt: Taken;
  notice: Notice;
  /** Ends the credential; answers how many there were. */
  end(tx: Tx, accountId: string, now: number): Promise<number>;
}

/**
 * Ends a credential at its cap and notifies the user. The account is locked first, as by whatever binds a new authenticator
 * or keeps new codes: one that was made while this guess was evaluated is not what was guessed at, and stays.
 */
function atCap({ facts, now, random }: StepContext, { key, attempt, notice, end }: AtCap): Effect[] {
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
