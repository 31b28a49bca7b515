import { setUpDue } from '../../organisations/policy.ts';
import { hasActive, hasFactor as ownsFactor } from './factor.ts';
import type { Question } from './possession.ts';

/* When the steps of a flow are due. All of it is pure. */

/** A password typed this long ago, in this flow, needs no confirming before set-up (CONTRACT §2). In ms. */
const PASSWORD_FRESH = 5 * 60_000;

export function isPasswordDue({ facts }: Question): boolean {
  return facts.newPassword === undefined;
}

export function isOldFactorDue({ facts }: Question): boolean {
  return facts.helpDesk !== undefined && (facts.factor === undefined || facts.factor.desk === true);
}

/** After a mailed reset: there is a factor, and the person has not said that the phone is still the same. */
export function hasFactorToReplace(question: Question): boolean {
  const { facts } = question;
  return (
    facts.helpDesk === undefined && hasFactor(question) && facts.enrolled === undefined && facts.deferred === undefined
  );
}

export function isConfirmedDue({ facts }: Question): boolean {
  return facts.confirmed === undefined;
}

/** Not knowing what the account has counts as having a factor: the doubt asks for more, never for less. */
export function hasFactor({ facts: { has } }: Question): boolean {
  return has === undefined || ownsFactor(has);
}

/** D7: past the hard cap the app verifies nothing until one is bound again, after a recovery or help-desk code. */
export function isDisabled({ facts: { has } }: Question): boolean {
  return has?.disabled === true && !hasActive(has);
}

/** Setting up an authenticator proves it as well. */
export function isFactorProven({ facts }: Question): boolean {
  return facts.factor !== undefined || facts.enrolled !== undefined;
}

export function isRemembered({ facts }: Question): boolean {
  return facts.remembered !== undefined;
}

/**
 * R10: a set-up that was put off is due again as soon as it may not be put off any more. Whoever accepted an offer goes
 * on with it, whatever the calendar says.
 */
export function isSetUpDue(question: Question): boolean {
  const { facts, policy, now } = question;
  if (facts.enrolled !== undefined || hasFactor(question)) return false;
  const due = setUpDue(policy, now);
  return (
    due === 'mandatory' || (facts.deferred === undefined && (due === 'offered' || facts.offerAccepted !== undefined))
  );
}

export function hasMethodsToShow({ policy: { methods } }: Question): boolean {
  return methods.length > 1 || methods.some(({ note }) => note !== undefined);
}

/** Asked before the secret is shown, and not again while somebody looks for the phone. */
export function isConfirmationDue({ facts, policy, now }: Question): boolean {
  if (facts.confirmed !== undefined || facts.enrolment !== undefined) return false;
  if (policy.confirmPassword === 'always' || facts.password === undefined) return true;
  // A clock that was set back makes nothing fresh (R86).
  return now - facts.password.at > PASSWORD_FRESH || now < facts.password.at;
}

export function areCodesDue({ facts, policy }: Question): boolean {
  return policy.recoveryCodes && facts.enrolled !== undefined && facts.has?.recoveryCodes === 0;
}

/** Codes that were shown after an earlier set-up and never kept are offered again, once a factor was proven in this flow. */
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
