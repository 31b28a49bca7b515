import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { sessionOf, type Tweestap } from '@tweestap/server';
import express, { type ErrorRequestHandler, type Express, type RequestHandler, Router } from 'express';
import helmet from 'helmet';
import type { BuiltPages } from './assets.ts';
import { sendPage } from './send-page.ts';
import { tasteFrom } from './taste.ts';
import { accountPage, notFoundPage, registerPage, settingsPage } from './views/account.ts';

export interface AppParts {
  tweestap: Tweestap;
  pages: BuiltPages;
  /** What the demo has besides; absent in the reference server. */
  routes?: readonly RequestHandler[];
}

const year = 31_536_000;

/** The reference server: the API, the elements' files, `/account`; every answer under the strict policy of R77. */
export function createApp({ tweestap, pages, routes = [] }: AppParts): Express {
  const plain = pages.assets('plain');
  const app = express();
  app.disable('x-powered-by').disable('etag').set('query parser', false);
  app.use(securityHeaders());
  app.use(tweestap.router);
  app.use(files(pages.folder));
  app.use(accountRoute(tweestap, pages));
  for (const route of routes) app.use(route);
  app.use(settingsRoute(tweestap, pages));
  app.use((req, res) => sendPage(res.status(404), notFoundPage(tasteFrom(req, res), plain)));
  app.use(failed);
  return app;
}

/** R77 and R79. The API's answers say `no-store` themselves. */
const securityHeaders = (): RequestHandler =>
  helmet({
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'self'"],
        objectSrc: ["'none'"],
        baseUri: ["'none'"],
        requireTrustedTypesFor: ["'script'"],
        trustedTypes: ['lit-html'],
        frameAncestors: ["'none'"],
        formAction: ["'self'"],
      },
    },
    strictTransportSecurity: { maxAge: year, includeSubDomains: false },
    xFrameOptions: { action: 'deny' },
    xXssProtection: false,
  });

/** The pages' own files, whose names change with what is in them, and the elements as they are published. */
function files(folder: string): Router {
  const router = Router();
  const plain = { index: false, redirect: false } as const;
  router.use('/assets', express.static(join(folder, 'assets'), { ...plain, immutable: true, maxAge: year * 1000 }));
  router.use('/elements', express.static(elementsFolder(), plain));
  router.get('/icon.svg', (_req, res) => res.sendFile(join(folder, 'icon.svg'), { maxAge: 86_400_000 }));
  return router;
}

const elementsFolder = (): string => dirname(fileURLToPath(import.meta.resolve('@tweestap/elements/mfa-login.js')));

function accountRoute(tweestap: Tweestap, pages: BuiltPages): Router {
  const [outside, inside] = [pages.assets('account'), pages.assets('enroll')];
  const router = Router();
  const login: RequestHandler = (req, res) => sendPage(res, accountPage(tasteFrom(req, res), outside, '/account'));
  router.get('/account', tweestap.requireSession({ otherwise: login }), (req, res) =>
    sendPage(res, accountPage(tasteFrom(req, res), inside, '/account', sessionOf(req).user)),
  );
  router.get('/account/new', (req, res) => sendPage(res, registerPage(tasteFrom(req, res), inside)));
  return router;
}

/** `/settings`, and where password managers look for it (W3C, a well-known URL for changing passwords). */
function settingsRoute(tweestap: Tweestap, pages: BuiltPages): Router {
  const [outside, inside] = [pages.assets('account'), pages.assets('settings')];
  const router = Router();
  const login: RequestHandler = (req, res) => sendPage(res, accountPage(tasteFrom(req, res), outside, '/settings'));
  router.get('/settings', tweestap.requireSession({ otherwise: login }), (req, res) =>
    sendPage(res, settingsPage(tasteFrom(req, res), inside, sessionOf(req).user)),
  );
  router.get('/.well-known/change-password', (_req, res) => res.redirect(303, '/settings'));
  return router;
}

/** What broke is for the log alone. */
const failed: ErrorRequestHandler = (error, _req, res, next) => {
  if (res.headersSent) return next(error);
  const status = Number.isInteger(error?.status) ? error.status : 500;
  if (status >= 500) console.error(error);
  res.status(status).set('cache-control', 'no-store').type('text').send(`${status}\n`);
};
