import type { Kind, Method } from '@tweestap/protocol';
import { holds, type LockedBy } from '../../locks/locks.ts';
import { keyText } from '../../organisations/client-policy.ts';
import {
  moveDue,
  type PasswordAgePolicy,
  passwordExpiry,
  type SetUpPolicy,
  setUpDue,
} from '../../organisations/policy.ts';
import type { Policy } from '../../organisations/schema.ts';
import { type Factor, hasActive, hasFactor, type Registry } from './factor.ts';
import type { ClientProof, Facts, HandOverProof } from './facts.ts';

/* What a login or enrolment still requires, and which factor. All of these functions are pure. */

/** The part of an organisation's policy that decides the order of steps. */
export type StepPolicy = Pick<
  Policy,
  'recoveryCodes' | 'emailCodes' | 'confirmPassword' | 'methods' | 'resetBy' | 'offerPasskeys'
> &
  SetUpPolicy &
  Partial<PasswordAgePolicy & Pick<Policy, 'clients' | 'moveFromSms' | 'handOver'>>;

/** The input from which the order of steps is derived. */
export interface Question {
  kind: Kind;
  facts: Facts;
  policy: StepPolicy;
  /** Milliseconds since the epoch. */
  now: number;
}

/** Whether a lock applies now. */
export function isLockedBy(by: LockedBy, { facts: { locks }, now }: Question): boolean {
  return holds(locks?.[by], now);
}

/** Whether the lock of a method applies now. */
export function isLocked({ lock }: Factor, question: Question): boolean {
  return lock !== undefined && isLockedBy(lock.by, question);
}

/** Whether a method works on the page of the flow. */
const isAvailable = ({ method }: { method: Method }, { unavailable = [] }: Facts): boolean =>
  !unavailable.includes(method);

/** All factors in the policy's order, then those that do not work on the page, then the fallbacks and backups. */
function inOrder({ factors }: Registry, { policy: { methods }, facts }: Question): Factor[] {
  const place = (factor: Factor): number => {
    if (factor.role !== 'factor') return Number.POSITIVE_INFINITY;
    if (!isAvailable(factor, facts)) return methods.length + 1;
    const index = methods.findIndex(({ method }) => method === factor.method);
    return index < 0 ? methods.length : index;
  };
  return [...factors].sort((a, b) => (place(a) === place(b) ? 0 : place(a) - place(b)));
}

/**
 * The factors, fallbacks and backups that the account can use, in the policy's order. Locks are not considered. A fallback
 * never satisfies a step-up or a change of factors (D14).
 */
export function usableFactors(registry: Registry, question: Question): Factor[] {
  const { kind, policy, facts } = question;
  const { has } = facts;
  if (!has) return [];
  const allowed = inOrder(registry, question).filter(({ role }) => role !== 'fallback' || kind === 'login');
  return allowed.filter((factor) => factor.usable(has, policy));
}

/**
 * The factor that the flow requires: the one that the user switched to, otherwise the one that the user used last, otherwise
 * the first one of the policy. It is usable and not locked. A lock of one method does not affect the others (D12), and is shown when there is no other factor.
 */
export function requiredFactor(registry: Registry, question: Question): Factor | undefined {
  const { facts } = question;
  const usable = usableFactors(registry, question);
  const all = inOrder(registry, question);
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

/* When the steps of a flow are due. All of it is pure. */

/** In ms: before an enrolment, a password that was typed in this flow within this time needs no confirmation. */
const PASSWORD_FRESH = 5 * 60_000;

/** Whether a new password must still be chosen in this flow. */
export function isPasswordDue({ facts }: Question): boolean {
  return facts.newPassword === undefined;
}

/**
 * Whether a login asks for a new password: an event was reported as not done by the user, or the password has expired
 * (D13). It can't be deferred.
 */
export function isRenewalDue({ facts, policy, now }: Question): boolean {
  const { newPassword, mustChange, password } = facts;
  if (newPassword !== undefined) return false;
  if (mustChange) return true;
  const expiry = password?.since === undefined ? undefined : passwordExpiry(password.since, policy);
  return expiry !== undefined && now >= expiry;
}

/** Whether the old factor must be proven before a new password that the help desk started (R83). */
export function isOldFactorDue({ facts }: Question): boolean {
  return facts.helpDesk !== undefined && (facts.factor === undefined || facts.factor.desk === true);
}

/** Whether a mailed reset may replace the factor: the account has one, and the user did not say that the phone is the same. */
export function hasFactorToReplace(question: Question): boolean {
  const { facts } = question;
  return (
    facts.helpDesk === undefined &&
    mayHaveFactor(question) &&
    facts.enrolled === undefined &&
    facts.deferred === undefined
  );
}

/** Whether a login still needs the password. A proof that stands alone, such as a passkey with user verification, replaces it. */
export function isPasswordNeeded(registry: Registry, { facts, policy }: Question): boolean {
  const { factor, password, person, has, handOver } = facts;
  if (!person || !has) return true;
  if (handOver && acceptedHandOver(handOver, policy)) return false;
  return password === undefined && !(factor && registry.standsAlone(factor));
}

/** Whether a login asks for a second factor: the account has one, or a fallback replaces a missing one. */
export function isFactorAsked(registry: Registry, question: Question): boolean {
  return mayHaveFactor(question) || usableFactors(registry, question).some(({ role }) => role === 'fallback');
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

/** The client of the policy that the proof of a flow names, while the policy still accepts its key (R94). */
export function acceptedClient({ id, key, installation }: ClientProof, { clients = [] }: Pick<StepPolicy, 'clients'>) {
  const client = clients.find((each) => each.id === id);
  const isAccepted = installation ? client?.installations : client?.keys.some((each) => keyText(each) === key);
  return isAccepted ? client : undefined;
}

/**
 * What the hand-over of a flow proves by the present policy (K11): the password, or the second factor too. Undefined if the
 * policy no longer has the system or its key.
 */
export function acceptedHandOver(
  { issuer, key, proves }: HandOverProof,
  { handOver }: Pick<StepPolicy, 'handOver'>,
): HandOverProof['proves'] | undefined {
  const system = handOver?.find((each) => each.issuer === issuer);
  const isAccepted = system?.jwks === key || system?.keys.some((each) => keyText(each) === key);
  if (!system || !isAccepted) return undefined;
  return system.proves === 'factor' ? proves : 'password';
}

/** Whether another system has proven the second factor too. A new password still comes after a factor of this flow (D13). */
export function isFactorHandedOver(question: Question): boolean {
  const { facts, policy } = question;
  return facts.handOver !== undefined && acceptedHandOver(facts.handOver, policy) === 'factor';
}

/**
 * Whether the client of the flow may log in with the password alone: by the present policy, and only until a new password
 * is due, which comes after the factor (D13).
 */
export function isPasswordEnough(question: Question): boolean {
  const { facts, policy } = question;
  if (!facts.client || isRenewalDue(question)) return false;
  return acceptedClient(facts.client, policy)?.factor === 'password';
}

/** Whether the password must still be confirmed in this flow. */
export function isConfirmedDue({ facts }: Question): boolean {
  return facts.confirmed === undefined;
}

/** Whether the account has a factor. An unknown possession counts as having one, because that requires more. */
export function mayHaveFactor({ facts: { has } }: Question): boolean {
  return has === undefined || hasFactor(has);
}

/** Whether the hard cap disabled the factors (D7). A new one must be enrolled, after a recovery or help-desk code. */
export function isDisabled({ facts: { has } }: Question): boolean {
  return has?.disabled === true && !hasActive(has);
}

/** Whether a factor was proven in this flow. An enrolment proves the new factor as well. */
export function isFactorProven({ facts }: Question): boolean {
  return facts.factor !== undefined || facts.enrolled !== undefined;
}

/** Whether a remembered device replaces the factor (D1). */
export function isRemembered({ facts }: Question): boolean {
  return facts.remembered !== undefined;
}

/**
 * Whether an enrolment is due. A deferred enrolment is due again as soon as it may no longer be deferred (R10). A user who
 * accepted the offer continues with it regardless of the dates of the policy.
 */
export function isSetUpDue(question: Question): boolean {
  const { facts, policy, now } = question;
  if (facts.enrolled !== undefined || mayHaveFactor(question)) return false;
  if (isPasswordEnough(question) || isFactorHandedOver(question)) return false;
  const due = setUpDue(policy, now);
  return (
    due === 'mandatory' || (facts.deferred === undefined && (due === 'offered' || facts.offerAccepted !== undefined))
  );
}

/** Whether the choice of methods is shown: there are several methods, or a method has a note. */
export function hasMethodsToShow({ facts, policy }: Question): boolean {
  const methods = methodsToEnroll(facts, policy);
  return methods.length > 1 || methods.some(({ note }) => note !== undefined);
}

/** Whether the password must be confirmed before the secret is shown. It is not required again after that. */
export function isConfirmationDue({ facts, policy, now }: Question): boolean {
  if (facts.confirmed !== undefined || facts.enrolment !== undefined) return false;
  const { handOver } = facts;
  const handed = handOver && acceptedHandOver(handOver, policy) ? handOver.at : undefined;
  const at = facts.password?.at ?? handed;
  if (policy.confirmPassword === 'always' || at === undefined) return true;
  // After the clock was set back, no password counts as recent (R86).
  return now - at > PASSWORD_FRESH || now < at;
}

/** Whether the account needs recovery codes after an enrolment in this flow. */
export function areCodesDue({ facts, policy }: Question): boolean {
  return policy.recoveryCodes && facts.enrolled !== undefined && facts.has?.recoveryCodes === 0;
}

/** Whether recovery codes that were never kept are offered again, after a factor was proven in this flow. */
export function areCodesStillDue({ facts, policy }: Question): boolean {
  const { codesDue, codesKept, codesDeferred, factor, enrolled, has } = facts;
  if (!codesDue || !policy.recoveryCodes || !factor || enrolled) return false;
  return (
    codesKept === undefined &&
    codesDeferred === undefined &&
    has !== undefined &&
    hasActive(has) &&
    has.recoveryCodes === 0
  );
}
