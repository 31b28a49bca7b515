import assert from 'node:assert/strict';
import type { Ledger } from '../ledger.ts';
import { otp, timeStepAt } from '../otp.ts';
import type { FlowRecord, Given, SentInput } from '../records.ts';
import { recoveryKey, userOf } from '../rules.ts';
import { type Authenticator, appsOf, dropFactors, hasFactor, type User } from '../users.ts';

/* What accepted codes of authenticators and recovery codes prove. */

/** Requires a code of time step T or T−1 that is later than the last accepted time step (RFC 6238, R14, R15). */
export function proveTotp(ledger: Ledger, flow: FlowRecord, { code, remember }: SentInput, given: Given): void {
  const user = userOf(flow);
  const found = matching(user, String(code), given.sent).find(({ authenticator, step }) => step > authenticator.last);
  assert.ok(found, 'a wrong, old, early or used code was accepted');
  found.authenticator.last = found.step;
  if (!given.disturbed) ledger.counts.evaluated(`code ${user.id}`, user.organisation, given.sent);
  ledger.counts.reset(`code ${user.id}`);
  flow.factor = { method: 'totp', at: given.sent, authenticator: found.authenticator };
  if (remember === true && flow.kind === 'login') flow.ticked = true;
}

/** The user's authenticators whose code of T or T−1 this is, with the time step. */
export function matching(user: User, code: string, now: number): { authenticator: Authenticator; step: number }[] {
  return appsOf(user).flatMap((authenticator) =>
    [timeStepAt(now), timeStepAt(now) - 1]
      .filter((step) => otp(authenticator.secret, step) === code)
      .map((step) => ({ authenticator, step })),
  );
}

/** A recovery code works once; a code of the help desk works until it expires, and permits only an enrolment. */
export function proveRecoveryCode(ledger: Ledger, flow: FlowRecord, { code }: SentInput, given: Given): void {
  const user = userOf(flow);
  const text = String(code);
  if (user.codes.delete(text)) {
    assert.ok(user.organisation.recoveryCodes, 'a recovery code was accepted against the policy');
    user.spentCodes.push(text);
  } else {
    assert.ok(user.desk && user.desk.code === text, 'a wrong or used recovery code was accepted');
    assert.ok(given.sent < user.desk.until, 'an expired help-desk code was accepted');
    user.desk = undefined;
    flow.desk = true;
  }
  if (!given.disturbed) ledger.counts.evaluated(recoveryKey(user), user.organisation, given.sent);
  ledger.counts.reset(recoveryKey(user));
  flow.factor = { method: 'recovery-code', at: given.sent };
  ledger.revoke(user, 'a recovery code was used', { flow, session: flow.session });
}

/**
 * An account with an authenticator must prove it in this flow (R9). Under policy `one` the new authenticator replaces the
 * old one immediately (R11).
 */
export function enrollTotp(ledger: Ledger, flow: FlowRecord, { code, name }: SentInput, given: Given): void {
  const user = userOf(flow);
  const { shown } = flow;
  assert.ok(shown, 'an authenticator was enrolled whose secret was not shown');
  if (hasFactor(user)) assert.ok(flow.factor, 'a factor was added without proof of an old one (R9)');
  const step = [timeStepAt(given.sent), timeStepAt(given.sent) - 1].find((each) => otp(shown, each) === code);
  assert.ok(step !== undefined, 'a wrong code confirmed an enrolment');
  const authenticator = { name: String(name), secret: shown, last: step };
  if (user.organisation.authenticators === 'one') endApps(user);
  if (flow.desk) dropFactors(user);
  user.authenticators.push(authenticator);
  flow.enrolled = { at: given.sent, authenticator };
  ledger.counts.reset(`code ${user.id}`);
  ledger.revoke(user, 'a factor was bound', { flow, session: flow.session });
}

/** Ends the authenticators with codes, also those that came along with phones. The phones themselves stay. */
export function endApps(user: User): void {
  user.authenticators = user.authenticators.filter(({ number }) => number !== undefined);
  for (const phone of user.phones) phone.codes = undefined;
}
