import { isRememberingOver, remembersFactor, type Visitor } from '../../devices/known-device.ts';
import { mayChangePassword } from '../../directory/directory.ts';
import { passwordSince } from '../../organisations/policy.ts';
import { endRemembering } from '../../store/devices.ts';
import type { AccountRow } from '../../store/schema.ts';
import { hasActive } from '../rules/factor.ts';
import type { Facts } from '../rules/facts.ts';
import { type Effect, effect, type StepContext, without } from '../rules/step-definition.ts';
import { accountFacts } from './account-facts.ts';
import { replayEffect } from './password-proof.ts';

/**
 * The facts and effects of a login after a correct password: the user, the factors, and whether this browser is remembered.
 * They are known only now, in this flow only (R56).
 */
export async function afterPassword(
  account: AccountRow,
  visitor: Visitor,
  context: StepContext,
): Promise<{ facts: Facts; effects: Effect[] }> {
  return {
    facts: await factsOf(account, visitor, context),
    effects: [...ofReplay(visitor, context), ...(await endExpiredRemembering(visitor, context))],
  };
}

/** The effect of a replayed device token, whether the password was correct or not (R40). */
export function ofReplay(visitor: Visitor, context: StepContext): Effect[] {
  return visitor && 'replayed' in visitor ? [replayEffect(visitor.replayed, context)] : [];
}

/** R86: ends an expired remembering of this device, so a clock that is set back later doesn't revive it. */
async function endExpiredRemembering(visitor: Visitor, context: StepContext): Promise<Effect[]> {
  const { policy } = await context.organisation();
  const known = visitor && 'known' in visitor ? visitor.known : undefined;
  const until = known?.remembered_until ?? null;
  if (!known || until === null || !isRememberingOver(known, policy, context.now)) return [];
  return [effect((tx) => endRemembering(tx, known.id, until))];
}

/** Since when the password is valid (D13). Where the portal keeps its passwords to itself, it lets them expire itself. */
function sinceOf(account: AccountRow, { portal }: StepContext): { since?: number } {
  return mayChangePassword(account, portal) ? { since: passwordSince(account) } : {};
}

async function factsOf(account: AccountRow, visitor: Visitor, context: StepContext): Promise<Facts> {
  const { facts, now } = context;
  const { policy } = await context.organisation();
  const own = await accountFacts(account, context);
  const known = visitor && 'known' in visitor ? visitor.known : undefined;
  // R38: a remembered device replaces only the second factor, and only if the account has one. A client has none (R94).
  const isReplaceable = own.has !== undefined && hasActive(own.has) && !facts.client;
  const remembered = known && isReplaceable ? remembersFactor(known, policy, now) : undefined;
  return {
    // The password is asked for after a hand-over only if the policy no longer accepts that one, so it takes its place.
    ...without(facts, 'handOver'),
    ...own,
    password: { at: now, changedAt: account.password_changed_at, ...sinceOf(account, context) },
    ...(remembered ? { remembered } : {}),
  };
}
