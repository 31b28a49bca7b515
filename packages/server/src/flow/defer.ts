import type { StepType } from '@tweestap/protocol';
import { type Accepted, accepted, type StepContext, without } from './step-definition.ts';

/**
 * Defers a set-up. The transaction that ends the flow looks again whether the account has no factor (R10, R92). Recovery
 * codes that were offered again stay due.
 */
export function defer({ facts, now }: Pick<StepContext, 'facts' | 'now'>, step: StepType): Accepted {
  if (step === 'recovery-codes') return accepted({ ...without(facts, 'newCodes'), codesDeferred: { at: now } });
  const rest = without(facts, 'enrolment', 'setUpMethod', 'offerAccepted', 'method');
  return accepted({ ...rest, deferred: { at: now } });
}
