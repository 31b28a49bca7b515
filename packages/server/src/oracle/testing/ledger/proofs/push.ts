import assert from 'node:assert/strict';
import { isSignedBy, readJws } from '../jws.ts';
import type { Ledger } from '../ledger.ts';
import { LIVES, type PushRequest } from '../phones.ts';
import type { FlowRecord, Given, SentInput } from '../records.ts';
import { returnHost } from '../return-to.ts';
import { type Match, matches, type Phone, type User } from '../users.ts';
import type { Reply, ShownStep } from '../wire.ts';

/* What an approval by a phone proves. */

const MINUTE = 60_000;
const REQUEST_LIFE = 2 * MINUTE;
/** R21: at most so many requests that were not approved, in ms. */
const MAX_UNANSWERED = { number: 3, within: 10 * MINUTE };

/** Records the request that a step shows. A newer request of the user replaces it (R21). */
export function seePush(ledger: Ledger, flow: FlowRecord, step: ShownStep, now: number): void {
  if (step.type !== 'push' || !flow.user) return;
  const id = String(step.approveUri).split('#mfa-request=')[1] ?? '';
  const number = step.number === undefined ? undefined : String(step.number);
  flow.push = id;
  const known = ledger.phones.requests.get(id);
  if (known) known.number ??= number;
  else if (step.state === 'pending') {
    const request = {
      flow,
      user: flow.user,
      digits: Number(step.digits),
      number,
      portal: returnHost(flow, flow.user),
      from: now,
      until: now + REQUEST_LIFE,
    };
    assertMaySend(ledger, request);
    for (const other of ledger.phones.requests.values()) {
      if (other.user === flow.user && !other.approval) other.dead ??= 'a newer request was sent';
    }
    ledger.phones.requests.set(id, request);
  }
}

/** A request is not sent after a denial or three unanswered ones (R21), and few digits are for logins only (D2). */
function assertMaySend({ phones }: Ledger, { user, flow, digits, from }: PushRequest): void {
  const { match, matchesBefore } = user.organisation;
  assert.ok(!user.disowned, 'a phone was asked again after its user denied a login (R21)');
  const isRecent = (each: PushRequest): boolean => each.from > from - MAX_UNANSWERED.within && each.from <= from;
  const open = [...phones.requests.values()].filter((each) => each.user === user && !each.approval && isRecent(each));
  assert.ok(open.length < MAX_UNANSWERED.number, 'a fourth request was sent in ten minutes (R21)');
  const allowed = new Set([6, matches[match], ...[...matchesBefore].map((each: Match) => matches[each])]);
  assert.ok(flow.kind === 'login' ? allowed.has(digits) : digits === 6, 'a request asks for too few digits (D2)');
}

/** The request that a phone was shown, with its challenge. */
export function seeRequests(ledger: Ledger, user: User, { body: { requests = [] } }: Reply): void {
  for (const { id, challenge, portal } of requests) {
    const request = ledger.phones.requests.get(id);
    if (!request) continue;
    assert.equal(request.user, user, 'a phone was shown the login of another user (R64)');
    assert.equal(portal, request.portal, 'a phone showed a website that the login may not return to (R70)');
    request.challenge = challenge;
  }
}

/** The parts of an answer that was sent. */
export function answerIn(body: unknown): { token: string; payload: Record<string, unknown>; kid: unknown } {
  const { answer } = body as { answer: string };
  const { header, payload } = readJws(answer);
  return { token: answer, payload, kid: header.kid };
}

/**
 * Judges an answer that the server accepted: it is signed by the phone, for this request and its challenge, in time, once, and
 * with the number of the login screen (R20). A denial ends the logins of the user, and requests stop (R21).
 */
export function answered(ledger: Ledger, { user, phone }: { user: User; phone: Phone }, sent: Answer): void {
  const { id, body, given } = sent;
  const { token, payload } = answerIn(body);
  assert.ok(isSignedBy(token, phone.jwk), 'an answer that another key signed was accepted (R20)');
  assert.equal(payload.request, id, 'an answer to another request was accepted (R20)');
  const request = ledger.phones.requests.get(id);
  if (request) assertAnswerable(request, user, payload, given);
  if (payload.answer === 'deny') {
    if (request) request.dead = 'it was denied';
    Object.assign(user, { mustChange: true, disowned: true });
    ledger.endFlows(user, 'the user denied a login');
    ledger.phones.endRequests(user, 'the user denied a login');
    ledger.note('a denied login');
    return;
  }
  if (!request) return;
  request.approval = { phone, at: given.now };
  ledger.note(`an approval with ${request.digits} digits`);
}

interface Answer {
  /** The id of the request in the path. */
  id: string;
  body: unknown;
  given: Given;
}

function assertAnswerable(request: PushRequest, user: User, payload: Record<string, unknown>, { sent }: Given): void {
  const { dead, until, digits, number, challenge, approval } = request;
  assert.equal(request.user, user, 'a phone answered for another user (R20)');
  assert.equal(dead, undefined, 'a request was answered after its end (R34)');
  assert.ok(approval === undefined || approval.isMaybe, 'a request was answered twice (R20)');
  assert.ok(sent < until, 'an expired request was answered (R20)');
  if (challenge !== undefined) assert.equal(payload.challenge, challenge, 'a wrong challenge was accepted (R20)');
  if (payload.answer === 'deny') return;
  if (digits === 0) assert.equal(payload.number, undefined, 'a number was accepted that was not asked');
  else if (number !== undefined) assert.equal(payload.number, number, 'a wrong number was accepted (R20)');
  else assert.ok(payload.number, 'a request was approved without its number (R20)');
}

/** A poll that is accepted proves the factor: a phone has approved the request of this flow within five minutes, and no poll has used that. */
export function provePush(ledger: Ledger, flow: FlowRecord, { remember }: SentInput, given: Given): void {
  const request = ledger.phones.requests.get(flow.push ?? '');
  if (given.next === 'push' || !request?.approval) return;
  const { approval, digits, dead } = request;
  const isValid = request.flow === flow && dead === undefined && given.sent < approval.at + LIVES.approval;
  // Without a valid approval no factor is recorded, and the session that the server gives is then a fault.
  if (!isValid || !flow.user?.phones.includes(approval.phone)) return;
  request.dead = 'its approval was used';
  const isWeak = digits < 6;
  if (flow.kind !== 'login') assert.ok(!isWeak, 'a flow of a session accepted an approval with few digits (D2)');
  flow.factor = { method: 'push', at: given.sent, phone: approval.phone, isWeak };
  if (remember === true && flow.kind === 'login' && !isWeak) flow.ticked = true;
  ledger.note(`a proof by ${isWeak ? 'few' : 'six'} digits`);
}
