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
