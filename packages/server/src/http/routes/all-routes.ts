import { openApiDocument } from '@tweestap/protocol/openapi';
import { publishedKeys } from '../../assertion/sign-assertion.ts';
import type { Database } from '../../store/database.ts';
import { searchOrganisations } from '../../store/organisations.ts';
import { type Answer, HttpProblem, json, malformed } from '../answer.ts';
import type { Exchange, HttpDeps, Route } from '../route-table.ts';
import { accountRoutes, eventRoutes, installationRoutes } from './account-routes.ts';
import { eventStreamRoutes } from './event-stream-routes.ts';
import { flowRoutes } from './flow-routes.ts';
import { handOverRoutes } from './hand-over-routes.ts';
import { pushRoutes } from './push-routes.ts';
import { relatedOriginsRoute } from './related-origins.ts';
import { sessionRoutes } from './session-routes.ts';
import { smsRoutes } from './sms-routes.ts';

/** Organisations that a search returns, at most. */
const MAX_RESULTS = 20;
const MAX_QUERY_LENGTH = 200;
/** How long caches may keep the keys that verify assertions, in seconds: far less than a key is published before it signs. */
const KEYS_CACHED_S = 3600;

/** The dependencies of the routes that need neither a flow nor a session. */
export interface PublicDeps {
  /** The database, for searches and readiness. */
  database: Database;
  /** The path below which the routes are served. */
  mountPath: string;
  /** The URL of the portal, for the OpenAPI document. */
  baseUrl: string;
  /** The origins at which this server is reached. */
  origins: readonly string[];
  /** The present time in ms since the epoch. */
  clock(): number;
  /** Whether the server is shutting down, so that a load balancer must not send it new requests. */
  isDraining(): boolean;
  /** Whether the encryption keys can open the secrets in the database. */
  hasKeys(): Promise<boolean>;
}

/** The routes that need neither a flow nor a session. */
function publicRoutes(deps: PublicDeps): Route[] {
  let document: Answer | undefined;
  return [
    { method: 'GET', path: '/organisations', query: ['q'], handle: (exchange) => organisations(deps, exchange) },
    {
      method: 'GET',
      path: '/openapi.json',
      handle: async () => {
        // The version of the wire format, as in the mount path. The version of the release is not revealed (R84).
        document ??= json(200, openApiDocument({ mountPath: deps.mountPath, serverUrl: deps.baseUrl, version: '1' }));
        return document;
      },
    },
    relatedOriginsRoute(deps),
    {
      method: 'GET',
      path: '/.well-known/jwks.json',
      handle: async () => ({ ...json(200, await publishedKeys(deps)), cacheFor: KEYS_CACHED_S }),
    },
    { method: 'GET', path: '/health/live', handle: async () => json(200, { status: 'ok' }) },
    { method: 'GET', path: '/health/ready', handle: () => ready(deps) },
  ];
}

async function organisations({ database }: PublicDeps, { query, otherOrigin }: Exchange): Promise<Answer> {
  const text = query.get('q') ?? '';
  if (text.length > MAX_QUERY_LENGTH) throw malformed('?q', `at most ${MAX_QUERY_LENGTH} characters`);
  return json(200, {
    organisations: await searchOrganisations(database.read, text, {
      limit: MAX_RESULTS,
      among: otherOrigin?.organisations,
    }),
  });
}

async function ready({ isDraining, hasKeys }: PublicDeps): Promise<Answer> {
  if (isDraining()) throw new HttpProblem('busy', { detail: 'The server is shutting down.' });
  // One query checks both the database and the keys, because under load every query has to wait (R87).
  if (!(await hasKeys()))
    throw new HttpProblem('busy', { detail: 'The encryption keys cannot open the secrets in the database.' });
  return json(200, { status: 'ok' });
}

/**
 * All routes of the API. The security matrices of the tests are generated from this list, so they include every new
 * route.
 */
export const allRoutes = (deps: HttpDeps, publicDeps: PublicDeps): Route[] => [
  ...flowRoutes(deps),
  ...handOverRoutes(deps),
  ...eventStreamRoutes(deps),
  ...sessionRoutes(deps),
  ...accountRoutes(deps),
  ...installationRoutes(deps),
  ...eventRoutes(deps),
  ...smsRoutes(deps),
  ...pushRoutes(deps),
  ...publicRoutes(publicDeps),
];
