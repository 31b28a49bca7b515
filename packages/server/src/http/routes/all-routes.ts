import { openApiDocument } from '@tweestap/protocol/openapi';
import type { Database } from '../../store/database.ts';
import { searchOrganisations } from '../../store/organisations.ts';
import { type Answer, HttpProblem, json, malformed } from '../answer.ts';
import type { Exchange, HttpDeps, Route } from '../route-table.ts';
import { accountRoutes, eventRoutes } from './account-routes.ts';
import { flowRoutes } from './flow-routes.ts';
import { sessionRoutes } from './session-routes.ts';

/** Organisations that one search answers at most. */
const MOST = 20;
const LONGEST_QUERY = 200;

export interface PublicDeps {
  database: Database;
  mountPath: string;
  baseUrl: string;
  /** Whether the server is being stopped: then no new work is to be sent here. */
  isDraining(): boolean;
  /** Whether the encryption keys open the secrets of the database. */
  hasKeys(): Promise<boolean>;
}

/** Routes that need neither a flow nor a session. */
function publicRoutes(deps: PublicDeps): Route[] {
  let document: Answer | undefined;
  return [
    { method: 'GET', path: '/organisations', query: ['q'], handle: (exchange) => organisations(deps, exchange) },
    {
      method: 'GET',
      path: '/openapi.json',
      handle: async () => {
        // The version is the wire's own, the one in the mount path: which release runs here is nobody's business (R84).
        document ??= json(200, openApiDocument({ mountPath: deps.mountPath, serverUrl: deps.baseUrl, version: '1' }));
        return document;
      },
    },
    { method: 'GET', path: '/health/live', handle: async () => json(200, { status: 'ok' }) },
    { method: 'GET', path: '/health/ready', handle: () => ready(deps) },
  ];
}

async function organisations({ database }: PublicDeps, { query }: Exchange): Promise<Answer> {
  const text = query.get('q') ?? '';
  if (text.length > LONGEST_QUERY) throw malformed('?q', `at most ${LONGEST_QUERY} characters`);
  return json(200, { organisations: await searchOrganisations(database.read, text, MOST) });
}

async function ready({ isDraining, hasKeys }: PublicDeps): Promise<Answer> {
  if (isDraining()) throw new HttpProblem('busy', { detail: 'The server is being stopped.' });
  // One query says both that the database answers and that the keys are its own: under load each costs a wait (R87).
  if (!(await hasKeys()))
    throw new HttpProblem('busy', { detail: 'The encryption keys are not those of the database.' });
  return json(200, { status: 'ok' });
}

/** Every route that is served. The security matrices are generated from this list, so a new route can't miss them. */
export const allRoutes = (deps: HttpDeps, publicDeps: PublicDeps): Route[] => [
  ...flowRoutes(deps),
  ...sessionRoutes(deps),
  ...accountRoutes(deps),
  ...eventRoutes(deps),
  ...publicRoutes(publicDeps),
];
