import { join } from 'node:path';
import { sessionOf, type Tweestap } from '@tweestap/server';
import express, { type ErrorRequestHandler, type Express, type RequestHandler, Router } from 'express';
import helmet from 'helmet';
import { accountPage, notFoundPage, registerPage, settingsPage } from '../views/account.ts';
import { approveRoutes } from './approve.ts';
import type { BuiltPages } from './built-pages.ts';
import { readPreferences, sendPage } from './page.ts';
import { staticFiles } from './static-files.ts';

export interface AppParts {
  tweestap: Tweestap;
  pages: BuiltPages;
  /** Additional routes of the demo. The reference server has none. */
  routes?: readonly RequestHandler[];
}

const YEAR_SECONDS = 31_536_000;
const DAY_MS = 86_400_000;

/** The reference server: the API, the files of the elements, `/account`, `/settings` and `/approve`, with the strict policy of R77. */
export function createApp({ tweestap, pages, routes = [] }: AppParts): Express {
  const assets = pages.assets('plain');
  const app = express();
  app.disable('x-powered-by').disable('etag').set('query parser', false);
  app.use(securityHeaders());
  app.use(tweestap.router);
  app.use(files(pages.folder));
  app.use(accountRoutes(tweestap, pages));
  app.use(approveRoutes(pages));
  for (const route of routes) app.use(route);
  app.use(settingsRoutes(tweestap, pages));
  app.use((req, res) => sendPage(res.status(404), notFoundPage(readPreferences(req, res), assets)));
  app.use(reportError);
  return app;
}

/** The headers of R77 and R79. The API itself sets `no-store` on its responses. */
const securityHeaders = (): RequestHandler =>
  helmet({
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'self'"],
        objectSrc: ["'none'"],
        baseUri: ["'none'"],
        requireTrustedTypesFor: ["'script'"],
        // The second policy is that of `/approve`, for the address of its service worker.
        trustedTypes: ['lit-html', 'approve-worker'],
        frameAncestors: ["'none'"],
        formAction: ["'self'"],
      },
    },
    strictTransportSecurity: { maxAge: YEAR_SECONDS, includeSubDomains: false },
    xFrameOptions: { action: 'deny' },
    xXssProtection: false,
  });

/** The files of the pages and of the elements. */
function files(folder: string): Router {
  const router = staticFiles(folder);
  router.get('/icon.svg', (_req, res) => res.sendFile(join(folder, 'icon.svg'), { maxAge: DAY_MS }));
  return router;
}

function accountRoutes(tweestap: Tweestap, pages: BuiltPages): Router {
  const assets = pages.assets('account');
  const router = Router();
  const logIn: RequestHandler = (req, res) => sendPage(res, accountPage(readPreferences(req, res), assets, '/account'));
  router.get('/account', tweestap.requireSession({ onMissing: logIn }), (req, res) =>
    sendPage(res, accountPage(readPreferences(req, res), assets, '/account', sessionOf(req).user)),
  );
  router.get('/account/new', (req, res) => sendPage(res, registerPage(readPreferences(req, res), assets)));
  return router;
}

/** `/settings`, and the address where password managers look for it (W3C: A Well-Known URL for Changing Passwords). */
function settingsRoutes(tweestap: Tweestap, pages: BuiltPages): Router {
  const assets = pages.assets('account');
  const router = Router();
  const logIn: RequestHandler = (req, res) =>
    sendPage(res, accountPage(readPreferences(req, res), assets, '/settings'));
  router.get('/settings', tweestap.requireSession({ onMissing: logIn }), (req, res) =>
    sendPage(res, settingsPage(readPreferences(req, res), assets, sessionOf(req).user)),
  );
  router.get('/.well-known/change-password', (_req, res) => res.redirect(303, '/settings'));
  return router;
}

/** Writes an unexpected error to the log. The response contains the status only. */
const reportError: ErrorRequestHandler = (error, _req, res, next) => {
  if (res.headersSent) return next(error);
  const status = Number.isInteger(error?.status) ? error.status : 500;
  if (status >= 500) console.error(error);
  res.status(status).set('cache-control', 'no-store').type('text').send(`${status}\n`);
};
