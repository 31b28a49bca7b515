import type { Clock } from './crypto/tokens.ts';
import { type Logger, onceEach } from './runtime/log.ts';
import type { Db } from './store/database.ts';
import { getOrganisation } from './store/organisations.ts';

/**
 * Returns the check of R70: whether a login may return to an address. The address's origin, as a browser would parse it,
 * must equal one of this server's origins or one of the organisation's `returnTo`. Before an organisation is chosen, the
 * check accepts any origin: the address is not shown yet, and is checked again each time the flow is shown.
 */
export function returnToCheck(
  { read, clock, logger }: { read: Db; clock: Clock; logger: Pick<Logger, 'warn'> },
  own: readonly string[],
): (organisationId: string | undefined, url: string) => Promise<boolean> {
  const isDue = onceEach(HOUR, clock);
  // R95: the login ends as if no address was requested and without a reason, so it is logged, with only the origin.
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

/** The minimum time between two log lines about the same origin, in ms. */
const HOUR = 3_600_000;

/** Browsers read a backslash as a slash and remove tabs and line breaks. Other parsers of the address may not. */
const AMBIGUOUS = /[\\\s\p{Cc}]/u;

/** Returns the origin of an http or https address without credentials; otherwise undefined. */
function originOf(text: string): string | undefined {
  if (AMBIGUOUS.test(text)) return undefined;
  const url = URL.parse(text);
  if (!url || (url.protocol !== 'https:' && url.protocol !== 'http:')) return undefined;
  return url.username === '' && url.password === '' ? url.origin : undefined;
}
