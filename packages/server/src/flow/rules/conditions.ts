import { setUpDue } from '../../organisations/policy.ts';
import { hasActive, hasFactor as ownsFactor } from './factor.ts';
import type { Question } from './possession.ts';

/* When the steps of a flow are due. All of it is pure. */

/** In ms: before an enrolment, a password that was typed in this flow within this time needs no confirmation. */
const PASSWORD_FRESH = 5 * 60_000;

/** Whether a new password must still be chosen in this flow. */
export function isPasswordDue({ facts }: Question): boolean {
  return facts.newPassword === undefined;
}

/** Whether the old factor must be proven before a new password that the help desk started (R83). */
export function isOldFactorDue({ facts }: Question): boolean {
  return facts.helpDesk !== undefined && (facts.factor === undefined || facts.factor.desk === true);
}

/** Whether a mailed reset may replace the factor: the account has one, and the user did not say that the phone is the same. */
export function hasFactorToReplace(question: Question): boolean {
  const { facts } = question;
  return (
    facts.helpDesk === undefined && hasFactor(question) && facts.enrolled === undefined && facts.deferred === undefined
  );
}

/** Whether the password must still be confirmed in this flow. */
export function isConfirmedDue({ facts }: Question): boolean {
  return facts.confirmed === undefined;
}

/** Whether the account has a factor. An unknown possession counts as having one, because that requires more. */
export function hasFactor({ facts: { has } }: Question): boolean {
  return has === undefined || ownsFactor(has);
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
  if (facts.enrolled !== undefined || hasFactor(question)) return false;
  const due = setUpDue(policy, now);
  return (
    due === 'mandatory' || (facts.deferred === undefined && (due === 'offered' || facts.offerAccepted !== undefined))
  );
}

/** Whether the choice of methods is shown: there are several methods, or a method has a note. */
export function hasMethodsToShow({ policy: { methods } }: Question): boolean {
  return methods.length > 1 || methods.some(({ note }) => note !== undefined);
}

/** Whether the password must be confirmed before the secret is shown. It is not required again after that. */
export function isConfirmationDue({ facts, policy, now }: Question): boolean {
  if (facts.confirmed !== undefined || facts.enrolment !== undefined) return false;
  if (policy.confirmPassword === 'always' || facts.password === undefined) return true;
  // After the clock was set back, no password counts as recent (R86).
  return now - facts.password.at > PASSWORD_FRESH || now < facts.password.at;
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
