import { sessionOf, type Tweestap } from '@tweestap/server';
import { type Request, type RequestHandler, type Response, Router } from 'express';
import type { BuiltPages } from '../assets.ts';
import type { Portal } from '../portals/portal.ts';
import { portalOf, portals } from '../portals/portals.ts';
import { sendPage } from '../send-page.ts';
import { tasteFrom } from '../taste.ts';
import { evaluator } from '../views/evaluator.ts';
import { filePage, homePage, type Inside, portalSettingsPage, stepUpPage } from '../views/home.ts';
import type { Assets } from '../views/layout.ts';
import { phonePage } from '../views/phone.ts';
import { signInPage } from '../views/sign-in.ts';
import { listedAccounts } from './listed.ts';

export interface PageParts {
  tweestap: Pick<Tweestap, 'requireSession' | 'requireStepUp'>;
  pages: BuiltPages;
}

/** The portals, their common front door and the phone. */
export function demoPages({ tweestap, pages }: PageParts): Router {
  const router = Router();
  const page = pages.assets('portal');
  const session = (elsewhere: string): RequestHandler => {
    const otherwise: RequestHandler = (_req, res) => redirect(res, elsewhere);
    return tweestap.requireSession({ otherwise });
  };
  router.get('/', signIn(page));
  router.get('/phone', (req, res) => sendPage(res, phonePage(tasteFrom(req, res), pages.assets('phone'))));
  router.get(
    '/settings',
    tweestap.requireSession({ otherwise: (_req, _res, next) => next('route') }),
    (req, res, next) => {
      const portal = portalOf(sessionOf(req).user.organisation);
      if (portal) sendPage(res, portalSettingsPage(inside(req, res, portal, pages.assets('portal-settings'))));
      else next();
    },
  );
  router.get('/home', session('/'), (req, res) => redirect(res, homeOf(req)));
  for (const portal of portals) {
    const start = `/${portal.path}`;
    router.get(start, signIn(page, portal));
    router.use([`${start}/home`, `${start}/file`], session(start), ownOnly(portal));
    router.get(`${start}/home`, (req, res) => sendPage(res, homePage(inside(req, res, portal, page))));
    for (const file of portal.files.entries) {
      const path = `${start}/file/${file.id}`;
      const stepUp = (req: Request, res: Response) =>
        sendPage(res, stepUpPage(inside(req, res, portal, page), file, path));
      router.get(path, tweestap.requireStepUp({ otherwise: stepUp }), (req, res) =>
        sendPage(res, filePage(inside(req, res, portal, page), file)),
      );
    }
  }
  return router;
}

const redirect = (res: Response, to: string): void => res.set('cache-control', 'no-store').redirect(303, to);

/** The first page behind the login of the person's own organisation; one without a portal has its account. */
const homeOf = (req: Request): string => {
  const portal = portalOf(sessionOf(req).user.organisation);
  return portal ? `/${portal.path}/home` : '/account';
};

/** A session of one organisation opens nothing of another. */
const ownOnly =
  (portal: Portal): RequestHandler =>
  (req, res, next) =>
    sessionOf(req).user.organisation === portal.organisation ? next() : redirect(res, homeOf(req));

const signIn =
  (assets: Assets, portal?: Portal): RequestHandler =>
  (req, res) => {
    const taste = tasteFrom(req, res);
    const accounts = listedAccounts.filter(({ organisation }) => !portal || organisation === portal.organisation);
    const returnTo = portal ? `/${portal.path}/home` : '/home';
    const aside = evaluator(taste, req.path, accounts);
    sendPage(res, signInPage({ taste, returnTo, assets, aside, ...(portal && { portal }) }));
  };

/** What all pages behind the login show. */
function inside(req: Request, res: Response, portal: Portal, assets: Assets): Inside {
  const taste = tasteFrom(req, res);
  const { user, acr } = sessionOf(req);
  const person = { name: user.name ?? user.username, username: user.username, withFactor: acr === 'aal2' };
  return { taste, portal, person, assets, aside: evaluator(taste, req.path, []) };
}
