import { durationMs } from '../organisations/durations.ts';
import type { Policy } from '../organisations/schema.ts';
import type { Db } from '../store/database.ts';
import { deviceOf } from '../store/devices.ts';
import type { DeviceRow } from '../store/schema.ts';
import { recognise } from './browser-token.ts';

/** A device that finished a login of this account before (D7), or the browser whose old token came round again. */
export type Visitor = { known: DeviceRow } | { replayed: string } | undefined;

/** Who comes in with this device cookie, for this account (none: the same queries, and nothing). */
export async function visitorOf(db: Db, token: string | undefined, accountId: string | undefined): Promise<Visitor> {
  const recognised = await recognise(db, token);
  if (recognised.state === 'replayed') return { replayed: recognised.browserId };
  if (recognised.state === 'unknown') return undefined;
  const known = await deviceOf(db, recognised.browser.id, accountId ?? '');
  return known && { known };
}

/**
 * Whether a device stands in for the second factor now (D1, R37): by the server's clock, never past what the policy of
 * today allows, and not by a clock that was set back before the factor was proven (R86).
 */
export function remembersFactor(
  device: DeviceRow,
  policy: Pick<Policy, 'remember'>,
  now: number,
): { deviceId: string; factorTime: number } | undefined {
  const { id, factor_time: factorTime } = device;
  const end = endOfRemembering(device, policy);
  if (end === undefined || factorTime === null || now >= end || now < factorTime) return undefined;
  return { deviceId: id, factorTime };
}

/** Whether a device was remembered and is no longer, by the end that was agreed or by the policy of today. */
export function isRememberingOver(device: DeviceRow, policy: Pick<Policy, 'remember'>, now: number): boolean {
  const end = endOfRemembering(device, policy);
  return end !== undefined && now >= end;
}

/** In ms since the epoch; undefined of a device that is known alone. */
function endOfRemembering(
  { remembered_until: until, factor_time: factorTime }: DeviceRow,
  { remember }: Pick<Policy, 'remember'>,
): number | undefined {
  if (until === null || factorTime === null) return undefined;
  const longest = Math.max(...remember.choices.map(durationMs));
  return Math.min(until, factorTime + longest);
}
