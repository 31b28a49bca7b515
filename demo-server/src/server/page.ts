import type { Request, Response } from 'express';
import { choosePreferences, type Preferences, preferencesCookie } from '../text/language.ts';

const cookiePattern = new RegExp(`(?:^|;\\s*)${preferencesCookie}=([^;]*)`);

/** Sends a page. Browsers and proxies must not store it, because most pages contain data of one user. */
export function sendPage(res: Response, page: string): void {
  res.set('cache-control', 'no-store').type('html').send(page);
}

/** The language and the colour theme for a request. A choice in the query is stored in a cookie for the other pages. */
export function readPreferences(req: Request, res: Response): Preferences {
  const query = new URL(req.originalUrl, 'http://localhost').searchParams;
  const stored = cookiePattern.exec(req.headers.cookie ?? '')?.[1];
  const preferences = choosePreferences(query, stored, req.headers['accept-language']);
  if (query.has('lang') || query.has('theme')) {
    const value = `${preferences.lang}.${preferences.theme}`;
    res.cookie(preferencesCookie, value, { sameSite: 'lax', httpOnly: true, path: '/' });
  }
  return preferences;
}
