import { accountRoutes } from './account-routes.ts';
import { flowRoutes } from './flow-routes.ts';
import { phoneRoutes } from './phone-routes.ts';
import type { Route } from './route.ts';
import { serviceRoutes } from './service-routes.ts';

/** All routes of the API, in the order of the document. */
export const routes: readonly Route[] = [...flowRoutes, ...phoneRoutes, ...accountRoutes, ...serviceRoutes];
