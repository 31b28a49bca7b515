import assert from 'node:assert/strict';
import type { Ledger } from '../ledger.ts';
import { matching } from '../proofs/codes.ts';
import { passwordKeys } from '../proofs/password.ts';
import { emailKey, refuseSentCode, smsKey } from '../proofs/sent-codes.ts';
import type { FlowRecord, Given, SentInput } from '../records.ts';
import { recoveryKey } from '../rules.ts';
import type { Organisation } from '../users.ts';

/** Refusals of a code that are counted as failures. */
const wrongCodes = new Set(['wrong-code', 'code-expired', 'clock-off', 'old-authenticator']);

/** Judges an input that the server refused: correct credentials need a cause to be refused, and a lock needs failures. */
export function refuseInput(ledger: Ledger, flow: FlowRecord, input: SentInput, code: string, given: Given): void {
  if (code === 'bad-client') endClient(ledger, flow);
  if (input.action !== undefined && input.action !== 'submit') return;
  if (['password', 'confirm-password'].includes(input.step)) refusePassword(ledger, flow, input, code, given);
  if (['sms', 'enroll-sms', 'email'].includes(input.step)) refuseSentCode(ledger, flow, input, code, given);
  if (input.step === 'enroll-push' && code === 'wrong-code') {
    const phone = ledger.phones.of(flow);
    if (phone) phone.tries += 1;
    assert.ok(given.disturbed || phone?.code !== input.code, 'the code that a phone shows was refused');
  }
  if (['totp', 'recovery-code'].includes(input.step)) refuseCode(ledger, flow, input, code, given);
  if (input.step === 'identify' && code === 'code-expired') endPasswordCode(ledger, String(input.code));
}

/** The login goes on without a client that the policy does not accept any more; only another account keeps it (R92, R94). */
function endClient(ledger: Ledger, flow: FlowRecord): void {
  const isOther = flow.client?.installation && flow.client.owner !== ledger.find(flow.organisation, flow.name);
  if (!isOther) flow.client = undefined;
}

/** A code that was refused as expired stays expired, even if the clock is set back (R86). */
function endPasswordCode({ users }: Ledger, code: string): void {
  for (const user of users) if (user.passwordCode?.code === code) user.passwordCode = undefined;
}

/** Judges a lock that is shown after a correct password: wrong codes must have caused it, correct ones never do. */
export function showLock({ counts }: Ledger, { user, kind }: FlowRecord, code: string | undefined, given: Given): void {
  if (code !== undefined || kind === 'unlock' || given.disturbed || !user) return;
  const keys = [`code ${user.id}`, smsKey(user), emailKey(user), recoveryKey(user)];
  assert.ok(
    keys.some((key) => counts.mayBeLocked(key, user.organisation)),
    'the codes of an account are locked without wrong codes (R44, R91)',
  );
}

function organisationOf(ledger: Ledger, flow: FlowRecord): Organisation | undefined {
  return ledger.users.find(({ organisation }) => organisation.id === flow.organisation)?.organisation;
}

function refusePassword(ledger: Ledger, flow: FlowRecord, input: SentInput, code: string, given: Given): void {
  const organisation = flow.user?.organisation ?? organisationOf(ledger, flow);
  if (!organisation) return;
  const keys = passwordKeys(ledger, flow, given);
  const [key = ''] = keys;
  const isSure = keys.length === 1 && !given.disturbed;
  const user = flow.user ?? ledger.find(flow.organisation, flow.name);
  const isLetIn = user?.state === 'active' && (!user.portal || (user.portal.isActive && !user.portal.isGone));
  const isRight = isLetIn && user.password !== undefined && user.password === input.password;
  if (code === 'locked') {
    if (isSure) ledger.counts.locked(key, organisation, given.sent);
    else if (!isRight) for (const each of keys) ledger.counts.doubt(each);
    ledger.devices.doubt(given.cookies.device);
  }
  const isAskedAgain = code === 'out-of-order' && given.next === input.step;
  assert.ok(!isAskedAgain || !isRight || given.disturbed, 'a correct password was asked again');
  if (code !== 'wrong-credentials') return;
  assert.ok(!isRight || given.disturbed, 'a correct password was refused');
  if (isSure) {
    ledger.counts.evaluated(key, organisation, given.sent);
    ledger.counts.wrong(key, organisation, given.sent);
  } else for (const each of keys) ledger.counts.doubt(each);
  if (input.step === 'password') ledger.devices.replayed(given.cookies.device);
}

function refuseCode(ledger: Ledger, flow: FlowRecord, input: SentInput, code: string, given: Given): void {
  const { user } = flow;
  if (!user) return;
  const key = input.step === 'totp' ? `code ${user.id}` : recoveryKey(user);
  const fits = input.step === 'totp' ? matching(user, String(input.code), given.sent) : [];
  // A copy of the last accepted code, or of one that another request is using, does not count as a guess.
  const isCopy = fits.some(
    ({ authenticator, step }) => step === authenticator.last || (given.disturbed && step > authenticator.last),
  );
  const isOnPaper = user.organisation.recoveryCodes && user.codes.has(String(input.code));
  const isRight =
    isOnPaper || fits.some(({ authenticator: { last, isUncertain }, step }) => step > last && !isUncertain);
  if (code === 'locked') {
    if (!given.disturbed) ledger.counts.locked(key, user.organisation, given.sent);
    else if (!isCopy && !isRight) ledger.counts.doubt(key);
    user.doubtful ||= input.step === 'recovery-code' || ledger.counts.mayBeCapped(key, user.organisation);
    return;
  }
  if (code === 'code-used') {
    if (!isCopy) ledger.counts.doubt(key);
    return;
  }
  if (!wrongCodes.has(code)) return;
  // A code that was refused as expired stays expired, even if the clock is set back (R86).
  if (code === 'code-expired' && user.desk?.code === input.code) user.desk = undefined;
  // An expired help-desk code was correct before, so it is not counted as a guess.
  if (code === 'code-expired' && input.step === 'recovery-code') return;
  assert.ok(!isRight || given.disturbed, `a correct code was refused as ${code}`);
  if (given.disturbed) {
    ledger.counts.doubt(key);
    return;
  }
  ledger.counts.evaluated(key, user.organisation, given.sent);
  ledger.counts.wrong(key, user.organisation, given.sent);
}
