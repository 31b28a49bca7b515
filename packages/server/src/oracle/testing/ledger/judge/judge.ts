import assert from 'node:assert/strict';
import { type Ledger, lifeOf } from '../ledger.ts';
import { fromBase32 } from '../otp.ts';
import { authenticate, type Named } from '../proofs/clients.ts';
import { seeChallenge } from '../proofs/passkeys.ts';
import { seePhoneLink } from '../proofs/phone-links.ts';
import { seePush } from '../proofs/push.ts';
import type { FlowRecord, Given, SentInput } from '../records.ts';
import type { Reply } from '../wire.ts';
import { acceptInput } from './inputs.ts';
import { refuseInput, showLock } from './refusals.ts';
import { pay } from './sessions.ts';

/** Judges the answer to `POST /flows`: the link or session that the flow began with must be valid (R12, R31). */
export function began(
  ledger: Ledger,
  asked: { kind: string; link?: string; inputs?: SentInput[] } & Named,
  reply: Reply,
  given: Given,
): void {
  const { flow: shown, token = '', code } = reply.body;
  const { kind, link, inputs = [] } = asked;
  if (reply.status !== 201 || !shown) {
    const expired = ledger.links.get(link ?? '');
    if (code === 'link-expired' && expired && given.now >= expired.until) expired.dead ??= 'it was refused as expired';
    if (code === 'no-session') ledger.refused(given);
    return;
  }
  const cookie = reply.set.flow ?? given.cookies.flow;
  const flow: FlowRecord = { id: shown.id, kind, token, cookie, expires: given.now + lifeOf(kind) };
  if (link !== undefined) openedBy(ledger, flow, link, given);
  else if (!['login', 'recover', 'register', 'reset'].includes(kind)) {
    assert.ok(!['activate', 'unlock'].includes(kind), `a flow of kind ${kind} began without a link`);
    const session = ledger.session(given.cookies.session, given.now);
    assert.ok(session, `a flow of kind ${kind} began with an ended session`);
    if (kind !== 'step-up') assert.equal(session.client, undefined, 'the session of a client began a flow (R94)');
    Object.assign(flow, { user: session.user, organisation: session.user.organisation.id });
    flow.session = given.cookies.session;
  }
  authenticate(ledger, flow, asked, inputs, given);
  ledger.flows.set(flow.id, flow);
  went(ledger, flow, inputs, reply, given);
}

/** Judges the answer to `POST /flows/{id}`: the inputs that were accepted, and the one that was refused. */
export function went(ledger: Ledger, flow: FlowRecord, inputs: readonly SentInput[], reply: Reply, given: Given): void {
  const problem = reply.body.problem ?? (reply.status === 201 ? undefined : reply.body);
  const code = problem?.code;
  const { flow: shown } = reply.body;
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
  if (code !== undefined && refused) refuseInput(ledger, flow, refused, code, given);
  if (shown.step.type === 'locked' && flow.step !== 'locked') showLock(ledger, flow, code, given);
  flow.step = shown.step.type;
  seeChallenge(flow, shown.step);
  seePush(ledger, flow, shown.step, given.now);
  seePhoneLink(ledger, flow, shown.step, given.now);
  if (shown.step.type === 'enroll-totp') flow.shown = fromBase32(String(shown.step.secret));
  if (shown.step.type === 'recovery-codes') flow.codes = shown.step.codes as string[];
  if (shown.status === 'done' && !flow.done && stop > 0) pay(ledger, flow, reply, given);
  else assert.equal(reply.set.session, undefined, 'a session was given before the end of its flow (R2)');
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
function assertOpen(ledger: Ledger, flow: FlowRecord, { sent, now, cookies }: Given): void {
  if (cookies.flow !== undefined) assert.equal(cookies.flow, flow.cookie, 'a flow continued in another browser (R4)');
  assert.equal(flow.dead, undefined, 'a flow continued after it was ended');
  assert.ok(sent < flow.expires, 'a flow continued after it had expired');
  if (flow.session !== undefined)
    assert.ok(ledger.session(flow.session, now), 'a flow continued after its session had ended');
}
