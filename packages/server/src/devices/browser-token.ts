import { hashToken, newToken, type Random } from '../crypto/tokens.ts';
import type { Db } from '../store/database.ts';
import { type FoundBrowser, findBrowserByToken, hasBrowser } from '../store/devices.ts';

const FORM = /^([A-Za-z0-9_-]{22})\.[A-Za-z0-9_-]{43}$/;

/** What a device cookie that came along turned out to be. */
export type Recognised =
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
