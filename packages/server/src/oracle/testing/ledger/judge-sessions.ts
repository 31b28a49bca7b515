import assert from 'node:assert/strict';
import { needsFactor, ownerOf } from './judge-inputs.ts';
import type { Ledger } from './ledger.ts';
import type { FlowRecord, Given, SessionRecord } from './records.ts';
import { loginCompleted } from './rules.ts';
import { mandatoryFrom, type User } from './users.ts';
import type { Reply } from './wire.ts';

const DAY = 24 * 3_600_000;

/** D9: who only held a mailed link is not logged in by it. */
const withoutSession = new Set(['activate', 'reset', 'unlock', 'register']);

/** A flow is done: was what came out of it paid for, by what is true now, at the commit (R1, R92)? */
export function pay(ledger: Ledger, flow: FlowRecord, reply: Reply, given: Given): void {
  flow.done = true;
  if (withoutSession.has(flow.kind)) {
    assert.equal(reply.set.session, undefined, 'a mailed link made a session (D9)');
    assert.ok(flow.changed || flow.unlocked, 'a flow of a link ended, and did nothing');
    // The browser that chose the new password is known from now on, and remembered for nothing (R44).
    if (flow.changed) markKnown(ledger, flow, ownerOf(flow), reply.set.device ?? undefined, given);
    return;
  }
  assert.notEqual(flow.kind, 'recover', 'a flow that asks for a mail ended (D9)');
  const user = ownerOf(flow);
  assert.equal(user.state, 'active', 'a session for an account that is disabled or gone (R92)');
  const record = flow.kind === 'login' ? login(ledger, flow, user, given) : own(ledger, flow, user, given);
  assert.ok(given.lost || reply.set.session, 'a flow ended without its session');
  if (reply.set.session) ledger.sessions.set(reply.set.session, record);
  const step = reply.body.flow?.step;
  assert.deepEqual(
    { amr: step?.amr, acr: step?.acr },
    { amr: record.amr, acr: record.acr },
    'the end says another assurance (R69)',
  );
  markKnown(ledger, flow, user, reply.set.device ?? undefined, given);
  if (flow.password !== undefined) loginCompleted(ledger.counts, user);
  ledger.paid += 1;
}

/** The browser is known from now on, and remembered where that was ticked beside a factor of this flow (R41). */
function markKnown(ledger: Ledger, flow: FlowRecord, user: User, issued: string | undefined, given: Given): void {
  const { factor, rememberFor = 0 } = flow;
  const isTicked = flow.ticked && factor?.method === 'totp' && rememberFor > 0;
  const remember = isTicked ? { until: given.sent + rememberFor, factorTime: factor.at } : undefined;
  ledger.devices.finished({ came: given.cookies.device, given: issued, lost: given.lost }, user, remember);
}

/** A factor of this very flow that is still one of the account's. */
function isFresh({ factor, enrolled }: FlowRecord, user: User): boolean {
  const used = enrolled?.authenticator ?? factor?.authenticator;
  if (used) assert.ok(user.authenticators.includes(used), 'a session rests on an authenticator that is gone (R92)');
  return factor !== undefined || enrolled !== undefined;
}

function login(ledger: Ledger, flow: FlowRecord, user: User, given: Given): SessionRecord {
  assert.ok(flow.password !== undefined, 'a session without a password (R1)');
  assert.equal(flow.password, user.passwords, 'a session by a password that was changed meanwhile (R92)');
  const fresh = isFresh(flow, user);
  if (flow.desk) assert.ok(flow.enrolled, 'a help-desk code let a user in without a new authenticator');
  if (!fresh) withoutFactor(ledger, flow, user, given);
  const previous = ledger.sessions.get(given.cookies.session ?? '');
  if (previous) previous.dead ??= 'the browser has a newer one (R67)';
  const reached = assurance(flow, fresh);
  return { user, ...reached, authTime: given.sent, expires: given.sent + DAY };
}

/** D1, D8, R10: what stands in for a fresh factor, now. */
function withoutFactor(ledger: Ledger, flow: FlowRecord, user: User, { now }: Given): void {
  const remembered = flow.remembered && ledger.devices.remembered(flow.device, user, now);
  if (flow.remembered && user.authenticators.length > 0) {
    assert.ok(remembered, 'a session without a factor on a device that is not remembered any more (R34, R39, R92)');
    return;
  }
  assert.equal(user.authenticators.length, 0, 'a session without the factor that the account has (R1, R92)');
  flow.remembered = undefined;
  assert.ok(now < mandatoryFrom(user.organisation), 'a session without a factor where it is mandatory (R10)');
  if (user.organisation.until !== undefined) assert.ok(flow.deferred, 'a session without the set-up that is due (D8)');
}

/** The truth table of R69. */
function assurance({ factor, enrolled, remembered }: FlowRecord, fresh: boolean) {
  if (!fresh) return { amr: ['pwd'], acr: 'aal1', factorTime: remembered?.factorTime, recovery: false };
  const factorTime = Math.max(factor?.at ?? 0, enrolled?.at ?? 0);
  return { amr: ['pwd', 'otp', 'mfa'], acr: 'aal2', factorTime, recovery: factor?.method === 'recovery-code' };
}

/** A flow of a session ends in that session under a new id (R67). */
function own(ledger: Ledger, flow: FlowRecord, user: User, given: Given): SessionRecord {
  const came = ledger.session(flow.session, given.now);
  assert.ok(came && came.user === user, 'a session grew out of one that has ended (R92)');
  const fresh = isFresh(flow, user);
  if (user.authenticators.length > 0) assert.ok(fresh, 'a flow of a session ended without a factor (R9)');
  if (flow.kind === 'enroll') assert.ok(flow.enrolled, 'nothing was set up');
  if (flow.kind === 'recovery-codes') assert.ok(flow.kept, 'no new codes were made and kept');
  if (flow.kind === 'change-password') assert.ok(flow.changed, 'no new password was chosen');
  if (flow.kind === 'step-up' && !fresh) assert.equal(flow.confirmed, user.passwords, 'nothing was proven');
  if (flow.desk) assert.ok(flow.enrolled, 'a help-desk code let a user in without a new authenticator');
  if (flow.kind === 'disable') turnOff(ledger, flow, user, given);
  came.dead = 'it has a new id (R67)';
  const reached = fresh ? assurance(flow, true) : came;
  const { amr, acr, factorTime, recovery } = reached;
  return { user, amr, acr, factorTime, recovery, authTime: given.sent, expires: came.expires };
}

/** P9: by password and factor of this flow, only where it may be, and all that rested on the factors ends. */
function turnOff(ledger: Ledger, flow: FlowRecord, user: User, { now }: Given): void {
  assert.equal(flow.confirmed, user.passwords, 'the second factor was turned off without a password');
  assert.ok(user.authenticators.length > 0, 'a second factor was turned off that there is not');
  assert.ok(now < mandatoryFrom(user.organisation), 'the second factor was turned off where it is mandatory');
  needsFactor(flow, user);
  user.authenticators = [];
  user.codes = new Set();
  ledger.revoke(user, 'the second factor was turned off', { flow, session: flow.session });
}
