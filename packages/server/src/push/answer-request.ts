import type { PushRequest } from '@tweestap/protocol';
import { recordAudit } from '../audit/record.ts';
import { sameBytes } from '../crypto/tokens.ts';
import { PushData } from '../factors/push/factor.ts';
import { openData } from '../flow/rules/factor.ts';
import { notify } from '../notices/notify.ts';
import { lockAccount } from '../store/accounts/hold-account.ts';
import { requireNewPassword } from '../store/accounts/passwords.ts';
import type { Tx } from '../store/database.ts';
import { endFlowsOfAccount } from '../store/flows.ts';
import {
  answerPushRequest,
  endExpiredPushRequest,
  endPushRequests,
  getPushRequest,
  type PushAnswer,
} from '../store/push/push-requests.ts';
import { recordDeviceUse } from '../store/push/push-subscriptions.ts';
import type { PushRequestRow } from '../store/push-tables.ts';
import type { FactorRow } from '../store/schema.ts';
import { signal } from '../store/signals.ts';
import { describeRequest } from './describe.ts';
import { entryOf } from './link-device.ts';
import { ownerOf, type PushCaller, type PushDeps, PushError } from './push-context.ts';
import { openNumber } from './request.ts';
import { verifyAnswer } from './signed-answer.ts';

/**
 * Records the answer of a linked phone to a request (W2). It is signed by the key of the device, over the challenge and the
 * number of the flow (R20). A wrong number ends the request. 'This was not me' ends the flows of the account and stops further
 * requests until a new password is set (R21). @throws PushError
 */
export async function answerRequest(
  deps: PushDeps,
  device: FactorRow,
  { id, answer: token }: { id: string; answer: string },
  caller: PushCaller,
): Promise<PushRequest> {
  const { database, keyring, clock } = deps;
  const owner = await ownerOf(database.read, device);
  const row = await getPushRequest(database.read, id);
  // R64: a request of another account does not exist for this phone.
  if (row?.account_id !== device.account_id) throw new PushError('not-found');
  const { jwk } = openData({ method: 'push', data: PushData }, device, keyring);
  const answer = await verifyAnswer(token, { key: jwk, thumbprint: device.external_id ?? '' });
  if (answer?.request !== row.id || !isSame(answer.challenge, row.challenge)) throw new PushError('bad-answer');
  const state = answer.answer === 'deny' ? 'not-me' : judgeNumber(row, answer.number, deps);
  const now = clock();
  const isAnswered = await database.write(async (tx) => {
    await lockAccount(tx, device.account_id);
    const given: PushAnswer = { id, accountId: device.account_id, deviceId: device.id, state, now };
    if (!(await answerPushRequest(tx, given))) {
      await endExpiredPushRequest(tx, id, now);
      return false;
    }
    await recordDeviceUse(tx, device.id, now);
    const result = { approved: 'ok', denied: 'wrong-code', 'not-me': 'denied' }[state];
    const entry = { ...entryOf(device, caller), event: 'push-answer', result, flowId: row.flow_id, at: now };
    await recordAudit(tx, entry, deps.random);
    if (state === 'not-me') await disown(tx, deps, device, now);
    signal(tx, `flow.${row.flow_id}`);
    signal(tx, `phone.${device.account_id}`);
    return true;
  });
  if (!isAnswered) throw new PushError('request-ended');
  if (state === 'denied') throw new PushError('wrong-code');
  return describeRequest({ ...row, state, answered_at: now }, owner, now);
}

function judgeNumber(row: PushRequestRow, number: string | undefined, { keyring }: PushDeps): 'approved' | 'denied' {
  if (row.digits === 0) {
    if (number !== undefined) throw new PushError('bad-answer');
    return 'approved';
  }
  if (number === undefined) throw new PushError('bad-answer');
  return isSame(number, openNumber(keyring, row)) ? 'approved' : 'denied';
}

const isSame = (a: string, b: string): boolean => sameBytes(Buffer.from(a, 'utf8'), Buffer.from(b, 'utf8'));

/** Ends what the user did not begin. The next login asks for a new password, because another user knows this one. */
async function disown(tx: Tx, { random }: PushDeps, device: FactorRow, now: number): Promise<void> {
  const { account_id: accountId, organisation_id: organisationId } = device;
  await endFlowsOfAccount(tx, accountId, now);
  await endPushRequests(tx, accountId);
  await requireNewPassword(tx, accountId);
  signal(tx, `ended.${accountId}`);
  await notify(tx, { notice: 'push-denied', organisationId, accountId, at: now, random });
}
