import type { IncomingMessage } from 'node:http';
import type { Answer } from './answer.ts';

/** Longer addresses are not taken along. The widget accepts addresses of 2048 characters with their origin. */
const MAX_LENGTH = 1500;
/** Two slashes, or a backslash that a browser reads as one, begin the name of a host: it would lead to another site. */
const OTHER_HOST = /^\/[/\\]/;

/**
 * Whether a browser loads the page of a request, so that a redirect leads somewhere. Browsers say so in `Sec-Fetch-Mode`
 * (Fetch Metadata §2.3); others that want a page accept HTML.
 */
function isPage({ method, headers }: IncomingMessage): boolean {
  if (method !== 'GET' && method !== 'HEAD') return false;
  const mode = headers['sec-fetch-mode'];
  return mode === undefined ? /\btext\/html\b/.test(headers.accept ?? '') : mode === 'navigate';
}

/** The path and query of a request, before a router removed a part of it. */
function pathOf({ originalUrl, url = '/' }: IncomingMessage & { originalUrl?: string }): string {
  return originalUrl ?? url;
}

/**
 * Makes the function that leads a page to the login page: a redirect with the address of the page in `return-to`. It returns
 * undefined for a request of a script, and for the login page itself, which would lead to itself for ever.
 * @param loginPage a path, or the URL of a page
 */
export function redirectToLogin(loginPage: string): (req: IncomingMessage) => Answer | undefined {
  const base = 'http://unknown.invalid';
  const target = new URL(loginPage, base);
  return (req) => {
    const path = pathOf(req);
    if (!isPage(req) || path.split('?', 1)[0] === target.pathname) return undefined;
    const url = new URL(target);
    if (path.startsWith('/') && !OTHER_HOST.test(path) && path.length <= MAX_LENGTH) {
      url.searchParams.set('return-to', path);
    }
    const location = url.origin === base ? url.pathname + url.search + url.hash : url.href;
    return { status: 302, headers: ['Location', location, 'Content-Length', '0'] };
  };
}
