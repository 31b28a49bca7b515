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

const FORM = /^([A-Za-z0-9_-]{22})\.[A-Za-z0-9_-]{43}$/;

/** What a device cookie that came along turned out to be. */
type Recognised =
  | ({ state: 'found' } & FoundBrowser)
  /** Of a browser of ours, but neither its newest token nor the one before: an older one was used again (R40). */
  | { state: 'replayed'; browserId: string }
  | { state: 'unknown' };

/** The value of the device cookie: 256 random bits behind the browser's id, by which a replayed old token is known. */
function newDeviceToken(browserId: string, random: Random): string {
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

/** What a browser is called in the list of devices, for example `Firefox, Windows`. Only a label: nothing rests on it. */
export function deviceName(userAgent: string | undefined): string {
  const text = (userAgent ?? '').slice(0, 500);
  const named = [BROWSERS, SYSTEMS].map((list) => list.find(([pattern]) => pattern.test(text))?.[1]);
  return named.filter((name) => name !== undefined).join(', ') || 'Browser';
}

/** A browser keeps no cookie longer than 400 days (RFC 6265bis §4.1.2.2). In ms. */
const COOKIE_LIFE = 400 * 86_400_000;
/** ms. Other tabs come with the token before for a moment; after that its answer was lost, and it is rotated again. */
const GRACE = 60_000;

interface FinishedLogin {
  /** The device cookie as it came. */
  token: string | undefined;
  accountId: string;
  organisationId: string;
  name: string;
  /** Present when the person asked to be remembered and proved a factor in this flow (R41). ms since the epoch. */
  remember: { until: number; factorTime: number } | undefined;
  now: number;
  random: Random;
}

export interface DeviceCookie {
  token: string;
  /** ms since the epoch. */
  expiresAt: number;
}

/**
 * Marks the browser as known for an account after a finished login (D7), and remembered where that was asked. Answers
 * the new cookie, or undefined where the one that came stays. Other people's rows on this browser stay untouched (R36).
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
    // R37: a use never moves the end, and revives nothing that was forgotten meanwhile; a new tick begins again.
    remembered_until: remember?.until ?? null,
    factor_time: remember?.factorTime ?? null,
    created_at: now,
    last_used_at: now,
  });
  return token === undefined ? undefined : { token, expiresAt: now + COOKIE_LIFE };
}

/** The browser's id, and the token it is given where it gets another one. */
async function browserOf(tx: Tx, login: FinishedLogin): Promise<{ browserId: string; token?: string }> {
  const { token: came, now, random } = login;
  const recognised = await recognise(tx, came);
  if (recognised.state !== 'found' || came === undefined) {
    const browserId = newRowId(random, now);
    const token = newDeviceToken(browserId, random);
    const times = { created_at: now, rotated_at: now, last_used_at: now };
    await insertBrowser(tx, { id: browserId, token_hash: hashToken(token), previous_hash: null, ...times });
    return { browserId, token };
  }
  const { browser, match } = recognised;
  if (match === 'previous' && Math.abs(now - browser.rotated_at) < GRACE) return { browserId: browser.id };
  const token = newDeviceToken(browser.id, random);
  const hashes = { seenHash: browser.token_hash, fromHash: hashToken(came), toHash: hashToken(token) };
  const won = await rotateBrowser(tx, { id: browser.id, ...hashes, now });
  return won ? { browserId: browser.id, token } : { browserId: browser.id };
}
