import assert from 'node:assert/strict';
import type { Ledger } from '../ledger.ts';
import type { FlowRecord, Given, SentInput } from '../records.ts';
import { userOf } from '../rules.ts';
import { dropFactors, hasFactor, type PhoneCode, type SentCode, type User } from '../users.ts';

/** ms: how long a code that was sent is valid. */
const CODE_LIFE = 10 * 60_000;
/** The default name of a phone number. */
export const PHONE = 'Phone number';

/** The key of the wrong codes by text message. */
export const smsKey = ({ id }: User): string => `sms ${id}`;
/** The key of the wrong codes by email. */
export const emailKey = ({ id }: User): string => `email ${id}`;

const keyOf = (step: string, user: User): string => (step === 'email' ? emailKey(user) : smsKey(user));

/** The number that a user enters, as the server stores it. */
export function enterNumber(_ledger: Ledger, flow: FlowRecord, { phoneNumber }: SentInput): void {
  flow.number = String(phoneNumber);
}

/** Records a code that was sent. It replaces the older ones of the user at that step (R19). */
export function recordSent(user: User, sent: SentCode): void {
  for (const old of user.sent) if (old.step === sent.step) old.dead ??= 'a newer one was sent';
  user.sent.push(sent);
}

/** Records a code that was sent to confirm a phone. */
export function recordPhoneCode({ phoneCodes }: User, sent: PhoneCode): void {
  phoneCodes.push(sent);
}

/** Requires the newest code that was sent for this flow and step, within ten minutes, once (R19). */
function spendSent(ledger: Ledger, flow: FlowRecord, { step, code }: SentInput, given: Given): SentCode {
  const user = userOf(flow);
  const own = user.sent.filter((each) => each.step === step && each.code === code);
  const found = own.find((each) => each.flow === flow.id && each.dead !== 'it was used');
  assert.ok(found, 'a code was accepted that was not sent for this flow, or was used before (R19)');
  if (!given.disturbed) assert.equal(found.dead, undefined, 'a code was accepted that a newer one replaced (R19)');
  assert.ok(given.sent < found.at + CODE_LIFE, 'an expired code was accepted (R19)');
  found.dead = 'it was used';
  const key = keyOf(step, user);
  if (!given.disturbed) ledger.counts.evaluated(key, user.organisation, given.sent);
  ledger.counts.reset(key);
  return found;
}

/** A code to the number of the account proves that number. */
export function proveSms(ledger: Ledger, flow: FlowRecord, input: SentInput, given: Given): void {
  const user = userOf(flow);
  const { to } = spendSent(ledger, flow, input, given);
  const authenticator = user.authenticators.find(({ number }) => number === to);
  assert.ok(authenticator, 'a code to a number was accepted that the account does not have (R92)');
  flow.factor = { method: 'sms', at: given.sent, authenticator };
  if (input.remember === true && flow.kind === 'login') flow.ticked = true;
}

/** A code by email is no second factor: it counts in a login of a user without one, at the user's own address (D14). */
export function proveEmail(ledger: Ledger, flow: FlowRecord, input: SentInput, given: Given): void {
  const user = userOf(flow);
  assert.equal(flow.kind, 'login', 'a code by email was accepted outside a login (D14)');
  assert.ok(user.organisation.emailCodes, 'a code by email was accepted against the policy (D14)');
  assert.notEqual(flow.password, undefined, 'a code by email was accepted before the password (R24)');
  const { to } = spendSent(ledger, flow, input, given);
  if (!given.disturbed) assert.equal(to, user.email, 'a code to another address was accepted (R92)');
  flow.factor = { method: 'email', at: given.sent, isWeak: true };
  ledger.note('a login by email');
}

/** A new number requires its own code and a fresh factor (R9), and replaces the previous number. */
export function enrollSms(ledger: Ledger, flow: FlowRecord, input: SentInput, given: Given): void {
  const user = userOf(flow);
  if (hasFactor(user)) assert.ok(flow.factor, 'a number was added without proof of an old factor (R9)');
  const { to } = spendSent(ledger, flow, input, given);
  assert.equal(to, flow.number, 'the code of another number confirmed an enrolment');
  const authenticator = { name: PHONE, number: to, secret: Buffer.alloc(0), last: -1 };
  user.authenticators = user.authenticators.filter(({ number }) => number === undefined);
  if (flow.desk) dropFactors(user);
  user.authenticators.push(authenticator);
  flow.enrolled = { at: given.sent, authenticator };
  ledger.revoke(user, 'a factor was bound', { flow, session: flow.session });
}

/** Judges a refused code: a correct one needs a cause, and only a wrong one is a failure. */
export function refuseSentCode(
  ledger: Ledger,
  { id, user }: FlowRecord,
  input: SentInput,
  code: string,
  given: Given,
): void {
  if (!user) return;
  const key = keyOf(input.step, user);
  if (code === 'locked') {
    if (given.disturbed) ledger.counts.doubt(key);
    else ledger.counts.locked(key, user.organisation, given.sent);
    user.doubtful ||= ledger.counts.mayBeCapped(key, user.organisation);
    return;
  }
  if (code !== 'wrong-code') return;
  const isSent = user.sent.some(
    ({ flow, step, code: sent }) => flow === id && step === input.step && sent === input.code,
  );
  assert.ok(!isSent, 'a code that was sent for this flow was refused as wrong');
  if (given.disturbed) {
    ledger.counts.doubt(key);
    return;
  }
  ledger.counts.evaluated(key, user.organisation, given.sent);
  ledger.counts.wrong(key, user.organisation, given.sent);
}
