import { claimedBrowser } from '../devices/browser-token.ts';
import type { Held, Permit, Throttle } from '../throttle/throttle.ts';
import type { RequestContext } from './engine-types.ts';
import type { Counted, Spends, StepContext } from './step-definition.ts';

/** An answer before it is counted. */
interface Trying {
  counted: Counted | undefined;
  spends: Spends | undefined;
  context: StepContext;
  /** The context as it would be with another typed name: whose account and device are asked. */
  named(name: string): StepContext;
  request: RequestContext;
}

/**
 * Asks leave for an answer that guesses at a credential or asks for a mail; undefined where it does neither. What can be
 * guessed follows from what is counted, so that a new step can't be forgotten (R44, R45).
 */
export async function admit(throttle: Throttle, trying: Trying): Promise<Permit | Held | undefined> {
  const { counted, spends, context, named, request } = trying;
  const spending = spends?.spending ?? spendingOf(counted);
  if (spending === undefined) return undefined;
  const whose = spends?.name === undefined ? context : named(spends.name);
  const browserId = claimedBrowser(request.deviceToken);
  return await throttle.admit({
    spending,
    address: request.address,
    subject: await subjectOf(spending, whose),
    browserId,
    correlationId: request.correlationId,
    async isKnown() {
      const visitor = await whose.visitor();
      return visitor !== undefined && 'known' in visitor && visitor.known.browser_id === browserId;
    },
  });
}

function spendingOf(counted: Counted | undefined): 'password' | 'code' | undefined {
  if (!counted) return undefined;
  return counted.by === 'password' ? 'password' : 'code';
}

/** Names have their budgets whether they exist or not (R53). */
async function subjectOf(spending: Spends['spending'], context: StepContext): Promise<string[]> {
  const { organisation = '', person, account } = context.facts;
  if (spending === 'code') return [organisation, person?.id ?? ''];
  return [organisation, (await context.account())?.username_key ?? account?.key ?? ''];
}

/** Whether a verdict is a failure that a budget counts: what a lock counts, and a mail that is sent. */
export function isSpent(
  verdict: { outcome: 'accepted' } | { outcome: 'refused'; counts: boolean },
  spends: Spends | undefined,
): boolean {
  if (spends?.spending === 'mail') return verdict.outcome === 'accepted';
  return verdict.outcome === 'refused' && verdict.counts;
}
