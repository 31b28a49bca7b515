import assert from 'node:assert/strict';
import { type Ledger, lifeOf } from '../ledger.ts';
import { passwordEntered } from '../proofs/password.ts';
import { useOnce } from '../proofs/possession.ts';
import type { FlowRecord, Given } from '../records.ts';
import type { User } from '../users.ts';
import type { Reply } from '../wire.ts';
import { pay } from './sessions.ts';

/* The logins that a portal begins after it has checked the password itself. */

/** ms: how long a finished login is returned. */
const COMPLETED = 5 * 60_000;
/** ms: how far the clock may be set back. */
const SLACK = 60_000;

/** Judges the login that a portal began: it counts as the password of this user, in this browser only. */
export function begunByPortal(ledger: Ledger, user: User, reply: Reply, given: Given): FlowRecord | undefined {
  const { begun } = reply.body;
  if (!begun) return undefined;
  const { flow: id, isDone } = begun;
  assert.ok(user.external !== undefined, 'a portal began a login of a user who is not its own');
  assert.ok(user.state === 'active' || given.disturbed, 'a portal began a login of a disabled user');
  assert.equal(reply.set.begun, id, 'a login of a portal has another cookie');
  const cookie = reply.set.flow ?? given.cookies.flow;
  const flow: FlowRecord = { id, kind: 'login', token: '', cookie, begun: true, expires: given.now + lifeOf('login') };
  Object.assign(flow, { organisation: user.organisation.id, name: user.username });
  passwordEntered(ledger, flow, user, given);
  // Where the portal has a table of users, the password is asked again.
  if (!user.portal) flow.confirmed = user.passwords;
  ledger.flows.set(id, flow);
  if (isDone) pay(ledger, flow, reply, given);
  else assert.equal(reply.set.session, undefined, 'a session was given before the end of its flow (R2)');
  ledger.note(isDone ? 'a login of a portal without a step' : 'a login of a portal');
  return flow;
}

/** Judges the answer to `POST /flows/begun`: the flow belongs to this browser, and has not ended. */
export function continuedInBrowser(ledger: Ledger, { status, body }: Reply, given: Given): FlowRecord | undefined {
  if (status !== 200 || !body.flow) return undefined;
  const flow = ledger.flows.get(body.flow.id);
  assert.ok(flow?.begun, 'a flow continued that no portal has begun');
  assert.equal(given.cookies.begun, flow.id, 'a flow continued that was not begun last');
  assert.equal(given.cookies.flow, flow.cookie, 'a flow of a portal continued in another browser (R4)');
  assert.ok(flow.done || flow.dead === undefined, 'a flow of a portal continued after it was ended');
  assert.ok(flow.done || given.sent < flow.expires, 'a flow of a portal continued after it had expired');
  flow.token = body.token ?? '';
  return flow;
}

/** Judges what the portal releases its session for: a login that was finished just now, of this user in this browser, once. */
export function completedInPortal(
  ledger: Ledger,
  asked: { userId: string | undefined; flow: string | undefined },
  { body: { login } }: Reply,
  given: Given,
): void {
  if (!login) return;
  const flow = ledger.flows.get(login.flow);
  assert.ok(
    flow?.begun && flow.done && flow.user && flow.result,
    'a portal released a login that was not finished (R1)',
  );
  const { user, result } = flow;
  assert.equal(login.flow, asked.flow ?? given.cookies.begun, 'a portal released another login (R1)');
  assert.equal(given.cookies.flow, flow.cookie, 'a portal released a login of another browser (R1)');
  if (asked.userId !== undefined)
    assert.equal(asked.userId, user.external, 'a portal released the login of another user (R1)');
  const { userId, accountId, organisation, amr, acr } = login;
  assert.deepEqual(
    { userId, accountId, organisation, amr, acr },
    {
      ...{ userId: user.external, accountId: user.id, organisation: user.organisation.id },
      ...{ amr: result.amr, acr: result.acr },
    },
    'a portal was told something else than was proven (R69)',
  );
  assert.ok(user.state === 'active' || given.disturbed, 'a portal released a login of a disabled user (R92)');
  const age = given.sent - result.at;
  assert.ok(age < COMPLETED && given.now - result.at >= -SLACK, 'a portal released an old login (R86)');
  useOnce(ledger, `completed ${flow.id}`, 'a portal released a login twice');
  ledger.note('a completed login');
}
