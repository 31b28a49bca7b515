import { hashToken, newRowId, newToken, type Random } from '../crypto/tokens.ts';
import { durationMs } from '../organisations/policy.ts';
import type { Policy } from '../organisations/schema.ts';
import type { Db, Tx } from '../store/database.ts';
import {
  deviceOf,
  type FoundBrowser,
  findBrowserByToken,
  hasBrowser,
  insertBrowser,
  rotateBrowser,
  upsertDevice,
} from '../store/devices.ts';
import type { DeviceRow } from '../store/schema.ts';

/** A device token: the browser's id and 256 random bits. */
const TOKEN_PATTERN = /^([A-Za-z0-9_-]{22})\.[A-Za-z0-9_-]{43}$/;

/** The result of looking up a device cookie. */
type Recognised =
  | ({ state: 'found' } & FoundBrowser)
  /** A known browser, but neither its newest token nor the previous one: an older token was used again (R40). */
  | { state: 'replayed'; browserId: string }
  | { state: 'unknown' };

/** Makes a device token: the browser's id, which identifies a replayed token, and 256 random bits. */
function newDeviceToken(browserId: string, random: Random): string {
  return `${browserId}.${newToken(random)}`;
}

/** The browser id in a device cookie, unverified. `recognise` checks the token. */
export function claimedBrowser(token: string | undefined): string | undefined {
  return TOKEN_PATTERN.exec(token ?? '')?.[1];
}

/** Finds the browser of a device cookie. A valid cookie costs one query. */
export async function recognise(db: Db, token: string | undefined): Promise<Recognised> {
  const id = claimedBrowser(token);
  if (token === undefined || id === undefined) return { state: 'unknown' };
  const found = await findBrowserByToken(db, hashToken(token));
  if (found) return { state: 'found', ...found };
  return (await hasBrowser(db, id)) ? { state: 'replayed', browserId: id } : { state: 'unknown' };
}

/** A device in which a login of this account was finished (D7), or the id of a browser whose old token was replayed. */
export type Visitor = { known: DeviceRow } | { replayed: string } | undefined;

/** What a device cookie proves for an account. Without an account it runs the same queries and finds nothing. */
export async function visitorOf(db: Db, token: string | undefined, accountId: string | undefined): Promise<Visitor> {
  const recognised = await recognise(db, token);
  if (recognised.state === 'replayed') return { replayed: recognised.browserId };
  if (recognised.state === 'unknown') return undefined;
  const known = await deviceOf(db, recognised.browser.id, accountId ?? '');
  return known && { known };
}

/**
 * Returns the device if it replaces the second factor now (D1, R37), otherwise undefined. The server's clock decides, within
 * the present policy. A clock that was set back to before the proof of the factor remembers nothing (R86).
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

/** Whether the remembering of a device has ended, at the time that was set or because the policy now allows less. */
export function isRememberingOver(device: DeviceRow, policy: Pick<Policy, 'remember'>, now: number): boolean {
  const end = endOfRemembering(device, policy);
  return end !== undefined && now >= end;
}

/** When the remembering ends, in ms since the epoch; undefined for a device that is known but not remembered. */
function endOfRemembering(
  { remembered_until: until, factor_time: factorTime }: DeviceRow,
  { remember }: Pick<Policy, 'remember'>,
): number | undefined {
  if (until === null || factorTime === null) return undefined;
  const longest = Math.max(...remember.choices.map(durationMs));
  return Math.min(until, factorTime + longest);
}

const BROWSERS: readonly (readonly [pattern: RegExp, name: string])[] = [
  [/\bEdgA?\//, 'Edge'],
  [/\bOPR\//, 'Opera'],
  [/\bSamsungBrowser\//, 'Samsung Internet'],
  [/\b(?:Firefox|FxiOS)\//, 'Firefox'],
  [/\b(?:Chrome|CriOS|Chromium)\//, 'Chrome'],
  [/\bSafari\//, 'Safari'],
];

const SYSTEMS: readonly (readonly [pattern: RegExp, name: string])[] = [
  [/\b(?:iPhone|iPod)\b/, 'iPhone'],
  [/\biPad\b/, 'iPad'],
  [/\bAndroid\b/, 'Android'],
  [/\bCrOS\b/, 'ChromeOS'],
  [/\bWindows\b/, 'Windows'],
  [/\bMacintosh\b|\bMac OS X\b/, 'Mac'],
  [/\bLinux\b/, 'Linux'],
];

/** The name of a browser in the list of devices, for example `Firefox, Windows`. It is only a label. */
export function deviceName(userAgent: string | undefined): string {
  const text = (userAgent ?? '').slice(0, 500);
  const named = [BROWSERS, SYSTEMS].map((list) => list.find(([pattern]) => pattern.test(text))?.[1]);
  return named.filter((name) => name !== undefined).join(', ') || 'Browser';
}

/** The lifetime of the device cookie in ms. Browsers keep no cookie for longer (RFC 6265bis §4.1.2.2). */
const COOKIE_LIFE = 400 * 86_400_000;
/**
 * In ms. During this time after a rotation, other tabs may still send the previous token. If it is sent later, the response
 * with the new token was lost, so the token is rotated again.
 */
const ROTATION_GRACE_MS = 60_000;

interface FinishedLogin {
  /** The device cookie of the request. */
  token: string | undefined;
  accountId: string;
  organisationId: string;
  name: string;
  /** Set if the user chose to be remembered and proved a factor in this flow (R41). Times in ms since the epoch. */
  remember: { until: number; factorTime: number } | undefined;
  now: number;
  random: Random;
}

/** A new device cookie. */
export interface DeviceCookie {
  /** The value of the cookie, a secret. */
  token: string;
  /** In ms since the epoch. */
  expiresAt: number;
}

/**
 * Marks the browser as known for an account after a finished login (D7), and as remembered if the user chose that. Returns
 * the new cookie, or undefined if the present cookie stays. Rows of other users of this browser don't change (R36).
 */
export async function markKnown(tx: Tx, login: FinishedLogin): Promise<DeviceCookie | undefined> {
  const { accountId, organisationId, name, remember, now, random } = login;
  const { browserId, token } = await browserOf(tx, login);
  await upsertDevice(tx, {
    id: newRowId(random, now),
    browser_id: browserId,
    account_id: accountId,
    organisation_id: organisationId,
    name,
    // R37: a use never extends the time, and never revives a device that was forgotten. Only a new choice sets a new end.
    remembered_until: remember?.until ?? null,
    factor_time: remember?.factorTime ?? null,
    created_at: now,
    last_used_at: now,
  });
  return token === undefined ? undefined : { token, expiresAt: now + COOKIE_LIFE };
}

/** The browser's id, and its new token if the login changes the token. */
async function browserOf(tx: Tx, login: FinishedLogin): Promise<{ browserId: string; token?: string }> {
  const { token: presented, now, random } = login;
  const recognised = await recognise(tx, presented);
  if (recognised.state !== 'found' || presented === undefined) {
    const browserId = newRowId(random, now);
    const token = newDeviceToken(browserId, random);
    const times = { created_at: now, rotated_at: now, last_used_at: now };
    await insertBrowser(tx, { id: browserId, token_hash: hashToken(token), previous_hash: null, ...times });
    return { browserId, token };
  }
  const { browser, match } = recognised;
  if (match === 'previous' && Math.abs(now - browser.rotated_at) < ROTATION_GRACE_MS) return { browserId: browser.id };
  const token = newDeviceToken(browser.id, random);
  const hashes = { seenHash: browser.token_hash, fromHash: hashToken(presented), toHash: hashToken(token) };
  const isRotated = await rotateBrowser(tx, { id: browser.id, ...hashes, now });
  return isRotated ? { browserId: browser.id, token } : { browserId: browser.id };
}
