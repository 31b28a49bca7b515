import { eventRoutes } from './account-events.ts';
import { accountRoutes } from './account-routes.ts';
import type { HttpDeps } from './deps.ts';
import { flowRoutes } from './flow-routes.ts';
import { type PublicDeps, publicRoutes } from './public-routes.ts';
import type { Route } from './route-table.ts';
import { sessionRoutes } from './session-routes.ts';

/** Every route that is served. The security matrices are generated from this list, so a new route can't miss them. */
export const allRoutes = (deps: HttpDeps, publicDeps: PublicDeps): Route[] => [
  ...flowRoutes(deps),
  ...sessionRoutes(deps),
  ...accountRoutes(deps),
  ...eventRoutes(deps),
  ...publicRoutes(publicDeps),
];
