import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Browser } from '@playwright/test';
import { fileOf, languages, themes, type Variant, variants, widths } from './camera.ts';

/** The width of a contact sheet, in px. */
const WIDTH = 2000;
const GAP = 12;

/** Writes one contact sheet for each screen: a row for each language and theme, a column for each width. */
export async function writeSheets(browser: Browser, folder: string, names: readonly string[]): Promise<void> {
  const sheets = join(folder, 'sheets');
  mkdirSync(sheets, { recursive: true });
  const page = await browser.newPage({ viewport: { width: WIDTH, height: 900 } });
  const source = join(folder, 'sheet.html');
  for (const name of names) {
    writeFileSync(source, sheetOf(name));
    await page.goto(pathToFileURL(source).href);
    await page.screenshot({ path: join(sheets, `${name}.png`), fullPage: true });
  }
  rmSync(source);
  await page.close();
}

/** Writes a page with all contact sheets. */
export function writeIndex(folder: string, names: readonly string[]): void {
  const images = names.map((name) => `<h2>${name}</h2><p><img src="sheets/${name}.png" width="1000" alt=""></p>`);
  writeFileSync(
    join(folder, 'index.html'),
    `<!doctype html><meta charset="utf-8"><title>Screenshots of the demo</title>${images.join('')}`,
  );
}

function sheetOf(name: string): string {
  const columns = widths.map((width) => `${width}fr`).join(' ');
  const image = (variant: Variant): string => `<img src="${fileOf(name, variant)}" alt="">`;
  return `<!doctype html><meta charset="utf-8"><title>${name}</title><style>
    body { margin: ${GAP}px; background: #888; font: 16px sans-serif; }
    main { display: grid; grid-template-columns: ${columns}; gap: ${GAP}px; align-items: start; }
    h1 { margin: 0 0 ${GAP}px; font-size: 20px; }
    img { width: 100%; display: block; }
  </style><h1>${name}: ${languages.join(', ')}; ${themes.join(', ')}</h1><main>${variants.map(image).join('')}</main>`;
}
