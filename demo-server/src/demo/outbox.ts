import type { Outbox } from '@tweestap/server';
import { type RequestHandler, Router } from 'express';
import type { BuiltPages } from '../assets.ts';
import { sendPage } from '../send-page.ts';
import { tasteFrom } from '../taste.ts';
import { outboxPage } from '../views/outbox.ts';
import { loopbackOnly } from './loopback.ts';

/** The mail as it would look, in a page that can run nothing and fetch nothing. */
const mailPolicy = "default-src 'none'; style-src 'unsafe-inline'; sandbox allow-popups allow-popups-to-escape-sandbox";

/** What the demo would mail: `/demo/outbox.json` for programs, `/outbox` for people. For this machine alone. */
export function outboxRoutes(outbox: Outbox, pages: BuiltPages): Router {
  const router = Router();
  const assets = pages.assets('outbox');
  const list: RequestHandler = async (_req, res) => {
    const messages = (await outbox.messages()).map(({ channel, to, subject, text, links, at }) => ({
      ...{ channel, to, subject, text, links, at },
    }));
    res.set('cache-control', 'no-store').json({ messages });
  };
  const page: RequestHandler = async (req, res) =>
    sendPage(res, outboxPage(tasteFrom(req, res), assets, await outbox.messages()));
  const mail: RequestHandler = async (req, res, next) => {
    const found = (await outbox.messages()).find(({ id }) => id === req.params.id);
    if (!found) return next();
    sendPage(res.set('content-security-policy', mailPolicy), found.html);
  };
  router.get('/demo/outbox.json', loopbackOnly, list);
  router.get('/outbox', loopbackOnly, page);
  router.get('/outbox/:id', loopbackOnly, mail);
  return router;
}
