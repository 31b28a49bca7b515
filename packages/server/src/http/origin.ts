import type { Clock } from '../crypto/tokens.ts';
import { type Logger, onceEach } from '../runtime/log.ts';

/** The headers that tell where a browser's request comes from. */
export interface OriginHeaders {
  origin?: string | undefined;
  'sec-fetch-site'?: string | string[] | undefined;
}

/**
 * Makes the check of R75: whether a changing request may come from where it says it comes from. A browser sends
 * `Sec-Fetch-Site` or, with anything but GET and HEAD, `Origin`; a page can't set or remove either. What sends neither is
 * no browser, and then no cookie of anybody else travels with it.
 * @param origins serialised origins, the base URL's among them
 */
export function originCheck(origins: readonly string[]): (headers: OriginHeaders) => boolean {
  const allowed = new Set(origins);
  return (headers) => {
    const site = headers['sec-fetch-site'];
    // Fetch Metadata §2.4: `none` is the person's own doing (address bar, bookmark), never a page's.
    if (site !== undefined && site !== 'same-origin' && site !== 'none') return false;
    // Also `Origin: null` ends here: sandboxed frames and redirects over several sites send it.
    return headers.origin === undefined || allowed.has(headers.origin);
  };
}

const MINUTE = 60_000;
/** A serialised origin is a scheme, a host of at most 253 characters and a port. */
const MAX_ORIGIN = 300;

/**
 * Logs a refused origin with those that are expected, once a minute for each: a `baseUrl` or `origins` that is wrong
 * refuses everything, and the browser says nothing of why (R95).
 */
export function originReport(
  expected: readonly string[],
  { clock, logger }: { clock: Clock; logger: Pick<Logger, 'warn'> },
): (headers: OriginHeaders, correlationId: string) => void {
  const isDue = onceEach(MINUTE, clock);
  return (headers, correlationId) => {
    const origin = headers.origin?.slice(0, MAX_ORIGIN) ?? null;
    const site = typeof headers['sec-fetch-site'] === 'string' ? headers['sec-fetch-site'].slice(0, 20) : null;
    if (!isDue(`${site} ${origin}`)) return;
    const message =
      'a request of another origin was refused: an origin that is meant belongs in `baseUrl` (TWEESTAP_BASE_URL) or `origins`';
    logger.warn({ correlationId, origin, site, expected }, message);
  };
}
