import assert from 'node:assert/strict';
import type { Ledger } from './ledger.ts';
import type { FlowRecord, Given, SentInput } from './records.ts';
import type { Phone, User } from './users.ts';
import type { ShownStep } from './wire.ts';

/* What an approval by a phone proves. */

/** Records the request that a step shows. */
export function seePush(flow: FlowRecord, step: ShownStep): void {
  if (step.type !== 'push') return;
  const id = String(step.approveUri).split('#mfa-request=')[1] ?? '';
  const number = step.number === undefined ? flow.push?.number : String(step.number);
  flow.push = {
    id,
    digits: Number(step.digits),
    ...(flow.push?.id === id || step.number !== undefined ? { number } : {}),
  };
}

/** Judges an approval that the server accepted: by a valid phone of the user, with the number of the flow (R20). */
export function approved(
  ledger: Ledger,
  { user, phone, id, number }: { user: User; phone: Phone; id: string; number: string | undefined },
): void {
  const flow = [...ledger.flows.values()].find(({ push }) => push?.id === id);
  assert.ok(user.phones.includes(phone), 'a removed phone, or one of another user, approved a login');
  assert.equal(user.state, 'active', 'a phone of a disabled account approved a login');
  assert.equal(ledger.approvals.get(id), undefined, 'a request was approved twice (R20)');
  if (flow?.push && flow.push.digits > 0 && flow.push.number !== undefined) {
    assert.equal(number, flow.push.number, 'a request was approved with a wrong number (R20)');
  }
  if (flow) assert.equal(flow.user, user, 'a phone approved the login of another user (R20)');
  ledger.approvals.set(id, { user, phone });
}

/** A poll: it proves the factor if the phone has approved the request of this flow, once. */
export function provePush(ledger: Ledger, flow: FlowRecord, { remember }: SentInput, { sent: at }: Given): void {
  const approval = ledger.approvals.get(flow.push?.id ?? '');
  if (!flow.push || !approval || approval.isSpent || !approval.user.phones.includes(approval.phone)) return;
  approval.isSpent = true;
  const isWeak = flow.push.digits < 6;
  if (flow.kind !== 'login') assert.ok(!isWeak, 'a flow of a session accepted an approval with few digits (D2)');
  flow.factor = { method: 'push', at, phone: approval.phone, isWeak };
  if (remember === true && flow.kind === 'login' && !isWeak) flow.ticked = true;
}
