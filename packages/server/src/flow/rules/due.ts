import { passwordExpiry, setUpDue } from '../../organisations/policy.ts';
import { acceptedClient, acceptedHandOver } from './accepted.ts';
import { hasActive, hasFactor, type Registry } from './factor.ts';
import type { Question } from './question.ts';
import { methodsToEnroll, usableFactors } from './which-factor.ts';

/* When the steps of a flow are due. All of these functions are pure. */

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
