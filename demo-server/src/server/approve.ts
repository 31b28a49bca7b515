import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Router } from 'express';
import { approvePage } from '../views/approve.ts';
import type { BuiltPages } from './built-pages.ts';
import { readPreferences, sendPage } from './page.ts';

const DAY_MS = 86_400_000;

/** The files that a browser needs to install the app, besides those of the page. */
const installed = ['manifest.webmanifest', 'icon-192.png', 'icon-512.png', 'icon-maskable-512.png'] as const;

/** `/approve` with its service worker, its manifest and its icons. */
export function approveRoutes(pages: BuiltPages): Router {
  const assets = pages.assets('approve');
  const worker = workerOf(pages);
  const router = Router();
  router.get('/approve', (req, res) => sendPage(res, approvePage(readPreferences(req, res), assets)));
  // The browser compares this script with the installed one byte by byte, so it must not come from a cache.
  router.get('/approve-worker.js', (_req, res) => {
    res.set('cache-control', 'no-cache').type('text/javascript').send(worker);
  });
  for (const name of installed)
    router.get(`/${name}`, (_req, res) => res.sendFile(join(pages.folder, name), { maxAge: DAY_MS }));
  return router;
}

/** The script of the service worker, with the list of the files that the page needs without a network. */
function workerOf(pages: BuiltPages): string {
  const [script = ''] = pages.assets('approve-worker').scripts;
  const files = ['/icon.svg', '/icon-192.png', ...pages.files('approve')];
  return `const files = ${JSON.stringify(files)};\n${readFileSync(join(pages.folder, script), 'utf8')}`;
}
