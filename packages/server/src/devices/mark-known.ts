import { newRowId } from '../crypto/row-id.ts';
import { hashToken, type Random } from '../crypto/tokens.ts';
import type { Tx } from '../store/database.ts';
import { insertBrowser, rotateBrowser, upsertDevice } from '../store/devices.ts';
import { newDeviceToken, recognise } from './known-device.ts';

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
