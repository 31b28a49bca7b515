import assert from 'node:assert/strict';
import type { Ledger } from '../ledger.ts';
import { assertFactor } from '../proofs/account.ts';
import { isPasswordEnough } from '../proofs/clients.ts';
import { handedOver } from '../proofs/hand-over.ts';
import type { FlowRecord, Given, SessionRecord } from '../records.ts';
import { loginCompleted, userOf } from '../rules.ts';
import { appsOf, dropFactors, hasFactor, isExpired, mandatoryFrom, type User } from '../users.ts';
import type { Reply } from '../wire.ts';
import { judgeAssertion } from './assertions.ts';

const DAY = 24 * 3_600_000;

/** Kinds that begin with a mailed link. A link alone never makes a session (D9). */
const withoutSession = new Set(['activate', 'reset', 'unlock', 'register']);

/** Judges a finished flow: its session must have the required proofs, by the state at the commit (R1, R92). */
export function pay(ledger: Ledger, flow: FlowRecord, reply: Reply, given: Given): void {
  flow.done = true;
  if (withoutSession.has(flow.kind)) {
    assert.equal(reply.body.flow?.step.assertion, undefined, 'a mailed link made an assertion (D9)');
    assert.equal(reply.set.session, undefined, 'a mailed link made a session (D9)');
    assert.ok(flow.changed || flow.unlocked, 'a flow of a link finished without a change');
    // The browser that set the new password becomes known, but not remembered (R44).
    if (flow.changed) markKnown(ledger, flow, userOf(flow), reply.set.device ?? undefined, given);
    return;
  }
  assert.notEqual(flow.kind, 'recover', 'a flow that only requests a mail finished (D9)');
  const user = userOf(flow);
  assert.equal(user.state, 'active', 'a session was given to a disabled or deleted account (R92)');
  const record = flow.kind === 'login' ? login(ledger, flow, user, given) : own(ledger, flow, user, given);
  // A page on another origin gets an assertion only.
  assert.ok(given.lost || flow.portal !== undefined || reply.set.session, 'a flow finished without a session');
  judgeAssertion(ledger, { flow, record, reply, given });
  if (reply.set.session) ledger.sessions.set(reply.set.session, record);
  const step = reply.body.flow?.step;
  const { amr, acr } = record;
  // The server of a portal is told the assurance by `completed` only.
  if (step || !flow.begun)
    assert.deepEqual({ amr: step?.amr, acr: step?.acr }, { amr, acr }, 'the last step shows a wrong assurance (R69)');
  flow.result = { amr, acr, at: given.sent };
  markKnown(ledger, flow, user, reply.set.device ?? undefined, given);
  if (flow.password !== undefined) loginCompleted(ledger.counts, user);
  ledger.paid += 1;
}

/**
 * Records the browser as known, and as remembered if the user chose it together with a factor of this flow (R41). A login of a client
 * remembers nothing (R94).
 */
function markKnown(ledger: Ledger, flow: FlowRecord, user: User, issued: string | undefined, given: Given): void {
  const { factor, client, rememberFor = 0 } = flow;
  const isTicked =
    flow.ticked && !client && factor !== undefined && factor.method !== 'recovery-code' && rememberFor > 0;
  const remember = isTicked ? { until: given.sent + rememberFor, factorTime: factor.at } : undefined;
  ledger.devices.finished({ came: given.cookies.device, given: issued, lost: given.lost }, user, remember);
}

/** Whether a factor was proven in this flow. @throws AssertionError if its authenticator is no longer valid */
function isFresh({ factor, enrolled }: FlowRecord, user: User): boolean {
  const used = enrolled?.authenticator ?? (enrolled ? undefined : factor?.authenticator);
  if (used)
    assert.ok(
      user.authenticators.includes(used) || appsOf(user).includes(used),
      'a session was given for an authenticator that is no longer valid (R92)',
    );
  const passkey = enrolled?.passkey ?? (enrolled ? undefined : factor?.passkey);
  if (passkey) assert.ok(user.passkeys.includes(passkey), 'a session was given for a removed passkey (R92)');
  const phone = enrolled?.phone ?? (enrolled ? undefined : factor?.phone);
  if (phone) assert.ok(user.phones.includes(phone), 'a session was given for a removed phone (R92)');
  const isReplaced = factor?.method === 'email' && !enrolled && hasFactor(user);
  assert.ok(!isReplaced, 'a code by email replaced the factor of the account (D14)');
  return factor !== undefined || enrolled !== undefined;
}

function login(ledger: Ledger, flow: FlowRecord, user: User, given: Given): SessionRecord {
  const isAlone = flow.factor?.method === 'passkey' && flow.factor.isVerified === true;
  const handed = handedOver(flow, user);
  assert.ok(
    flow.password !== undefined || isAlone || handed !== undefined,
    'a session was given without a password, a verified passkey or a hand-over (R1)',
  );
  if (flow.password !== undefined) {
    assert.equal(flow.password, user.passwords, 'a session was given for a password that had been changed (R92)');
    // The clock may have been set back meanwhile, so both times count.
    const isOver = user.external === undefined && isExpired(user, given.sent) && isExpired(user, given.now);
    assert.ok(!isOver, 'a session was given for an expired password (D13)');
  }
  // Only the portal can change the password of its user.
  const isMarked = user.mustChange === true && user.external === undefined;
  assert.ok(!isMarked, 'a login did not ask for the new password after a report of its user (R21)');
  const fresh = isFresh(flow, user);
  if (flow.desk) assert.ok(flow.enrolled, 'a help-desk code gave a session without a new authenticator');
  const isEnough = !fresh && isPasswordEnough(flow, user);
  if (isEnough) ledger.note(flow.client?.installation ? 'a login of an installation' : 'a login of a client');
  if (!fresh && !isEnough && handed !== 'factor') assertExempt(ledger, flow, user, given);
  const previous = ledger.sessions.get(given.cookies.session ?? '');
  if (previous) previous.dead ??= 'the browser has a newer session (R67)';
  const base = flow.password === undefined && handed === undefined ? [] : ['pwd'];
  const reached = handed === 'factor' && !fresh ? handedAssurance : assurance(flow, fresh, base);
  const client = flow.client?.id;
  return { user, ...reached, client, authTime: given.sent, expires: given.sent + DAY };
}

/** Requires what replaces a fresh factor: a remembered device, or a permitted deferral (D1, D8, R10). */
function assertExempt(ledger: Ledger, flow: FlowRecord, user: User, { now }: Given): void {
  const remembered = flow.remembered && ledger.devices.remembered(flow.device, user, now);
  if (flow.remembered && hasFactor(user)) {
    assert.ok(remembered, 'a session was given without a factor on a device that is not remembered (R34, R39, R92)');
    return;
  }
  assert.ok(!hasFactor(user), 'a session was given without the factor of the account (R1, R92)');
  flow.remembered = undefined;
  const isAsked = user.organisation.emailCodes === true && user.confirmed === true;
  assert.ok(!isAsked, 'a session was given without the code by email (D14)');
  assert.ok(now < mandatoryFrom(user.organisation), 'a session was given without a mandatory factor (R10)');
  if (user.organisation.until !== undefined)
    assert.ok(flow.deferred, 'a session was given without an enrolment or its deferral (D8)');
}

/** What another system has proven is never fresh, so it has no time (R73). */
const handedAssurance = { amr: ['pwd', 'mfa'], acr: 'aal2', factorTime: undefined, recovery: false };

/** The expected assurance, by the truth table of R69. */
function assurance({ factor, enrolled, remembered }: FlowRecord, fresh: boolean, base: readonly string[]) {
  if (!fresh) return { amr: ['pwd'], acr: 'aal1', factorTime: remembered?.factorTime, recovery: false };
  const times = [factor?.method === 'email' ? undefined : factor, enrolled].flatMap((proof) =>
    proof ? [proof.at] : [],
  );
  const factorTime = times.length > 0 ? Math.max(...times) : undefined;
  const proofs = [factor, enrolled].filter((proof) => proof !== undefined);
  const acr = proofs.some(({ isWeak }) => isWeak !== true) ? 'aal2' : 'aal1';
  const amr = [...new Set([...base, ...proofs.flatMap(amrOf), ...(acr === 'aal2' ? ['mfa'] : [])])];
  return { amr, acr, factorTime, recovery: factor?.method === 'recovery-code' };
}

function amrOf(proof: NonNullable<FlowRecord['factor' | 'enrolled']>): string[] {
  const { passkey, phone, isVerified, authenticator } = proof;
  if ('method' in proof && proof.method === 'email') return [];
  if (phone) return ['pop'];
  if (authenticator?.number !== undefined) return ['sms'];
  if (!passkey) return ['otp'];
  return isVerified ? ['pop', 'user'] : ['pop'];
}

/** Judges a flow that began with a session: it ends in the same session under a new id (R67). */
function own(ledger: Ledger, flow: FlowRecord, user: User, given: Given): SessionRecord {
  const came = ledger.session(flow.session, given.now);
  assert.ok(came && came.user === user, 'an ended session was renewed (R92)');
  const fresh = isFresh(flow, user);
  if (hasFactor(user)) assert.ok(fresh, 'a flow of a session finished without a factor (R9)');
  if (flow.kind === 'enroll') assert.ok(flow.enrolled, 'an enrolment finished without a new authenticator');
  if (flow.kind === 'recovery-codes') assert.ok(flow.kept, 'the flow finished without new recovery codes');
  if (flow.kind === 'change-password') assert.ok(flow.changed, 'the flow finished without a new password');
  if (flow.kind === 'step-up' && !fresh)
    assert.equal(flow.confirmed, user.passwords, 'a step-up finished without a proof');
  if (flow.desk) assert.ok(flow.enrolled, 'a help-desk code gave a session without a new authenticator');
  if (flow.kind === 'disable') turnOff(ledger, flow, user, given);
  came.dead = 'it has a new id (R67)';
  const knowsPassword = flow.confirmed !== undefined || came.amr.includes('pwd');
  const base = knowsPassword ? ['pwd'] : came.amr.filter((value) => value !== 'mfa');
  const reached = fresh ? assurance(flow, true, base) : came;
  const { amr, acr, factorTime, recovery } = reached;
  const { client, expires } = came;
  return { user, amr, acr, factorTime, recovery, client, authTime: given.sent, expires };
}

/**
 * Turning the second factor off requires the password and a factor in this flow, and a policy without a mandatory factor
 * (P9). It ends everything that was based on the factors.
 */
function turnOff(ledger: Ledger, flow: FlowRecord, user: User, { now }: Given): void {
  assert.equal(flow.confirmed, user.passwords, 'the second factor was turned off without a password');
  assert.ok(hasFactor(user), 'a second factor was turned off that does not exist');
  assert.ok(now < mandatoryFrom(user.organisation), 'the second factor was turned off where it is mandatory');
  assertFactor(flow, user);
  dropFactors(user);
  ledger.revoke(user, 'the second factor was turned off', { flow, session: flow.session });
}
