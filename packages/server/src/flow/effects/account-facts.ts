import type { Method } from '@tweestap/protocol';
import { mayChangePassword } from '../../directory/directory.ts';
import type { AccountRow } from '../../store/schema.ts';
import { hasFactor } from '../rules/factor.ts';
import type { Facts } from '../rules/facts.ts';
import { factorLocks, possessionOf } from '../rules/possession.ts';
import type { StepContext } from '../rules/step-definition.ts';
import { rememberFor } from './password-proof.ts';

/**
 * The facts of the account whose user has proven the password, or a passkey that replaces it: the user, the factors and
 * their locks (R56).
 */
export async function accountFacts(account: AccountRow, context: StepContext): Promise<Partial<Facts>> {
  const { facts, now, read, registry, otherOrigin } = context;
  const { policy } = await context.organisation();
  const has = await possessionOf(read, account.id);
  // Locks are reported now, so the user does not type a code that would not be checked.
  const isAsked =
    hasFactor(has) || registry.factors.some((each) => each.role === 'fallback' && each.usable(has, policy));
  const locks = isAsked ? await factorLocks(read, registry, { accountId: account.id, policy, has, now }) : {};
  return {
    person: { id: account.id, username: account.username, ...(account.name === null ? {} : { name: account.name }) },
    has,
    // A client that keeps its own way is no device to remember (R94), and a page on another origin has no cookies.
    ...(facts.client || otherOrigin ? {} : { rememberFor: rememberFor(account, policy) }),
    ...(account.must_change_password === 1 && mayChangePassword(account, context.portal)
      ? { mustChange: true as const }
      : {}),
    ...(account.codes_due === 1 ? { codesDue: true as const } : {}),
    ...(account.offers_deferred_until > now ? { offersDeferredUntil: account.offers_deferred_until } : {}),
    locks,
    ...(await unavailableOn(context)),
  };
}

async function unavailableOn(context: StepContext): Promise<Pick<Facts, 'unavailable'>> {
  const unavailable: Method[] = [];
  for (const { method, worksOn } of context.registry.factors) {
    if (worksOn && !(await worksOn(context))) unavailable.push(method);
  }
  return unavailable.length > 0 ? { unavailable } : {};
}
