import { type Accepted, accepted, type StepContext, without } from './step-definition.ts';

/** Defers a set-up. The transaction that ends the flow looks again whether the account has no factor (R10, R92). */
export function defer({ facts, now }: Pick<StepContext, 'facts' | 'now'>): Accepted {
  const rest = without(facts, 'enrolment', 'setUpMethod', 'offerAccepted', 'method');
  return accepted({ ...rest, deferred: { at: now } });
}
