import type { Db } from './store/database.ts';
import { getOrganisation } from './store/organisations.ts';

/**
 * Makes the check of R70: whether a login may end in going to an address. Its origin, as a browser would parse it, must
 * be one of this server's own or, exactly, one of the organisation's `returnTo`. Before an organisation is chosen nobody
 * can tell, and nothing shows the address: it is decided each time the flow is shown, the end among them.
 */
export function returnToCheck(
  deps: { read: Db },
  own: readonly string[],
): (organisationId: string | undefined, url: string) => Promise<boolean> {
  return async (organisationId, url) => {
    const origin = originOf(url);
    if (origin === undefined) return false;
    if (own.includes(origin)) return true;
    if (organisationId === undefined) return true;
    const organisation = await getOrganisation(deps.read, organisationId);
    return organisation?.returnTo.includes(origin) ?? false;
  };
}

/** A browser reads a backslash as a slash and drops tabs and line breaks; what reads the address next may not. */
const AMBIGUOUS = /[\\\s\p{Cc}]/u;

/** Undefined for what is no plain http(s) address: another scheme, credentials in front of the host. */
function originOf(text: string): string | undefined {
  if (AMBIGUOUS.test(text)) return undefined;
  const url = URL.parse(text);
  if (!url || (url.protocol !== 'https:' && url.protocol !== 'http:')) return undefined;
  return url.username === '' && url.password === '' ? url.origin : undefined;
}
