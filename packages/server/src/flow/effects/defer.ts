import type { Input, StepType } from '@tweestap/protocol';
import { deferOffers } from '../../store/accounts/accounts.ts';
import { type Accepted, accepted, effect, type StepContext, without } from '../rules/step-definition.ts';

/**
 * Defers an enrolment. The transaction that ends the flow checks again that the account has no factor (R10, R92). Recovery
 * codes that were offered again stay due.
 */
export async function defer(context: StepContext, step: StepType, input: Input): Promise<Accepted> {
  const { facts, now } = context;
  if (step === 'recovery-codes') return accepted({ ...without(facts, 'newCodes'), codesDeferred: { at: now } });
  const rest = without(facts, 'enrolment', 'setUpMethod', 'offerAccepted', 'method');
  const { policy } = await context.organisation();
  if (context.order.offeredMethod(context, policy) === undefined) return accepted({ ...rest, deferred: { at: now } });
  const declined = { ...rest, offerDeclined: { at: now } };
  // The offer to move from text messages returns at the next login, until its last day.
  if (context.order.moveOf(context, policy) !== undefined) return accepted(declined);
  // A browser that can't do it says nothing about the user's other browsers.
  if ('unsupported' in input && input.unsupported) return accepted(declined);
  const accountId = facts.person?.id ?? '';
  return accepted(declined, [effect((tx) => deferOffers(tx, accountId, now + OFFER_INTERVAL_MS))]);
}

/** In ms: how long the user is not offered another method after 'not now'. */
const OFFER_INTERVAL_MS = 30 * 24 * 60 * 60_000;
