import type { Request, Response } from 'express';
import { type Taste, tasteCookie, tasteOf } from './views/language.ts';

const cookiePattern = new RegExp(`(?:^|;\\s*)${tasteCookie}=([^;]*)`);

/** The language and look that a request asks for; a choice in the address is kept in a cookie for the other pages. */
export function tasteFrom(req: Request, res: Response): Taste {
  const query = new URL(req.originalUrl, 'http://localhost').searchParams;
  const kept = cookiePattern.exec(req.headers.cookie ?? '')?.[1];
  const taste = tasteOf(query, kept, req.headers['accept-language']);
  if (query.has('lang') || query.has('theme')) {
    res.cookie(tasteCookie, `${taste.lang}.${taste.theme}`, { sameSite: 'lax', httpOnly: true, path: '/' });
  }
  return taste;
}
