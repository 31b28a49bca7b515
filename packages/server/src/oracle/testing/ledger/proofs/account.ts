import assert from 'node:assert/strict';
import type { Ledger } from '../ledger.ts';
import type { FlowRecord, Given, SentInput } from '../records.ts';
import { userOf } from '../rules.ts';
import { hasFactor, newUser, type User } from '../users.ts';

/* What a flow requires for new recovery codes and a new password, and what these change. */

/** The new recovery codes become valid, the old ones invalid. */
export function keepCodes(_ledger: Ledger, flow: FlowRecord): void {
  const user = userOf(flow);
  assert.ok(flow.codes?.length === 6, 'recovery codes were confirmed that were not shown');
  if (flow.kind === 'recovery-codes') assertFactor(flow, user);
  user.spentCodes.push(...user.codes);
  user.codes = new Set(flow.codes);
  flow.kept = true;
}

/** Requires a factor of this flow to change an account with an authenticator (R9). A help-desk code permits only an enrolment. */
export function assertFactor({ factor, desk }: FlowRecord, user: User): void {
  if (hasFactor(user)) assert.ok(factor && !desk, 'an account was changed without a factor (R9)');
}

/** A new password requires a link, or the old password and a factor. It ends everything based on the old one (R31, R34). */
export function changePassword(ledger: Ledger, flow: FlowRecord, { password }: SentInput, given: Given): void {
  const text = String(password);
  assert.ok(text.length >= 15, 'a short password was accepted');
  if (flow.kind === 'register' && !flow.user) {
    register(ledger, flow, text, given);
    return;
  }
  const user = userOf(flow);
  assert.equal(user.external, undefined, 'a user of a portal chose a password here');
  if (flow.kind === 'change-password') {
    assert.equal(flow.confirmed, user.passwords, 'a password was changed without the old one');
    assertFactor(flow, user);
  } else if (flow.kind === 'login') {
    renew(flow, user);
  } else {
    assert.ok(['activate', 'reset'].includes(flow.kind), 'a password was changed without a link for it');
    if (flow.helpDesk)
      assert.ok(flow.factor && !flow.desk, 'a password reset by the help desk required no old factor (R83)');
    if (flow.helpDesk?.code === undefined) ledger.useLink(flow, given);
    else useCode(flow, user, given);
  }
  const mayStay = flow.kind === 'reset' && user.organisation.mayReuse;
  if (!mayStay) assert.notEqual(text, user.password, 'the old password was kept against the policy');
  Object.assign(user, {
    password: text,
    passwords: user.passwords + 1,
    since: given.now,
    mustChange: false,
    disowned: false,
  });
  user.passwordCode = undefined;
  flow.changed = true;
  if (flow.kind === 'login') flow.remembered = undefined;
  // A login by a passkey alone proves no password, and choosing one does not prove it.
  if (flow.kind === 'login' && flow.password !== undefined) flow.password = user.passwords;
  ledger.counts.passwordReset(user);
  ledger.voidLinks(user, 'the password was changed');
  ledger.revoke(user, 'the password was changed', { flow, session: flow.session });
}

/** A login asks for a new password only with a reason, and after the factor: a remembered device is not enough (D13, R21). */
function renew({ password, enrolled, factor, desk }: FlowRecord, user: User): void {
  const isAlone = password === undefined && factor?.isVerified === true;
  assert.ok(isAlone || password === user.passwords, 'a login changed a password without the old one');
  const isReason = user.mustChange || (!isAlone && user.organisation.expires !== undefined);
  assert.ok(isReason, 'a login asked for a new password without a reason (D13)');
  if (!hasFactor(user)) return;
  assert.ok(enrolled || (factor && !desk), 'a new password was chosen before the factor (D13)');
}

/** In a flow of kind `reset` without a link, a help-desk code identifies the user, once and until it expires (R31, R83). */
export function identify(ledger: Ledger, flow: FlowRecord, { username, code }: SentInput, { sent }: Given): void {
  if (flow.kind !== 'reset') return;
  const user = ledger.find(flow.organisation, String(username));
  assert.ok(user?.passwordCode && user.passwordCode.code === code, 'a wrong code for a new password was accepted');
  assert.ok(sent < user.passwordCode.until, 'an expired code for a new password was accepted');
  assert.equal(user.state, 'active', 'a code for a new password was accepted for a disabled account');
  Object.assign(flow, { user, helpDesk: { code } });
}

function useCode({ helpDesk }: FlowRecord, user: User, { now }: Given): void {
  assert.equal(user.passwordCode?.code, helpDesk?.code, 'a used or invalid code for a new password set one (R31)');
  assert.ok(now < (user.passwordCode?.until ?? 0), 'an expired code for a new password set one (R31)');
}

/** An account that a user registers is created with its password. */
function register(ledger: Ledger, flow: FlowRecord, password: string, given: Given): void {
  const username = flow.name ?? '';
  ledger.useLink(flow, given);
  assert.equal(ledger.find(flow.organisation, username), undefined, 'an address was registered twice');
  const organisation = ledger.users.find((each) => each.organisation.id === flow.organisation)?.organisation;
  assert.ok(organisation?.email, 'an account was registered against the policy');
  const user = newUser({ id: '', organisation, username, email: username, password, since: given.now });
  ledger.users.push(user);
  flow.user = user;
  flow.changed = true;
}
