import assert from 'node:assert/strict';
import type { JsonWebKey } from 'node:crypto';
import { textOf } from '../jws.ts';
import type { Ledger } from '../ledger.ts';
import { fromBase32 } from '../otp.ts';
import { LIVES, type WaitingPhone } from '../phones.ts';
import type { FlowRecord, Given, SentInput } from '../records.ts';
import { userOf } from '../rules.ts';
import { dropFactors, hasFactor, type User } from '../users.ts';
import type { Body, ShownStep } from '../wire.ts';
import { endApps, matching } from './codes.ts';

/* When a phone becomes a factor: a link, the proof of its key, and a code that only the user has. */

const MAX_TRIES = 5;

/** Records the link that a step shows. */
export function seePhoneLink({ phones }: Ledger, flow: FlowRecord, step: ShownStep, now: number): void {
  if (step.type !== 'enroll-push') return;
  phones.shown(String(step.uri).split('#mfa-push=')[1] ?? '', flow, now);
}

/** Judges a phone that opened a link: the link is valid and unused, and the key is its own and belongs to no phone. */
export function opened(ledger: Ledger, { jwk, body, given }: Opened, device: Body['device']): void {
  const { link: token, publicKey } = body as { link: string; publicKey: JsonWebKey };
  const { phones } = ledger;
  const link = phones.links.get(token);
  assert.ok(link, 'a phone opened a link that does not exist');
  assert.equal(textOf(publicKey), textOf(jwk), 'a key was registered without its proof (R20)');
  assert.equal(link.dead, undefined, 'a phone opened a used or invalid link (R31)');
  assert.ok(given.sent < link.until, 'a phone opened an expired link (R31)');
  assert.equal(link.flow?.dead, undefined, 'a phone opened the link of a flow that had ended (R34)');
  if (link.flow) assert.ok(given.sent < link.flow.expires, 'a phone opened the link of an expired flow');
  assert.equal(link.user.state, 'active', 'a phone opened a link of a disabled account');
  assert.ok(!phones.keys.has(textOf(jwk)), 'the key of a phone was linked a second time (R4)');
  link.dead = 'a phone used it';
  const { id = '', name = '', channel, code, factorCode } = device ?? {};
  const where = factorCode ? 'factor' : (channel ?? 'screen');
  // A code to the mailbox proves nothing more where the link itself came from there (R9).
  if (!link.flow || ['activate', 'register', 'reset'].includes(link.flow.kind))
    assert.notEqual(where, 'mail', 'a phone is confirmed by the mailbox alone (R9)');
  const until = given.now + LIVES.code;
  const { user, flow } = link;
  phones.waiting.set(id, { id, user, flow, jwk, name, channel: where, code, from: given.sent, until, tries: 0 });
}

interface Opened {
  jwk: JsonWebKey;
  body: unknown;
  given: Given;
}

/** Judges a phone that was confirmed by a code that its user typed on it. A phone of the help desk becomes a factor. */
export function confirmed(ledger: Ledger, { jwk, id, body, given }: Opened & { id: string }, reply: Body): void {
  const phone = ledger.phones.waiting.get(id);
  assert.ok(phone, 'a phone was confirmed that has opened no link');
  assert.equal(textOf(phone.jwk), textOf(jwk), 'a phone was confirmed by another one (R4)');
  const { code } = body as { code: string };
  if (!phone.isConfirmed) {
    assertWaiting(phone, given);
    assert.notEqual(phone.channel, 'screen', 'a code that the phone shows itself confirmed it');
    if (phone.channel === 'factor') byFactor(ledger, phone.user, code, given);
    else bySentCode(phone, code);
    phone.isConfirmed = true;
    ledger.note(`a phone by ${phone.flow ? '' : 'the help desk and '}${phone.channel}`);
  }
  if (reply.totp) {
    assert.equal(phone.secret, undefined, 'the secret of a phone was given twice');
    phone.secret = fromBase32(reply.totp.secret);
  }
  if (!phone.flow && !phone.isBound) bind(ledger, phone, given);
  const bound = phone.user.phones.find((each) => each.id === id);
  if (bound && !bound.codes && reply.totp) bound.codes = appOf(phone);
}

function assertWaiting({ dead, until, tries, flow }: WaitingPhone, { sent }: Given): void {
  assert.equal(dead, undefined, 'a phone was confirmed after its link had ended (R34)');
  assert.ok(sent < until, 'an expired code confirmed a phone (R19)');
  assert.ok(tries < MAX_TRIES, 'a sixth code was accepted for a phone (R43)');
  if (flow) assert.ok(!flow.dead, 'a phone of a flow that had ended was confirmed (R34)');
}

/** A code of the user's app, fresh as at any other place (R9, R14). */
function byFactor(ledger: Ledger, user: User, code: string, given: Given): void {
  const found = matching(user, code, given.sent).find(({ authenticator, step }) => step > authenticator.last);
  assert.ok(found, 'a phone was linked with a wrong or used code (R9)');
  found.authenticator.last = found.step;
  if (!given.disturbed) ledger.counts.evaluated(`code ${user.id}`, user.organisation, given.sent);
  ledger.counts.reset(`code ${user.id}`);
}

/** The code that was sent when this phone opened its link, to the number or address that the user had then. */
function bySentCode({ user, channel, from, flow }: WaitingPhone, code: string): void {
  const sent = user.phoneCodes.find((each) => each.code === code && each.channel === channel && each.at >= from);
  assert.ok(sent, 'a phone was confirmed by a code that was not sent for it');
  if (flow || channel === 'mail') return;
  const isOwn = user.authenticators.some(({ number }) => number === sent.to);
  assert.ok(isOwn, 'a code to a number that the account does not have linked a phone (R9)');
}

/** The end of a linking in a flow: by a poll, or by the code that the phone shows. */
export function enrollPush(ledger: Ledger, flow: FlowRecord, { action, code }: SentInput, given: Given): void {
  const phone = ledger.phones.of(flow);
  if (given.next === 'enroll-push' || !phone) return;
  if (action !== 'poll') {
    assert.equal(phone.channel, 'screen', 'a code was typed on the screen that the phone does not show');
    assertWaiting(phone, given);
    assert.equal(code, phone.code, 'a wrong code linked a phone');
    phone.isConfirmed = true;
    ledger.note('a phone by screen');
  }
  // A poll that goes on without a confirmed phone links nothing; a session would then lack its factor.
  if (phone.isConfirmed && given.sent < phone.until) bind(ledger, phone, given);
}

/** The phone becomes a factor, with codes by hand. Under policy `one` it replaces phones and apps (R9, R11, W3). */
function bind(ledger: Ledger, phone: WaitingPhone, given: Given): void {
  const { id, user, flow, jwk, name } = phone;
  // Without a flow the code itself was the proof of the old factor.
  if (flow && hasFactor(user)) assert.ok(flow.factor, 'a phone was linked without proof of an old factor (R9)');
  assert.equal(user.state, 'active', 'a phone was linked to a disabled account');
  phone.isBound = true;
  if (user.organisation.authenticators === 'one') {
    endApps(user);
    user.phones = [];
  }
  if (flow?.desk) dropFactors(user);
  const linked = { id, name, jwk, codes: appOf(phone) };
  user.phones.push(linked);
  ledger.phones.keys.set(textOf(jwk), user);
  ledger.counts.reset(`code ${user.id}`);
  // A disabled authenticator is replaced by any new factor (D7), and the ledger can't derive whether one is disabled.
  user.doubtful = true;
  if (flow) Object.assign(flow, { user: userOf(flow), enrolled: { at: given.sent, phone: linked } });
  ledger.revoke(user, 'a phone was linked', { flow, session: flow?.session });
}

const appOf = ({ name, secret }: WaitingPhone) => secret && { name, secret, last: -1 };
