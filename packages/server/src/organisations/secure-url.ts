import { isLoopbackHost } from '@tweestap/protocol';
import { z } from 'zod';

/** Whether a URL of a server has https. Plain http is for localhost only. */
export function isSecureUrl(value: string): boolean {
  const url = URL.parse(value);
  return url !== null && (url.protocol === 'https:' || isLoopbackHost(url.hostname));
}

/**
 * Whether browsers trust the page at an address: it has https, or is on this machine
 * (https://www.w3.org/TR/secure-contexts/#is-origin-trustworthy). All names that end with `.localhost` are; a server's own
 * requests to such a name may leave the machine, so this is about pages only.
 */
export function isSecurePage(address: string): boolean {
  return isSecureUrl(address) || URL.parse(address)?.hostname.endsWith('.localhost') === true;
}

/** The origin of a page, with https. */
export const origin = z
  .url({ protocol: /^https?$/ })
  .refine((value) => URL.parse(value)?.origin === value, 'expected only an origin, such as https://portal.example')
  .refine(isSecurePage, 'expected https (plain http is for localhost only)');
