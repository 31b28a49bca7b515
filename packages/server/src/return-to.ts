import type { Clock } from './crypto/tokens.ts';
import { type Logger, onceEach } from './runtime/log.ts';
import type { Db } from './store/database.ts';
import { getOrganisation } from './store/organisations.ts';

/**
 * Makes the check of R70: whether a login may end in going to an address. Its origin, as a browser would parse it, must
 * be one of this server's own or, exactly, one of the organisation's `returnTo`. Before an organisation is chosen nobody
 * can tell, and nothing shows the address: it is decided each time the flow is shown, the end among them.
 */
export function returnToCheck(
  { read, clock, logger }: { read: Db; clock: Clock; logger: Pick<Logger, 'warn'> },
  own: readonly string[],
): (organisationId: string | undefined, url: string) => Promise<boolean> {
  const isDue = onceEach(HOUR, clock);
  // R95: the login ends as if nothing had been asked, and says nothing of why. Of the address only the origin is logged.
  const report = (organisation: string | undefined, origin: string | undefined): void => {
    if (!isDue(`${organisation} ${origin}`)) return;
    const fields = { ...(organisation === undefined ? {} : { organisation }), origin: origin ?? null };
    logger.warn(fields, "a return-to was refused: its origin is not in the organisation's `returnTo` or `origins`");
  };
  return async (organisationId, url) => {
    const origin = originOf(url);
    if (origin !== undefined && own.includes(origin)) return true;
    if (origin !== undefined && organisationId === undefined) return true;
    const organisation = organisationId === undefined ? undefined : await getOrganisation(read, organisationId);
    if (origin !== undefined && organisation?.returnTo.includes(origin)) return true;
    report(organisation?.id, origin);
    return false;
  };
}

/** ms between two lines about the same origin. */
const HOUR = 3_600_000;

/** A browser reads a backslash as a slash and drops tabs and line breaks; what reads the address next may not. */
const AMBIGUOUS = /[\\\s\p{Cc}]/u;

/** Undefined for what is no plain http(s) address: another scheme, credentials in front of the host. */
function originOf(text: string): string | undefined {
  if (AMBIGUOUS.test(text)) return undefined;
  const url = URL.parse(text);
  if (!url || (url.protocol !== 'https:' && url.protocol !== 'http:')) return undefined;
  return url.username === '' && url.password === '' ? url.origin : undefined;
}
