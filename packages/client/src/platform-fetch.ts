import { MfaProblem } from './problem.ts';

/** Where the code runs: the page's location, and the function that sends requests. Both are absent or replaced in tests. */
interface Platform {
  readonly location?: { readonly href: string } | undefined;
  fetch: typeof globalThis.fetch;
}

/**
 * Makes the `fetch` of a client that was given none. A browser keeps cookies and resolves relative addresses itself. Node, Deno
 * and Bun do neither, so this function keeps the API's cookies for them, in memory.
 */
export const createPlatformFetch = (platform: Platform = globalThis): typeof globalThis.fetch => {
  const jar = new Map<string, string>();
  // `fetch` is looked up for each call, because a page may replace it.
  const send: typeof globalThis.fetch = (...request) => platform.fetch(...request);
  if (platform.location) return send;
  return async (input, init = {}) => {
    const address = String(input);
    if (!URL.canParse(address)) throw notAbsolute(address);
    const headers = new Headers(init.headers);
    if (jar.size > 0) headers.set('cookie', [...jar].map(([name, value]) => `${name}=${value}`).join('; '));
    const response = await send(input, { ...init, headers });
    for (const cookie of response.headers.getSetCookie()) keep(jar, cookie);
    return response;
  };
};

const notAbsolute = (address: string): MfaProblem =>
  new MfaProblem('bad-address', {
    message: `Outside a browser, api must be an absolute URL such as https://portal.example/mfa/v1; a call to "${address}" has no host.`,
  });

/** Keeps or removes a cookie. All calls go to one API, so its domain and path are not compared (RFC 6265 §5.4). */
const keep = (jar: Map<string, string>, cookie: string): void => {
  const [, name = '', value = '', attributes = ''] = /^\s*([^=;]+)=([^;]*)(.*)$/s.exec(cookie) ?? [];
  if (!name) return;
  if (/;\s*max-age=(0|-\d+)\s*(;|$)/i.test(attributes)) jar.delete(name);
  else jar.set(name, value);
};
