import { accountRoutes } from './account.ts';
import { clientRoutes } from './clients.ts';
import { flowRoutes, type RouteMoves } from './flows.ts';
import { phoneRoutes } from './phones.ts';

/** How a walk uses each route. A test fails if a route is missing here. */
export const routeMoves: RouteMoves = { ...flowRoutes, ...accountRoutes, ...phoneRoutes, ...clientRoutes };
