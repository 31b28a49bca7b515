import { readdirSync } from 'node:fs';
import { extname, join } from 'node:path';
import express, { type RequestHandler, type Response, Router } from 'express';

/** The encodings in which the build stores each file, the smallest first, with the endings of their names. */
const endings = { br: '.br', gzip: '.gz' } as const;
type Encoding = keyof typeof endings;

const YEAR_MS = 31_536_000_000;
const options = { index: false, redirect: false } as const;

/**
 * Serves the built pages: `/assets`, whose names contain a hash of their content, so that browsers never ask for them again,
 * and `/elements`, the published files of the elements.
 */
export function staticFiles(folder: string): Router {
  const router = Router();
  const hashed = { ...options, immutable: true, maxAge: YEAR_MS };
  router.use('/assets', compressed(join(folder, 'assets'), hashed));
  router.use('/elements', compressed(join(folder, 'elements'), options));
  return router;
}

/** Serves a folder whose files the build has compressed. A file without a compressed copy is sent as it is. */
function compressed(folder: string, settings: object): RequestHandler {
  const names = new Set(readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((name) => `/${name}`));
  const copiesOf = (path: string): Encoding[] =>
    encodings.filter((encoding) => names.has(`${path}${endings[encoding]}`));
  const send = express.static(folder, { ...settings, setHeaders });
  return (req, res, next) => {
    if (!['GET', 'HEAD'].includes(req.method) || encodingOf(req.path)) return next();
    const copies = copiesOf(req.path);
    if (copies.length > 0) res.vary('accept-encoding');
    const encoding = copies.find((copy) => req.acceptsEncodings(copy) === copy);
    if (encoding) req.url = req.url.replace(/^[^?]*/, `${req.path}${endings[encoding]}`);
    send(req, res, (error?: unknown) => {
      // A refused range or condition has a response of its own.
      res.removeHeader('content-encoding');
      next(error);
    });
  };
}

const encodings = Object.keys(endings) as Encoding[];

/** The encoding of a compressed copy, by its name. Undefined for any other file. */
const encodingOf = (path: string): Encoding | undefined =>
  encodings.find((encoding) => path.endsWith(endings[encoding]));

/** Gives a compressed copy the type of the file itself. Called only when a file is sent. */
function setHeaders(res: Response, path: string): void {
  const encoding = encodingOf(path);
  if (encoding) res.set('content-encoding', encoding).type(extname(path.slice(0, -endings[encoding].length)));
}
