import { moveDue } from '../../organisations/policy.ts';
import type { Policy } from '../../organisations/schema.ts';
import type { Factor, Registry } from './factor.ts';
import type { Facts } from './facts.ts';
import { isAvailable, isLocked, type Question } from './question.ts';

/* Which factor a flow requires, enrolls or offers. All of these functions are pure. */

/** All factors in the policy's order, then those that do not work on the page, then the fallbacks and backups. */
function inOrder({ factors }: Registry, { policy: { methods }, facts }: Question): Factor[] {
  const placeOf = (factor: Factor): number => {
    if (factor.role !== 'factor') return methods.length + 2;
    if (!isAvailable(factor, facts)) return methods.length + 1;
    const index = methods.findIndex(({ method }) => method === factor.method);
    return index < 0 ? methods.length : index;
  };
  const placed = factors.map((factor) => ({ factor, place: placeOf(factor) }));
  return placed.sort((a, b) => a.place - b.place).map(({ factor }) => factor);
}

/**
 * The factors, fallbacks and backups that the account can use, in the policy's order. Locks are not considered. A fallback
 * never satisfies a step-up or a change of factors (D14).
 */
export function usableFactors(
  registry: Registry,
  question: Question,
  all: readonly Factor[] = inOrder(registry, question),
): Factor[] {
  const { kind, policy, facts } = question;
  const { has } = facts;
  if (!has) return [];
  return all.filter((factor) => (factor.role !== 'fallback' || kind === 'login') && factor.usable(has, policy));
}

/**
 * The factor that the flow requires: the one that the user switched to, otherwise the one that the user used last, otherwise
 * the first one of the policy. It is usable and not locked. A lock of one method does not affect the others (D12), and is shown when there is no other factor.
 */
export function requiredFactor(registry: Registry, question: Question): Factor | undefined {
  const { facts } = question;
  const all = inOrder(registry, question);
  const usable = usableFactors(registry, question, all);
  const chosen = all.find(({ method }) => method === facts.method);
  if (chosen && (usable.includes(chosen) || isLocked(chosen, question))) return chosen;
  const own = usable.filter(({ role }) => role === 'factor');
  const open = own.filter((factor) => !isLocked(factor, question));
  const preferred = open.find((factor) => factor.method === facts.has?.preferred && isAvailable(factor, facts));
  const other = usable.find(({ role }) => role === 'fallback') ?? all.find(({ role }) => role === 'factor');
  return preferred ?? open[0] ?? own[0] ?? other;
}

/** The factor that is required before a new password that the help desk started. Only usable factors are considered. */
export function requiredOldFactor(registry: Registry, question: Question): Factor | undefined {
  const usable = usableFactors(registry, question);
  return usable.find(({ method }) => method === question.facts.method) ?? usable[0];
}

/** The factor to enroll: the chosen one, otherwise the first one of the policy. */
export function enrolledFactor(registry: Registry, question: Question): Factor | undefined {
  const enrollable = inOrder(registry, question).filter(({ enrollSteps }) => enrollSteps.length > 0);
  return enrollable.find(({ method }) => method === question.facts.setUpMethod) ?? enrollable[0];
}

/** The methods of the policy that the user can enroll on the page of the flow; all of them if none works there. */
export function methodsToEnroll(facts: Facts, { methods }: Pick<Policy, 'methods'>): Policy['methods'] {
  const available = methods.filter((each) => isAvailable(each, facts));
  return available.length > 0 ? available : methods;
}

/**
 * The factor to which a user who logged in with a text message is to move (W1): until the policy's last day the user may
 * defer it in each login, and then no more. On a page where that factor does not work, the login asks for no move.
 */
export function movedTo(registry: Registry, { kind, facts, policy, now }: Question): Factor | undefined {
  const { factor, enrolled, has, offerDeclined } = facts;
  if (kind !== 'login' || factor?.method !== 'sms' || enrolled || !has) return undefined;
  const due = moveDue(policy, now);
  if (due === 'no' || (due === 'offered' && offerDeclined)) return undefined;
  return registry.factors.find(
    (each) => each.method === policy.moveFromSms?.to && !each.usable(has, policy) && isAvailable(each, facts),
  );
}

/**
 * The factor that a login offers to a user who has another one: only after a fresh factor of this flow (R9), and not within
 * the time for which the user declined the last offer.
 */
export function offeredFactor(registry: Registry, question: Question): Factor | undefined {
  const moved = movedTo(registry, question);
  if (moved) return moved;
  const { kind, facts, policy, now } = question;
  const { factor, enrolled, has, offerDeclined, offersDeferredUntil = 0 } = facts;
  if (kind !== 'login' || !factor || enrolled || offerDeclined || !has || now < offersDeferredUntil) return undefined;
  const proven = registry.factor(factor.method);
  if (proven.role !== 'factor' || proven.acr(factor) !== 'aal2') return undefined;
  if (!policy.offerPasskeys) return undefined;
  const isNamed = ({ method }: Factor): boolean => policy.methods.some((each) => each.method === method);
  const mayOffer = (each: Factor): boolean => each.isOffered === true && isNamed(each) && isAvailable(each, facts);
  return registry.factors.find((each) => mayOffer(each) && !each.usable(has, policy));
}
