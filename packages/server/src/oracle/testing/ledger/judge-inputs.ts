import assert from 'node:assert/strict';
import type { Ledger } from './ledger.ts';
import { lifeOf } from './ledger.ts';
import { otp, timeStepAt } from './otp.ts';
import type { FlowRecord, Given, SentInput } from './records.ts';
import { passwordProven, recoveryKey } from './rules.ts';
import { type Authenticator, mandatoryFrom, rememberedFor, type User } from './users.ts';

type Enter = (ledger: Ledger, flow: FlowRecord, input: SentInput, given: Given) => void;

const nothing: Enter = () => {};

/** What an accepted answer to a step proves. Steps that prove nothing are in the list as well: an unknown one is an error. */
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
  totp: proveTotp,
  'recovery-code': proveRecoveryCode,
  'enroll-offer': nothing,
  'enroll-method': nothing,
  'enroll-totp': enroll,
  'recovery-codes': keepCodes,
  identify,
  'mail-sent': nothing,
  'new-password': changePassword,
  locked: nothing,
};

/** What the other actions do, whatever the step. */
const changes: Readonly<Record<string, Enter>> = {
  back: (_ledger, flow, { to }) => goBack(flow, String(to)),
  later: defer,
  extend: (_ledger, flow, _input, { now }) => {
    flow.expires = Math.max(flow.expires, now + lifeOf(flow.kind));
  },
  unlock,
  accept: nothing,
  switch: nothing,
  poll: nothing,
};

/** Enters what the server accepted, and judges it by what is true at the commit. */
export function acceptInput(ledger: Ledger, flow: FlowRecord, input: SentInput, given: Given): void {
  const { step, action = 'submit' } = input;
  const enter = action === 'submit' ? proofs[step] : changes[action];
  assert.ok(enter, `the ledger does not know ${step}/${action}: say in judge-inputs.ts what it proves`);
  enter(ledger, flow, input, given);
}

export function ownerOf({ user }: FlowRecord): User {
  assert.ok(user, 'a flow knows a user that nobody proved to be');
  return user;
}

/** The counts that a typed password may stand under: the name's, or the browser's where the name is known on it. */
export function passwordKeys(ledger: Ledger, flow: FlowRecord, { cookies }: Given): string[] {
  const user = flow.user ?? ledger.find(flow.organisation, flow.name);
  const name = `name ${flow.organisation}/${(user?.username ?? flow.name ?? '').trim().toLowerCase()}`;
  const device = `device ${ledger.devices.idOf(cookies.device)}/${user?.id}`;
  const knows = user ? ledger.devices.knows(cookies.device, user) : false;
  return knows === undefined ? [name, device] : [knows ? device : name];
}

/** A right password: it may not have been looked at under a lock, and what was counted before is no lock any more. */
function passwordCounts(ledger: Ledger, flow: FlowRecord, user: User, given: Given): void {
  const [key = '', ...others] = passwordKeys(ledger, flow, given);
  // Where it is in doubt which count it was, neither is known to begin anew.
  if (others.length > 0) return;
  if (!given.disturbed) ledger.counts.evaluated(key, user.organisation, given.sent);
  passwordProven(ledger.counts, key);
}

function provePassword(ledger: Ledger, flow: FlowRecord, { password }: SentInput, given: Given): void {
  const user = ledger.find(flow.organisation, flow.name);
  assert.ok(user && user.password !== undefined, 'a password was taken of a name that has none');
  assert.equal(password, user.password, 'a password was taken that is not the one');
  assert.equal(user.state, 'active', 'a password was taken of a disabled account');
  passwordCounts(ledger, flow, user, given);
  Object.assign(flow, { user, password: user.passwords, device: given.cookies.device });
  const remembered = ledger.devices.remembered(given.cookies.device, user, given.now);
  flow.remembered = remembered && { factorTime: remembered.factorTime };
  flow.rememberFor = rememberedFor(user);
  ledger.devices.expire(given.cookies.device, user, given.now);
  ledger.devices.replayed(given.cookies.device);
}

function confirmPassword(ledger: Ledger, flow: FlowRecord, { password }: SentInput, given: Given): void {
  const user = ownerOf(flow);
  assert.equal(password, user.password, 'a password was confirmed that is not the one');
  passwordCounts(ledger, flow, user, given);
  flow.confirmed = user.passwords;
}

/** RFC 6238 by the letter: a code of T or T−1, and of a later time step than all that was accepted before (R14, R15). */
function proveTotp(ledger: Ledger, flow: FlowRecord, { code, remember }: SentInput, given: Given): void {
  const user = ownerOf(flow);
  const found = matching(user.authenticators, String(code), given.sent).find(
    ({ authenticator, step }) => step > authenticator.last,
  );
  assert.ok(found, 'a code was taken that is wrong, old, early or used');
  found.authenticator.last = found.step;
  if (!given.disturbed) ledger.counts.evaluated(`code ${user.id}`, user.organisation, given.sent);
  ledger.counts.reset(`code ${user.id}`);
  flow.factor = { method: 'totp', at: given.sent, authenticator: found.authenticator };
  if (remember === true && flow.kind === 'login') flow.ticked = true;
}

/** The time steps of T and T−1 whose code this is, newest first. */
export function matching(
  authenticators: readonly Authenticator[],
  code: string,
  now: number,
): { authenticator: Authenticator; step: number }[] {
  return authenticators.flatMap((authenticator) =>
    [timeStepAt(now), timeStepAt(now) - 1]
      .filter((step) => otp(authenticator.secret, step) === code)
      .map((step) => ({ authenticator, step })),
  );
}

function proveRecoveryCode(ledger: Ledger, flow: FlowRecord, { code }: SentInput, given: Given): void {
  const user = ownerOf(flow);
  const text = String(code);
  if (user.codes.delete(text)) {
    assert.ok(user.organisation.recoveryCodes, 'a recovery code was taken where the policy takes none');
    user.spentCodes.push(text);
  } else {
    assert.ok(user.desk && user.desk.code === text, 'a recovery code was taken that is wrong or used');
    assert.ok(given.sent < user.desk.until, 'a help-desk code was taken after its time');
    user.desk = undefined;
    flow.desk = true;
  }
  if (!given.disturbed) ledger.counts.evaluated(recoveryKey(user), user.organisation, given.sent);
  ledger.counts.reset(recoveryKey(user));
  flow.factor = { method: 'recovery-code', at: given.sent };
  ledger.revoke(user, 'a recovery code was used', { flow, session: flow.session });
}

/** R9: whoever has an authenticator proves it in this flow; R11: the new one takes the place of the old at once. */
function enroll(ledger: Ledger, flow: FlowRecord, { code, name }: SentInput, given: Given): void {
  const user = ownerOf(flow);
  const { shown } = flow;
  assert.ok(shown, 'nothing was shown to set up');
  if (user.authenticators.length > 0) assert.ok(flow.factor, 'a factor was added without the one before it (R9)');
  const step = [timeStepAt(given.sent), timeStepAt(given.sent) - 1].find((each) => otp(shown, each) === code);
  assert.ok(step !== undefined, 'a wrong code confirmed a set-up');
  const authenticator = { name: String(name), secret: shown, last: step };
  if (user.organisation.authenticators === 'one' || flow.desk) user.authenticators = [];
  if (flow.desk) user.codes = new Set();
  user.authenticators.push(authenticator);
  flow.enrolled = { at: given.sent, authenticator };
  ledger.counts.reset(`code ${user.id}`);
  ledger.revoke(user, 'a factor was bound', { flow, session: flow.session });
}

/** The new codes are good from now on, those before them are not. */
function keepCodes(_ledger: Ledger, flow: FlowRecord): void {
  const user = ownerOf(flow);
  assert.ok(flow.codes?.length === 6, 'recovery codes were kept that were never shown');
  if (flow.kind === 'recovery-codes') needsFactor(flow, user);
  user.spentCodes.push(...user.codes);
  user.codes = new Set(flow.codes);
  flow.kept = true;
}

/** R9: an account with an authenticator changes only by a factor of this flow; a help-desk code is for a set-up alone. */
export function needsFactor({ factor, desk }: FlowRecord, { authenticators }: User): void {
  if (authenticators.length > 0) assert.ok(factor && !desk, 'an account was changed without a factor (R9)');
}

/** A new password: by a link, or by the old one and the factor. It ends all that the old one opened (R31, R34). */
function changePassword(ledger: Ledger, flow: FlowRecord, { password }: SentInput, given: Given): void {
  const text = String(password);
  assert.ok(text.length >= 15, 'a short password was taken');
  if (flow.kind === 'register' && !flow.user) {
    register(ledger, flow, text, given);
    return;
  }
  const user = ownerOf(flow);
  if (flow.kind === 'change-password') {
    assert.equal(flow.confirmed, user.passwords, 'a password was changed without the old one');
    needsFactor(flow, user);
  } else {
    assert.ok(['activate', 'reset'].includes(flow.kind), 'a password was changed without a link for that');
    if (flow.helpDesk)
      assert.ok(flow.factor && !flow.desk, 'the help desk’s new password came without the old factor (R83)');
    if (flow.helpDesk?.code === undefined) ledger.useLink(flow, given);
    else useCode(flow, user, given);
  }
  const mayStay = flow.kind === 'reset' && user.organisation.mayReuse;
  if (!mayStay) assert.notEqual(text, user.password, 'the password that was is kept against the policy');
  user.password = text;
  user.passwords += 1;
  user.passwordCode = undefined;
  flow.changed = true;
  ledger.counts.passwordReset(user);
  ledger.voidLinks(user, 'the password was changed');
  ledger.revoke(user, 'the password was changed', { flow, session: flow.session });
}

/** Kind `reset` without a link: the help desk's code says who it is, once and in its time (R31, R83). */
function identify(ledger: Ledger, flow: FlowRecord, { username, code }: SentInput, { sent }: Given): void {
  if (flow.kind !== 'reset') return;
  const user = ledger.find(flow.organisation, String(username));
  assert.ok(user?.passwordCode && user.passwordCode.code === code, 'a code for a new password was taken that is none');
  assert.ok(sent < user.passwordCode.until, 'a code for a new password was taken after its time');
  assert.equal(user.state, 'active', 'a code for a new password was taken of a disabled account');
  Object.assign(flow, { user, helpDesk: { code } });
}

function useCode({ helpDesk }: FlowRecord, user: User, { now }: Given): void {
  assert.equal(
    user.passwordCode?.code,
    helpDesk?.code,
    'a code for a new password was used that is used or void (R31)',
  );
  assert.ok(now < (user.passwordCode?.until ?? 0), 'a code for a new password was used after its time (R31)');
}

/** The account begins with its password. */
function register(ledger: Ledger, flow: FlowRecord, password: string, given: Given): void {
  const username = flow.name ?? '';
  ledger.useLink(flow, given);
  assert.equal(ledger.find(flow.organisation, username), undefined, 'an address was registered twice');
  const organisation = ledger.users.find((each) => each.organisation.id === flow.organisation)?.organisation;
  assert.ok(organisation?.email, 'an account was registered where the policy lets nobody register');
  const user: User = {
    ...{ id: '', organisation, username, email: username, password, passwords: 0, state: 'active' },
    ...{ authenticators: [], codes: new Set<string>(), spentCodes: [] },
  };
  ledger.users.push(user);
  flow.user = user;
  flow.changed = true;
}

/** R10: before the deadline alone, and by nobody who has a factor. After a reset the old one stays as it is. */
function defer(_ledger: Ledger, flow: FlowRecord, { step }: SentInput, { now }: Given): void {
  // New recovery codes that are due may be offered again; that leaves the authenticator as it is.
  if (flow.kind === 'reset' || step === 'recovery-codes') return;
  const user = ownerOf(flow);
  assert.ok(['login', 'activate', 'register'].includes(flow.kind), 'a set-up was deferred that was asked for');
  assert.ok(now < mandatoryFrom(user.organisation), 'a set-up was deferred after the deadline (R10)');
  assert.equal(user.authenticators.length, 0, 'a set-up was deferred by a user with a factor (R10)');
  flow.deferred = true;
}

function goBack(flow: FlowRecord, to: string): void {
  if (['choose-method', 'enroll-offer', 'enroll-method', 'identify'].includes(to)) return;
  if (flow.kind !== 'login' && !flow.user) return;
  assert.equal(flow.kind, 'login', 'a flow of a session or of a link never changes its user (R4)');
  const { id, kind, token, cookie, expires, shown, organisation, name } = flow;
  for (const field of Object.keys(flow) as (keyof FlowRecord)[]) delete flow[field];
  Object.assign(flow, { id, kind, token, cookie, expires, ...(shown ? { shown } : {}) });
  if (to !== 'organisation') flow.organisation = organisation;
  if (to === 'password') flow.name = name;
}

/** R50: a link lifts the soft lock of the password; without one it only asks for the mail. */
function unlock(ledger: Ledger, flow: FlowRecord, _input: SentInput, given: Given): void {
  if (flow.kind !== 'unlock') return;
  const user = ownerOf(flow);
  ledger.useLink(flow, given);
  ledger.counts.passwordLifted(user);
  flow.unlocked = true;
}
