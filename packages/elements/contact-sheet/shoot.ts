import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { chromium } from '@playwright/test';
import { createServer } from 'vite';
import { findBrowser } from '../../../scripts/browser.ts';
import { phoneScenarios } from '../src/testing/approve-states.ts';
import { settingsScenarios } from '../src/testing/settings-states.ts';
import { scenarios } from '../src/testing/states/scenarios.ts';

/**
 * Takes a screenshot of every state, or of the named states, and writes them to a folder. Environment variables set the
 * widths, colour schemes and languages, for example `WIDTHS=320,768 SCHEMES=light,dark LANGS=en,nl`.
 */
const [folder = '.build/contact-sheet', ...names] = process.argv.slice(2);
const list = (name: string, standard: string) => (process.env[name] ?? standard).split(',');
mkdirSync(folder, { recursive: true });

const server = await createServer({
  root: join(import.meta.dirname, '../../..'),
  configFile: false,
  resolve: { conditions: ['tweestap-source', 'browser', 'import', 'default'] },
  optimizeDeps: { include: ['@tweestap/elements > lit', '@tweestap/elements > qrcode/lib/core/qrcode.js'] },
  server: { port: 0, hmr: false },
  logLevel: 'error',
});
await server.listen();
const base = `${server.resolvedUrls?.local[0]}packages/elements/contact-sheet/index.html`;
const { executablePath, args } = await findBrowser();
const browser = await chromium.launch({ executablePath, args: [...args] });
try {
  for (const width of list('WIDTHS', '320')) {
    for (const scheme of list('SCHEMES', 'light')) {
      for (const lang of list('LANGS', 'en')) {
        const page = await browser.newPage({
          viewport: { width: Number(width), height: 640 },
          colorScheme: scheme === 'dark' ? 'dark' : 'light',
          deviceScaleFactor: 1,
          ...(process.env.FORCED ? { forcedColors: 'active' as const } : {}),
        });
        page.on('pageerror', (error) => console.error(error));
        for (const name of names.length > 0
          ? names
          : Object.keys({ ...scenarios, ...settingsScenarios, ...phoneScenarios })) {
          await page.goto(
            `${base}?scenario=${name}&lang=${lang}${process.env.DIRECTION ? '&dir=rtl' : ''}${process.env.TEXT ? `&text=${process.env.TEXT}` : ''}`,
          );
          await page.waitForSelector('html[data-ready]', { state: 'attached', timeout: 20_000 });
          await page.waitForTimeout(450);
          await page.screenshot({ path: join(folder, `${name}-${width}-${scheme}-${lang}.png`), fullPage: true });
        }
        await page.close();
      }
    }
  }
} finally {
  await browser.close();
  await server.close();
}
