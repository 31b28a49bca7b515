import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { type Browser, chromium } from '@playwright/test';
import { findBrowser } from './browser.ts';
import { build } from './build.ts';
import { root } from './lib/files.ts';
import { Camera, type Language, languages, variants } from './lib/pictures/camera.ts';
import { Demo } from './lib/pictures/demo.ts';
import { writeIndex, writeSheets } from './lib/pictures/sheets.ts';
import { type Studio, Visit } from './lib/pictures/studio.ts';
import { addUsers, type Users } from './lib/pictures/users.ts';
import { walkHelpDesk } from './lib/pictures/walk-help-desk.ts';
import { walkEverything, walkPasskeys, walkTexts } from './lib/pictures/walk-methods.ts';
import { walkPhone } from './lib/pictures/walk-phone.ts';
import { walkMessages, walkPortals, walkSchools } from './lib/pictures/walk-portals.ts';

/*
 * Takes screenshots of every screen of the demo, at three widths, in light and dark mode and in both languages, and puts
 * those of a screen on one contact sheet. They are for manual review in .build/contact-sheets/index.html. The script also
 * updates the README's image. `pnpm pictures phone` takes only one walk.
 */

const folder = join(root, '.build/contact-sheets');

/** The walks by name. Each creates what it needs, except that the messages are those of the walks before. */
const walks: Readonly<Record<string, (studio: Studio, users: Users) => Promise<void>>> = {
  portals: walkPortals,
  schools: walkSchools,
  passkeys: walkPasskeys,
  texts: walkTexts,
  everything: walkEverything,
  phone: walkPhone,
  'help-desk': walkHelpDesk,
  messages: walkMessages,
};

/** Takes the screens of one language, on a demo of its own. @returns their names */
async function take(browser: Browser, lang: Language, chosen: readonly string[]): Promise<readonly string[]> {
  const demo = await Demo.start();
  const camera = new Camera(folder, lang);
  try {
    const users = await addUsers(demo);
    for (const name of chosen) await walks[name]?.({ browser, camera, demo, lang }, users);
    return camera.names;
  } finally {
    await demo.stop();
  }
}

/** Takes the README's screenshot of the widget at the code step. */
async function takeWidget(browser: Browser): Promise<void> {
  const demo = await Demo.start();
  try {
    const bram = await demo.account('bram');
    const visit = await Visit.start({ browser, camera: new Camera(folder, 'en'), demo, lang: 'en' });
    await visit.page.setViewportSize({ width: 960, height: 900 });
    await visit.logIn('/clinic', bram, 'totp');
    await visit.page.locator('mfa-login').screenshot({ path: join(root, 'docs/images/widget.png') });
    await visit.end();
  } finally {
    await demo.stop();
  }
}

async function main(): Promise<void> {
  const chosen = process.argv.slice(2);
  const unknown = chosen.find((name) => !walks[name]);
  if (unknown) throw new Error(`Unknown walk "${unknown}", expected one of: ${Object.keys(walks).join(', ')}.`);
  await build();
  if (chosen.length === 0) rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const { executablePath, args } = await findBrowser();
  const browser = await chromium.launch({ executablePath, args: [...args] });
  try {
    const taken: (readonly string[])[] = [];
    for (const lang of languages)
      taken.push(await take(browser, lang, chosen.length > 0 ? chosen : Object.keys(walks)));
    const names = [...new Set(taken.flat())];
    await writeSheets(browser, folder, names);
    writeIndex(folder, names);
    if (chosen.length === 0) await takeWidget(browser);
    console.log(
      `${names.length} screens, ${names.length * variants.length} screenshots: ${join(folder, 'index.html')}`,
    );
  } finally {
    await browser.close();
  }
}

try {
  await main();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
