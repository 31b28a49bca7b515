import type { StepType } from '@tweestap/protocol';
import { lockAccount } from '../store/accounts.ts';
import { possessionOf } from './possession.ts';
import { type Accepted, accepted, type StepContext, without } from './step-definition.ts';

/**
 * Defers a set-up, which is valid only if the account has no factor at that very moment (R10). Recovery codes that were offered
 * again stay due. @throws without a user
 */
export function defer({ kind, facts, now }: StepContext, step: StepType): Accepted {
  if (step === 'recovery-codes') return accepted({ ...without(facts, 'newCodes'), codesDeferred: { at: now } });
  const accountId = facts.person?.id;
  if (accountId === undefined) throw new Error('A set-up was put off before the person was known.');
  const put = { ...without(facts, 'enrolment', 'setUpMethod', 'offerAccepted', 'method'), deferred: { at: now } };
  // Whoever has a factor keeps it: after a reset nothing hangs on a new one.
  if (kind === 'reset') return accepted(put);
  return accepted(put, [
    // Whoever binds a factor locks the account first as well: one of the two comes after the other.
    { lost: 'not-allowed', first: true, apply: (tx) => lockAccount(tx, accountId) },
    {
      lost: 'not-allowed',
      async apply(tx) {
        const { totp, disabled } = await possessionOf(tx, accountId);
        return !totp && !disabled;
      },
    },
  ]);
}
