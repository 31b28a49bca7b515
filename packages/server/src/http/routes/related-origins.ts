import { rpIdOf } from '../../factors/passkey/relying-party.ts';
import type { Database } from '../../store/database.ts';
import { organisationsWithPasskeys } from '../../store/organisations.ts';
import { type Answer, json } from '../answer.ts';
import { RELATED_ORIGINS, type Route } from '../route-table.ts';

/** How long browsers and this instance may keep the list, in seconds. */
const MAX_AGE_S = 60;

interface Deps {
  database: Database;
  baseUrl: string;
  origins: readonly string[];
  clock(): number;
}

/**
 * The route of `/.well-known/webauthn`: the origins that may use the passkeys of this host (WebAuthn L3 §5.11). Browsers
 * read it where the page's host is not within the relying party id. It is served at the root, too, if the router is.
 */
export function relatedOriginsRoute(deps: Deps): Route {
  const kept = new Map<string, { until: number; origins: string[] }>();
  return {
    method: 'GET',
    path: RELATED_ORIGINS,
    async handle({ req }): Promise<Answer> {
      const host = hostOf(req.headers.host, deps.baseUrl);
      const now = deps.clock();
      const found = kept.get(host);
      const fresh = found && now < found.until && found.until - now <= MAX_AGE_S * 1000 ? found : undefined;
      const { origins } = fresh ?? { origins: await relatedOrigins(deps, host) };
      // A stranger can send any host, so only those with origins are kept.
      if (!fresh && origins.length > 0) kept.set(host, { until: now + MAX_AGE_S * 1000, origins });
      return json(200, { origins });
    },
  };
}

/** The host of the request. It selects a public list only; nothing else depends on it (R33). */
function hostOf(header: string | undefined, baseUrl: string): string {
  return URL.parse(`https://${header ?? ''}`)?.hostname ?? new URL(baseUrl).hostname;
}

async function relatedOrigins({ database, baseUrl, origins }: Deps, host: string): Promise<string[]> {
  const own = host === new URL(baseUrl).hostname ? origins : [];
  const organisations = await organisationsWithPasskeys(database.read);
  const related = organisations
    .filter((organisation) => rpIdOf(organisation, baseUrl) === host)
    .flatMap(({ passkeys }) => passkeys?.origins ?? []);
  return [...new Set([...own, ...related])];
}
