import type { Outbox } from '@tweestap/server';
import { type RequestHandler, Router } from 'express';
import type { BuiltPages } from '../server/built-pages.ts';
import { readPreferences, sendPage } from '../server/page.ts';
import { outboxPage } from '../views/outbox.ts';
import { loopbackOnly } from './loopback.ts';

/** The policy for the HTML of an email: the page can't run scripts or load files. */
const emailPolicy =
  "default-src 'none'; style-src 'unsafe-inline'; sandbox allow-popups allow-popups-to-escape-sandbox";

/** The emails and text messages that the demo would send: `/demo/outbox.json` for programs, `/outbox` as a page. For this machine only. */
export function outboxRoutes(outbox: Outbox, pages: BuiltPages): Router {
  const router = Router();
  const assets = pages.assets('outbox');
  const list: RequestHandler = async (_req, res) => {
    const messages = (await outbox.messages()).map((message) => {
      const { channel, to, text, links, at } = message;
      return message.channel === 'mail'
        ? { channel, to, subject: message.subject, text, links, at }
        : { channel, to, text, links, at };
    });
    res.set('cache-control', 'no-store').json({ messages });
  };
  const page: RequestHandler = async (req, res) =>
    sendPage(res, outboxPage(readPreferences(req, res), assets, await outbox.messages()));
  const email: RequestHandler = async (req, res, next) => {
    const message = (await outbox.messages()).find(({ id }) => id === req.params.id);
    if (message?.channel !== 'mail') return next();
    sendPage(res.set('content-security-policy', emailPolicy), message.html);
  };
  router.get('/demo/outbox.json', loopbackOnly, list);
  router.get('/outbox', loopbackOnly, page);
  router.get('/outbox/:id', loopbackOnly, email);
  return router;
}
