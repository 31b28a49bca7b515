import assert from 'node:assert/strict';
import { type Ledger, lifeOf } from '../ledger.ts';
import { isOther } from '../origins.ts';
import { fromBase32 } from '../otp.ts';
import { authenticate } from '../proofs/clients.ts';
import { acceptHandOver, countsInFull, refuseHandOver } from '../proofs/hand-over.ts';
import { seeChallenge } from '../proofs/passkeys.ts';
import { seePhoneLink } from '../proofs/phone-links.ts';
import { seePush } from '../proofs/push.ts';
import type { BeginBody, FlowRecord, Given, SentInput, SessionRecord } from '../records.ts';
import { judgeReturn } from '../return-to.ts';
import { hasFactor } from '../users.ts';
import type { Reply } from '../wire.ts';
import { requireNonce } from './assertions.ts';
import { acceptInput } from './inputs.ts';
import { refuseInput, showLock } from './refusals.ts';
import { pay } from './sessions.ts';

/** ms */
const PORTAL_PROOF = 5 * 60_000;

/** Judges the answer to `POST /flows`: the link or session that the flow began with must be valid (R12, R31). */
export function began(ledger: Ledger, asked: BeginBody, reply: Reply, given: Given): void {
  const { flow: shown, token = '', code } = reply.body;
  const { kind, link, handOver, nonce, inputs = [] } = asked;
  if (reply.status !== 201 || !shown) {
    const expired = ledger.links.get(link ?? '');
    if (code === 'link-expired' && expired && given.now >= expired.until) expired.dead ??= 'it was refused as expired';
    if (code === 'no-session') ledger.refused(given);
    if (handOver !== undefined) refuseHandOver(ledger, asked, code ?? String(reply.status), given);
    return;
  }
  const portal = isOther(given.origin) ? given.origin : undefined;
  const cookie = portal === undefined ? (reply.set.flow ?? given.cookies.flow) : undefined;
  const flow: FlowRecord = { id: shown.id, kind, token, cookie, portal, expires: given.now + lifeOf(kind) };
  requireNonce(flow, asked, given);
  flow.returnTo = asked.returnTo;
  if (nonce !== undefined) flow.assertion = { nonce, audience: given.origin };
  if (link !== undefined) openedBy(ledger, flow, link, given);
  else if (!['login', 'recover', 'register', 'reset'].includes(kind)) {
    assert.ok(!['activate', 'unlock'].includes(kind), `a flow of kind ${kind} began without a link`);
    const session = ledger.session(given.cookies.session, given.now);
    assert.ok(session, `a flow of kind ${kind} began with an ended session`);
    if (kind !== 'step-up' || nonce !== undefined)
      assert.equal(session.client, undefined, 'the session of a client began a flow (R94)');
    Object.assign(flow, { user: session.user, organisation: session.user.organisation.id });
    flow.session = given.cookies.session;
    if (session.user.external !== undefined && !session.user.portal) confirmedByPortal(flow, session, given);
  }
  authenticate(ledger, flow, asked, inputs, given);
  // A token that was correct when it was read may be refused in the transaction. The flow then begins without it.
  if (handOver !== undefined && shown.step.type !== 'organisation') acceptHandOver(ledger, flow, asked, given);
  else if (handOver !== undefined) refuseHandOver(ledger, asked, reply.body.problem?.code ?? 'nothing', given);
  countsInFull(flow, reply, given);
  ledger.flows.set(flow.id, flow);
  went(ledger, flow, inputs, reply, given);
}

/** Judges the answer to `POST /flows/{id}`: the inputs that were accepted, and the one that was refused. */
export function went(ledger: Ledger, flow: FlowRecord, inputs: readonly SentInput[], reply: Reply, given: Given): void {
  const problem = reply.body.problem ?? (reply.status === 201 ? undefined : reply.body);
  const code = problem?.code;
  const { flow: shown } = reply.body;
  const isBegun = flow.step === undefined && flow.handOver !== undefined;
  if (code === 'flow-expired' && given.sent >= flow.expires) flow.dead ??= 'it was refused as expired';
  if (!shown || (code !== undefined && problem?.input === undefined)) {
    if (code === 'no-session') ledger.refused(given);
    return;
  }
  const stop = code === undefined ? inputs.length : (problem?.input ?? 0);
  for (const [index, input] of inputs.slice(0, stop).entries()) {
    assertOpen(ledger, flow, given);
    acceptInput(ledger, flow, input, index === stop - 1 ? { ...given, next: shown.step.type } : given);
  }
  const refused = inputs[stop];
  if (code !== undefined && refused) refuseInput(ledger, flow, refused, code, { ...given, next: shown.step.type });
  if (shown.step.type === 'locked' && flow.step !== 'locked') showLock(ledger, flow, code, given);
  flow.step = shown.step.type;
  judgeReturn(ledger, flow, shown.step);
  seeChallenge(flow, shown.step);
  seePush(ledger, flow, shown.step, given.now);
  seePhoneLink(ledger, flow, shown.step, given.now);
  if (shown.step.type === 'enroll-totp') flow.shown = fromBase32(String(shown.step.secret));
  if (shown.step.type === 'recovery-codes') flow.codes = shown.step.codes as string[];
  if (shown.status === 'done' && !flow.done && (stop > 0 || isBegun)) pay(ledger, flow, reply, given);
  else {
    assert.equal(reply.set.session, undefined, 'a session was given before the end of its flow (R2)');
    assert.equal(shown.step.assertion, undefined, 'an assertion was given before the end of its flow, or again (R68)');
  }
}

/**
 * Only the portal can check the password of its user, so it is not asked again. A user without a factor must have logged in just
 * now, so that a stolen session enrolls nothing.
 */
function confirmedByPortal(flow: FlowRecord, { user, authTime }: SessionRecord, { sent }: Given): void {
  const isRecent = sent >= authTime && sent - authTime <= PORTAL_PROOF;
  assert.ok(hasFactor(user) || isRecent, 'an old session of a user of a portal began an enrolment (R9)');
  flow.confirmed = user.passwords;
}

function openedBy(ledger: Ledger, flow: FlowRecord, token: string, { now }: Given): void {
  const link = ledger.links.get(token);
  assert.ok(link && link.kind === flow.kind, 'a flow began with a link for another purpose (R12)');
  assert.equal(link.dead, undefined, 'a flow began with a used or invalid link (R31)');
  assert.ok(now < link.until, 'a flow began with an expired link (R31)');
  if (link.user) assert.equal(link.user.state, 'active', 'a flow began for a disabled account');
  Object.assign(flow, { link: token, user: link.user, organisation: link.organisation, name: link.email });
  if (link.byDesk) flow.helpDesk = {};
}

/** Checks that a flow may continue: it has not expired, was not revoked, and its session has not ended. */
function assertOpen(ledger: Ledger, flow: FlowRecord, { sent, now, cookies, origin }: Given): void {
  assert.equal(isOther(origin) ? origin : undefined, flow.portal, 'a flow continued on another origin (R75)');
  if (cookies.flow !== undefined) assert.equal(cookies.flow, flow.cookie, 'a flow continued in another browser (R4)');
  assert.equal(flow.dead, undefined, 'a flow continued after it was ended');
  assert.ok(sent < flow.expires, 'a flow continued after it had expired');
  if (flow.session !== undefined)
    assert.ok(ledger.session(flow.session, now), 'a flow continued after its session had ended');
}
