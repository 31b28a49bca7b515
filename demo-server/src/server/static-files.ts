import { readdirSync } from 'node:fs';
import { extname, join } from 'node:path';
import express, { type Request, type RequestHandler, type Response, Router } from 'express';

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
function compressed(folder: string, settings: Parameters<typeof express.static>[1]): RequestHandler {
  const names = new Set(readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((name) => `/${name}`));
  const isCopy = (path: string): boolean => Object.values(endings).some((ending) => path.endsWith(ending));
  const copiesOf = (path: string): Encoding[] =>
    encodings.filter((encoding) => names.has(`${path}${endings[encoding]}`));
  const send = express.static(folder, settings);
  return (req, res, next) => {
    if (isCopy(req.path)) return next();
    const copies = copiesOf(req.path);
    if (copies.length > 0) res.vary('accept-encoding');
    const encoding = copies.find((copy) => req.acceptsEncodings(copy) === copy);
    if (encoding) use(encoding, req, res);
    send(req, res, next);
  };
}

const encodings = Object.keys(endings) as Encoding[];

/** Sends the compressed copy, with the type of the file itself. */
function use(encoding: Encoding, req: Request, res: Response): void {
  res.set('content-encoding', encoding).type(extname(req.path));
  req.url = req.url.replace(/^[^?]*/, `${req.path}${endings[encoding]}`);
}
