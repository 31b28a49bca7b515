import type { Duration } from '@tweestap/protocol';
import type { Facts } from '../rules/facts.ts';
import type { StepContext } from '../rules/step-definition.ts';

/** R41: a device can be remembered only in a login, which verifies a factor in this flow. */
function offeredDuration({ facts, kind }: Pick<StepContext, 'facts' | 'kind'>): Duration | undefined {
  return kind === 'login' && facts.rememberFor !== 'never' ? facts.rememberFor : undefined;
}

/** The offer to remember the device, in the view of a step that proves a factor. */
export function rememberOffer(context: Pick<StepContext, 'facts' | 'kind'>): { remember?: { for: Duration } } {
  const duration = offeredDuration(context);
  return duration === undefined ? {} : { remember: { for: duration } };
}

/** The fact that the user asked to remember this device. */
export function rememberFact(
  { remember }: { remember?: boolean | undefined },
  context: Pick<StepContext, 'facts' | 'kind'>,
): Pick<Facts, 'remember'> {
  const duration = offeredDuration(context);
  return remember === true && duration !== undefined ? { remember: duration } : {};
}
