import type { ConfirmAnswer } from '@tweestap/protocol';
import type { z } from 'zod';
import { recordAudit } from '../audit/record.ts';
import { sameBytes } from '../crypto/tokens.ts';
import { DEFAULT_DIGITS, normaliseCode, STEP_MS } from '../factors/totp/code.ts';
import { encodeSecret } from '../factors/totp/secret.ts';
import { withoutColon } from '../factors/totp/uri.ts';
import { lockAccount } from '../store/accounts/hold-account.ts';
import type { Tx } from '../store/database.ts';
import {
  confirmPushDevice,
  countPushCode,
  deleteExpiredPushDevice,
  getPushDevice,
  provisionPushDevice,
} from '../store/push/push-links.ts';
import type { PushDeviceRow } from '../store/push-tables.ts';
import { signal } from '../store/signals.ts';
import { bindMailedDevice } from './bind-device.ts';
import { describeWaiting } from './describe.ts';
import { judgeFactorCode } from './factor-code.ts';
import { entryOf } from './link-device.ts';
import { type Owner, ownerOf, type PushCaller, type PushDeps, PushError } from './push-context.ts';
import { openDevice } from './waiting-device.ts';

/** The number of codes that may be typed for one phone. */
export const MAX_CODES = 5;

const DAY = 24 * 3_600_000;

/** The key of the counter of codes that are typed on the login screen. Its prefix is swept with that of mailed links. */
export function codeCounterKey(deviceId: string, now: number): string {
  return `mail.${Math.floor(now / DAY)}.push-code.${deviceId}`;
}

type Confirmed = z.infer<typeof ConfirmAnswer>;

/**
 * The phone with an id and a key that may be confirmed now. An expired one is dropped permanently (R86). Its proof is stored
 * afterwards, so a phone without attempts left can't fill the table of used proofs (R93).
 * @throws PushError `not-found`, `link-expired` or `out-of-order`
 */
export async function waitingDevice(
  { database, clock }: Pick<PushDeps, 'database' | 'clock'>,
  id: string,
  thumbprint: string,
): Promise<PushDeviceRow> {
  const row = await getPushDevice(database.read, id);
  if (row?.thumbprint !== thumbprint) throw new PushError('not-found');
  const now = clock();
  if (row.expires_at <= now) {
    await database.write((tx) => deleteExpiredPushDevice(tx, id, now));
    throw new PushError('link-expired');
  }
  const isConfirmed = row.confirmed_at !== null;
  if (!isConfirmed && row.tries >= MAX_CODES) throw new PushError('link-expired');
  // A code that the phone shows is confirmed on the login screen first.
  if (!isConfirmed && row.channel === 'screen') throw new PushError('out-of-order');
  return row;
}

/**
 * Confirms a phone by the code that was sent to the user. A phone that a flow links is bound by the `poll` of that flow; a phone
 * with a mailed link is bound here. The TOTP secret is given with the first answer, once. @throws PushError
 */
export async function confirmDevice(
  deps: PushDeps,
  { id, thumbprint, code: typed }: { id: string; thumbprint: string; code: string },
  caller: PushCaller,
): Promise<Confirmed> {
  const { database, clock } = deps;
  const row = await waitingDevice(deps, id, thumbprint);
  const owner = await ownerOf(database.read, row);
  if (row.confirmed_at !== null) {
    if (row.channel !== 'factor' && !isCode(deps, row, typed)) throw new PushError('wrong-code');
    return await provisioned(deps, row, owner);
  }
  const prove =
    row.channel === 'factor' ? await judgeFactorCode(deps, owner, typed) : await judgeSentCode(deps, row, typed);
  const now = clock();
  await database.write(async (tx) => {
    await lockAccount(tx, row.account_id);
    await prove(tx);
    if (!(await confirmPushDevice(tx, row.id, now))) throw new PushError('link-expired');
    if (row.flow_id === null) await bindMailedDevice(tx, deps, owner, row);
    await recordAudit(
      tx,
      { ...entryOf(row, caller), event: row.flow_id === null ? 'push-linked' : 'push-confirm', result: 'ok', at: now },
      deps.random,
    );
    if (row.flow_id !== null) signal(tx, `flow.${row.flow_id}`);
  });
  return await provisioned(deps, { ...row, confirmed_at: now }, owner);
}

/** Counts an attempt at a code that was sent, and compares it. Returns what belongs in the transaction. @throws PushError */
async function judgeSentCode(deps: PushDeps, row: PushDeviceRow, typed: string): Promise<(tx: Tx) => Promise<void>> {
  const now = deps.clock();
  const isCounted = await deps.database.write((tx) => countPushCode(tx, row.id, { limit: MAX_CODES, now }));
  if (!isCounted) throw new PushError('link-expired');
  if (!isCode(deps, row, typed)) throw new PushError('wrong-code');
  return async () => undefined;
}

/** Whether a typed code is that of the phone, in constant time. */
export function isCode({ keyring }: Pick<PushDeps, 'keyring'>, row: PushDeviceRow, typed: string): boolean {
  const { code } = openDevice(keyring, row);
  const given = normaliseCode(typed, DEFAULT_DIGITS);
  return code !== undefined && given !== null && sameBytes(Buffer.from(given, 'utf8'), Buffer.from(code, 'utf8'));
}

async function provisioned(deps: PushDeps, row: PushDeviceRow, { account, organisation }: Owner): Promise<Confirmed> {
  const { database, keyring, clock } = deps;
  const isLinked = row.flow_id === null;
  const device = { ...describeWaiting(row, keyring), ...(isLinked ? { state: 'linked' as const } : {}) };
  if (!(await database.write((tx) => provisionPushDevice(tx, row.id, clock())))) return { device };
  const secret = Buffer.from(openDevice(keyring, row).totp, 'base64');
  const totp = {
    secret: encodeSecret(secret),
    digits: DEFAULT_DIGITS,
    period: STEP_MS / 1000,
    issuer: withoutColon(organisation.name),
    account: withoutColon(account.username),
  };
  return { device, totp };
}
