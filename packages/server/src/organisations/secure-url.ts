import { isLoopbackHost } from '@tweestap/protocol';
import { z } from 'zod';

/** Whether a URL has https. Plain http is for localhost only. */
export function isSecureUrl(value: string): boolean {
  const url = URL.parse(value);
  return url !== null && (url.protocol === 'https:' || isLoopbackHost(url.hostname));
}

/** The origin of a page, with https. */
export const origin = z
  .url({ protocol: /^https?$/ })
  .refine((value) => URL.parse(value)?.origin === value, 'expected only an origin, such as https://portal.example')
  .refine(isSecureUrl, 'expected https (plain http is for localhost only)');
