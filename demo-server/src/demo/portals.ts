import { sessionOf, type Tweestap } from '@tweestap/server';
import { type Request, type RequestHandler, type Response, Router } from 'express';
import { listedAccounts } from '../data/accounts.ts';
import type { Portal } from '../portals/portal.ts';
import { portalOf, portals } from '../portals/portals.ts';
import type { BuiltPages } from '../server/built-pages.ts';
import { readPreferences, sendPage } from '../server/page.ts';
import { evaluator } from '../views/evaluator.ts';
import { filePage, homePage, type PageContext, portalSettingsPage, stepUpPage } from '../views/home.ts';
import type { Assets } from '../views/layout.ts';
import { logInPage } from '../views/log-in.ts';
import { phonePage } from '../views/phone.ts';

export interface PortalParts {
  tweestap: Pick<Tweestap, 'requireSession' | 'requireStepUp'>;
  pages: BuiltPages;
}

/** The portals, the login page that they share, and the demo phone. */
export function portalRoutes({ tweestap, pages }: PortalParts): Router {
  const router = Router();
  const assets = pages.assets('portal');
  const needsSession = (loginPath: string): RequestHandler => {
    const onMissing: RequestHandler = (_req, res) => redirect(res, loginPath);
    return tweestap.requireSession({ onMissing });
  };
  router.get('/', logIn(pages));
  router.get('/phone', (req, res) => sendPage(res, phonePage(readPreferences(req, res), pages.assets('phone'))));
  router.get(
    '/settings',
    tweestap.requireSession({ onMissing: (_req, _res, next) => next('route') }),
    (req, res, next) => {
      const portal = portalOf(sessionOf(req).user.organisation);
      if (portal) sendPage(res, portalSettingsPage(contextOf(req, res, portal, pages.assets('portal-settings'))));
      else next();
    },
  );
  router.get('/home', needsSession('/'), (req, res) => redirect(res, homeOf(req)));
  for (const portal of portals) {
    const start = `/${portal.path}`;
    router.get(start, logIn(pages, portal));
    router.use([`${start}/home`, `${start}/file`], needsSession(start), sameOrganisation(portal));
    router.get(`${start}/home`, (req, res) => sendPage(res, homePage(contextOf(req, res, portal, assets))));
    for (const file of portal.files.entries) {
      const path = `${start}/file/${file.id}`;
      const stepUp = (req: Request, res: Response) =>
        sendPage(res, stepUpPage(contextOf(req, res, portal, assets), file, path));
      router.get(path, tweestap.requireStepUp({ onMissing: stepUp }), (req, res) =>
        sendPage(res, filePage(contextOf(req, res, portal, assets), file)),
      );
    }
  }
  return router;
}

const redirect = (res: Response, to: string): void => res.set('cache-control', 'no-store').redirect(303, to);

/** The home page of the user's organisation, or `/account` for an organisation that has no portal. */
const homeOf = (req: Request): string => {
  const portal = portalOf(sessionOf(req).user.organisation);
  return portal ? `/${portal.path}/home` : '/account';
};

/** Redirects a user of another organisation to the home page of that organisation. */
const sameOrganisation =
  (portal: Portal): RequestHandler =>
  (req, res, next) =>
    sessionOf(req).user.organisation === portal.organisation ? next() : redirect(res, homeOf(req));

const logIn =
  (pages: BuiltPages, portal?: Portal): RequestHandler =>
  (req, res) => {
    const { loginStyles } = pages;
    const assets = pages.assets('portal');
    const preferences = readPreferences(req, res);
    const accounts = listedAccounts.filter(({ organisation }) => !portal || organisation === portal.organisation);
    const returnTo = portal ? `/${portal.path}/home` : '/home';
    const aside = evaluator(preferences, req.path, accounts);
    sendPage(res, logInPage({ preferences, returnTo, assets, loginStyles, aside, ...(portal && { portal }) }));
  };

/** The data that every page after the login shows. */
function contextOf(req: Request, res: Response, portal: Portal, assets: Assets): PageContext {
  const preferences = readPreferences(req, res);
  const { user, acr } = sessionOf(req);
  const shown = { name: user.name ?? user.username, username: user.username, withFactor: acr === 'aal2' };
  return { preferences, portal, user: shown, assets, aside: evaluator(preferences, req.path, []) };
}
