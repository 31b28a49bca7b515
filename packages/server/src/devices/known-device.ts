import { hashToken, newToken, type Random } from '../crypto/tokens.ts';
import { durationMs } from '../organisations/policy.ts';
import type { Policy } from '../organisations/schema.ts';
import type { Db } from '../store/database.ts';
import { deviceOf, type FoundBrowser, findBrowserByToken, hasBrowser } from '../store/devices.ts';
import type { DeviceRow } from '../store/schema.ts';

const FORM = /^([A-Za-z0-9_-]{22})\.[A-Za-z0-9_-]{43}$/;

/** What a device cookie that came along turned out to be. */
type Recognised =
  | ({ state: 'found' } & FoundBrowser)
  /** Of a browser of ours, but neither its newest token nor the one before: an older one was used again (R40). */
  | { state: 'replayed'; browserId: string }
  | { state: 'unknown' };

/** The value of the device cookie: 256 random bits behind the browser's id, by which a replayed old token is known. */
export function newDeviceToken(browserId: string, random: Random): string {
  return `${browserId}.${newToken(random)}`;
}

/** The browser that a device cookie names. Anybody can write one: `recognise` checks it. */
export function claimedBrowser(token: string | undefined): string | undefined {
  return FORM.exec(token ?? '')?.[1];
}

/** Finds the browser of a device cookie, in one query where it is in order. */
export async function recognise(db: Db, token: string | undefined): Promise<Recognised> {
  const id = claimedBrowser(token);
  if (token === undefined || id === undefined) return { state: 'unknown' };
  const found = await findBrowserByToken(db, hashToken(token));
  if (found) return { state: 'found', ...found };
  return (await hasBrowser(db, id)) ? { state: 'replayed', browserId: id } : { state: 'unknown' };
}

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
