import type { Clock } from '../crypto/tokens.ts';
import { type Logger, onceEach } from '../runtime/log.ts';

/** The headers in which a browser states the origin of a request. */
export interface OriginHeaders {
  /** The serialised origin of the page that sent the request. */
  origin?: string | undefined;
  /** How that origin relates to the target: `same-origin`, `same-site`, `cross-site` or `none`. */
  'sec-fetch-site'?: string | string[] | undefined;
}

/**
 * Makes the check of R75: whether a changing request is from an allowed origin. A browser sends `Sec-Fetch-Site`, or
 * `Origin` with every method except GET and HEAD, and a page can neither set nor remove them. A client that sends
 * neither is not a browser, so its request carries no cookies of another user.
 * @param origins serialised origins, including that of the base URL
 */
export function originCheck(origins: readonly string[]): (headers: OriginHeaders) => boolean {
  const allowed = new Set(origins);
  return (headers) => {
    const site = headers['sec-fetch-site'];
    // Fetch Metadata §2.4: `none` means that the user made the request (address bar, bookmark), never a page.
    if (site !== undefined && site !== 'same-origin' && site !== 'none') return false;
    // This also refuses `Origin: null`, which sandboxed frames and redirects across several sites send.
    return headers.origin === undefined || allowed.has(headers.origin);
  };
}

const MINUTE = 60_000;
/**
 * Characters that are logged, at most. A serialised origin is a scheme, a host of at most 253 characters and a port.
 */
const MAX_ORIGIN = 300;

/**
 * Makes the function that logs a refused origin together with the expected ones, at most once a minute for each origin.
 * A wrong `baseUrl` or `origins` causes every request to be refused, and the browser does not say why (R95).
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
      'a request from another origin was refused; if the origin is yours, set `baseUrl` (TWEESTAP_BASE_URL) or add it to `origins`';
    logger.warn({ correlationId, origin, site, expected }, message);
  };
}
