import assert from 'node:assert/strict';
import { type Ledger, lifeOf } from '../ledger.ts';
import { LIMITED } from '../origins.ts';
import { changePassword, identify, keepCodes } from '../proofs/account.ts';
import { enrollTotp, proveRecoveryCode, proveTotp } from '../proofs/codes.ts';
import { enrollPasskey, provePasskey, provePasskeyAlone } from '../proofs/passkeys.ts';
import { confirmPassword, provePassword } from '../proofs/password.ts';
import { enrollPush } from '../proofs/phone-links.ts';
import { provePush } from '../proofs/push.ts';
import { enrollSms, enterNumber, proveEmail, proveSms } from '../proofs/sent-codes.ts';
import type { FlowRecord, Given, SentInput } from '../records.ts';
import { userOf } from '../rules.ts';
import { hasFactor, mandatoryFrom } from '../users.ts';

type Enter = (ledger: Ledger, flow: FlowRecord, input: SentInput, given: Given) => void;

const nothing: Enter = () => {};

/** What an accepted input proves, by step. Steps that prove nothing are listed too, because an unknown step is an error. */
const proofs: Readonly<Record<string, Enter>> = {
  organisation: (_ledger, flow, { organisation }) => {
    assert.notEqual(flow.portal, LIMITED, 'a portal chose an organisation that is not its own (R75)');
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
  email: proveEmail,
  'recovery-code': proveRecoveryCode,
  'enroll-offer': nothing,
  'enroll-method': nothing,
  'enroll-totp': enrollTotp,
  'enroll-push': enrollPush,
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
    if (input.step === 'enroll-push') enrollPush(ledger, flow, input, given);
  },
  resend: nothing,
  'change-number': nothing,
};

/** Judges an input that the server accepted by the state at the commit, and records what it proved. */
export function acceptInput(ledger: Ledger, flow: FlowRecord, input: SentInput, given: Given): void {
  const { step, action = 'submit' } = input;
  const enter = action === 'submit' ? proofs[step] : changes[action];
  assert.ok(enter, `the ledger does not know ${step}/${action}: add to judge/inputs.ts what it proves`);
  enter(ledger, flow, input, given);
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
  assert.equal(flow.begun, undefined, 'a flow of a portal changed its user (R4)');
  const { id, kind, token, cookie, portal, assertion, expires, shown, challenges, organisation, name, client } = flow;
  const { returnTo } = flow;
  for (const field of Object.keys(flow) as (keyof FlowRecord)[]) delete flow[field];
  Object.assign(flow, {
    id,
    kind,
    token,
    cookie,
    portal,
    assertion,
    expires,
    returnTo,
    ...(shown ? { shown } : {}),
    ...(challenges ? { challenges } : {}),
  });
  // Another organisation has other clients (R94).
  if (to !== 'organisation') Object.assign(flow, { organisation, client });
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
