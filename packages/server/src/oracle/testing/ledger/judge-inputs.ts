import assert from 'node:assert/strict';
import { enrollPasskey, provePasskey, provePasskeyAlone } from './judge-passkeys.ts';
import { provePush } from './judge-push.ts';
import { enrollSms, enterNumber, proveSms } from './judge-sent-codes.ts';
import type { Ledger } from './ledger.ts';
import { lifeOf } from './ledger.ts';
import { otp, timeStepAt } from './otp.ts';
import type { FlowRecord, Given, SentInput } from './records.ts';
import { passwordProven, recoveryKey, userOf } from './rules.ts';
import { type Authenticator, hasFactor, mandatoryFrom, rememberedFor, type User } from './users.ts';

type Enter = (ledger: Ledger, flow: FlowRecord, input: SentInput, given: Given) => void;

const nothing: Enter = () => {};

/** What an accepted input proves, by step. Steps that prove nothing are listed too, because an unknown step is an error. */
const proofs: Readonly<Record<string, Enter>> = {
  organisation: (_ledger, flow, { organisation }) => {
    flow.organisation = String(organisation);
  },
  username: (_ledger, flow, { username }) => {
    flow.name = String(username);
  },
  password: provePassword,
  'confirm-password': confirmPassword,
  'choose-method': nothing,
  push: nothing,
  passkey: provePasskey,
  totp: proveTotp,
  sms: proveSms,
  'recovery-code': proveRecoveryCode,
  'enroll-offer': nothing,
  'enroll-method': nothing,
  'enroll-totp': enroll,
  'enroll-passkey': enrollPasskey,
  'enroll-sms-number': enterNumber,
  'enroll-sms': enrollSms,
  'recovery-codes': keepCodes,
  identify,
  'mail-sent': nothing,
  'new-password': changePassword,
  locked: nothing,
};

/** What an accepted action other than `submit` changes, at any step. */
const changes: Readonly<Record<string, Enter>> = {
  back: (_ledger, flow, { to }) => goBack(flow, String(to)),
  later: defer,
  extend: (_ledger, flow, _input, { now }) => {
    flow.expires = Math.max(flow.expires, now + lifeOf(flow.kind));
  },
  unlock,
  passkey: (ledger, flow, input, given) =>
    (input.step === 'username' ? provePasskeyAlone : enrollPasskey)(ledger, flow, input, given),
  accept: nothing,
  switch: nothing,
  poll: (ledger, flow, input, given) => {
    if (input.step === 'push') provePush(ledger, flow, input, given);
  },
  resend: nothing,
  'change-number': nothing,
};

/** Judges an input that the server accepted by the state at the commit, and records what it proved. */
export function acceptInput(ledger: Ledger, flow: FlowRecord, input: SentInput, given: Given): void {
  const { step, action = 'submit' } = input;
  const enter = action === 'submit' ? proofs[step] : changes[action];
  assert.ok(enter, `the ledger does not know ${step}/${action}: add to judge-inputs.ts what it proves`);
  enter(ledger, flow, input, given);
}

/** The keys under which a password may be counted: that of the browser if the user is known on it, or that of the name. */
export function passwordKeys(ledger: Ledger, flow: FlowRecord, { cookies }: Given): string[] {
  const user = flow.user ?? ledger.find(flow.organisation, flow.name);
  const name = `name ${flow.organisation}/${(user?.username ?? flow.name ?? '').trim().toLowerCase()}`;
  const device = `device ${ledger.devices.idOf(cookies.device)}/${user?.id}`;
  const knows = user ? ledger.devices.knows(cookies.device, user) : false;
  return knows === undefined ? [name, device] : [knows ? device : name];
}

/** Checks that a correct password was not evaluated under a lock, and resets its soft count. */
function passwordCounts(ledger: Ledger, flow: FlowRecord, user: User, given: Given): void {
  const [key = '', ...others] = passwordKeys(ledger, flow, given);
  // If it is uncertain under which key the password was counted, neither count is known to be reset.
  if (others.length > 0) return;
  if (!given.disturbed) ledger.counts.evaluated(key, user.organisation, given.sent);
  passwordProven(ledger.counts, key);
}

function provePassword(ledger: Ledger, flow: FlowRecord, { password }: SentInput, given: Given): void {
  const user = ledger.find(flow.organisation, flow.name);
  assert.ok(user && user.password !== undefined, 'a password was accepted for a name that has none');
  assert.equal(password, user.password, 'a wrong password was accepted');
  assert.equal(user.state, 'active', 'a password was accepted for a disabled account');
  passwordCounts(ledger, flow, user, given);
  Object.assign(flow, { user, password: user.passwords, device: given.cookies.device });
  const remembered = ledger.devices.remembered(given.cookies.device, user, given.now);
  flow.remembered = remembered && { factorTime: remembered.factorTime };
  flow.rememberFor = rememberedFor(user);
  ledger.devices.expire(given.cookies.device, user, given.now);
  ledger.devices.replayed(given.cookies.device);
}

function confirmPassword(ledger: Ledger, flow: FlowRecord, { password }: SentInput, given: Given): void {
  const user = userOf(flow);
  assert.equal(password, user.password, 'a wrong password was accepted as a confirmation');
  passwordCounts(ledger, flow, user, given);
  flow.confirmed = user.passwords;
}

/** Requires a code of time step T or T−1 that is later than the last accepted time step (RFC 6238, R14, R15). */
function proveTotp(ledger: Ledger, flow: FlowRecord, { code, remember }: SentInput, given: Given): void {
  const user = userOf(flow);
  const found = matching(user.authenticators, String(code), given.sent).find(
    ({ authenticator, step }) => step > authenticator.last,
  );
  assert.ok(found, 'a wrong, old, early or used code was accepted');
  found.authenticator.last = found.step;
  if (!given.disturbed) ledger.counts.evaluated(`code ${user.id}`, user.organisation, given.sent);
  ledger.counts.reset(`code ${user.id}`);
  flow.factor = { method: 'totp', at: given.sent, authenticator: found.authenticator };
  if (remember === true && flow.kind === 'login') flow.ticked = true;
}

/** The authenticators whose code of T or T−1 this is, with the time step. */
export function matching(
  authenticators: readonly Authenticator[],
  code: string,
  now: number,
): { authenticator: Authenticator; step: number }[] {
  const apps = authenticators.filter(({ number }) => number === undefined);
  return apps.flatMap((authenticator) =>
    [timeStepAt(now), timeStepAt(now) - 1]
      .filter((step) => otp(authenticator.secret, step) === code)
      .map((step) => ({ authenticator, step })),
  );
}

function proveRecoveryCode(ledger: Ledger, flow: FlowRecord, { code }: SentInput, given: Given): void {
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
function enroll(ledger: Ledger, flow: FlowRecord, { code, name }: SentInput, given: Given): void {
  const user = userOf(flow);
  const { shown } = flow;
  assert.ok(shown, 'an authenticator was enrolled whose secret was not shown');
  if (hasFactor(user)) assert.ok(flow.factor, 'a factor was added without proof of an old one (R9)');
  const step = [timeStepAt(given.sent), timeStepAt(given.sent) - 1].find((each) => otp(shown, each) === code);
  assert.ok(step !== undefined, 'a wrong code confirmed an enrolment');
  const authenticator = { name: String(name), secret: shown, last: step };
  if (user.organisation.authenticators === 'one')
    user.authenticators = user.authenticators.filter(({ number }) => number !== undefined);
  if (flow.desk) user.authenticators = [];
  if (flow.desk) Object.assign(user, { codes: new Set<string>(), passkeys: [], phones: [] });
  user.authenticators.push(authenticator);
  flow.enrolled = { at: given.sent, authenticator };
  ledger.counts.reset(`code ${user.id}`);
  ledger.revoke(user, 'a factor was bound', { flow, session: flow.session });
}

/** The new recovery codes become valid, the old ones invalid. */
function keepCodes(_ledger: Ledger, flow: FlowRecord): void {
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
function changePassword(ledger: Ledger, flow: FlowRecord, { password }: SentInput, given: Given): void {
  const text = String(password);
  assert.ok(text.length >= 15, 'a short password was accepted');
  if (flow.kind === 'register' && !flow.user) {
    register(ledger, flow, text, given);
    return;
  }
  const user = userOf(flow);
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
  Object.assign(user, { password: text, passwords: user.passwords + 1, since: given.now, mustChange: false });
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
function identify(ledger: Ledger, flow: FlowRecord, { username, code }: SentInput, { sent }: Given): void {
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
  const user: User = {
    ...{ id: '', organisation, username, email: username, password, passwords: 0, since: given.now, state: 'active' },
    ...{ authenticators: [], passkeys: [], phones: [], codes: new Set<string>(), spentCodes: [], sent: [] },
  };
  ledger.users.push(user);
  flow.user = user;
  flow.changed = true;
}

/** An enrolment can be deferred only before the deadline and without a factor (R10). After a reset, any factor stays. */
function defer(_ledger: Ledger, flow: FlowRecord, { step }: SentInput, { now }: Given): void {
  // Deferring new recovery codes does not change the authenticator.
  if (flow.kind === 'reset' || step === 'recovery-codes') return;
  const user = userOf(flow);
  // A user who has a factor, and has proven it, declines the offer of another one.
  if (flow.kind === 'login' && flow.factor && hasFactor(user)) return;
  assert.ok(
    ['login', 'activate', 'register'].includes(flow.kind),
    'an enrolment that the user had started was deferred',
  );
  assert.ok(now < mandatoryFrom(user.organisation), 'an enrolment was deferred after the deadline (R10)');
  assert.ok(!hasFactor(user), 'an enrolment was deferred by a user with a factor (R10)');
  flow.deferred = true;
}

function goBack(flow: FlowRecord, to: string): void {
  if (['choose-method', 'enroll-offer', 'enroll-method', 'identify'].includes(to)) return;
  if (flow.kind !== 'login' && !flow.user) return;
  assert.equal(flow.kind, 'login', 'a flow of a session or of a link changed its user (R4)');
  const { id, kind, token, cookie, expires, shown, challenges, organisation, name } = flow;
  for (const field of Object.keys(flow) as (keyof FlowRecord)[]) delete flow[field];
  Object.assign(flow, {
    id,
    kind,
    token,
    cookie,
    expires,
    ...(shown ? { shown } : {}),
    ...(challenges ? { challenges } : {}),
  });
  if (to !== 'organisation') flow.organisation = organisation;
  if (to === 'password') flow.name = name;
}

/** A link lifts the soft lock of the password (R50). In any other flow, `unlock` only requests the mail with the link. */
function unlock(ledger: Ledger, flow: FlowRecord, _input: SentInput, given: Given): void {
  if (flow.kind !== 'unlock') return;
  const user = userOf(flow);
  ledger.useLink(flow, given);
  ledger.counts.passwordLifted(user);
  flow.unlocked = true;
}
