import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Browser, chromium, type Page } from '@playwright/test';
import { findBrowser } from './browser.ts';
import { build } from './build.ts';
import { root } from './lib/files.ts';
import { freePort } from './lib/port.ts';
import { open, type Shoot, WalkedPhone, walkMethods } from './lib/walk-methods.ts';

/*
 * Takes a screenshot of every page of the demo, at three widths, in light and dark mode and in both languages. The
 * screenshots are for manual review in .build/contact-sheets/index.html. The script also updates the README's image.
 */

const folder = join(root, '.build/contact-sheets');
/** From this round on, two or fewer of the six recovery codes are left, and the widget waits until the user has read that. */
const FIRST_WARNED_ROUND = 3;
const widths = [320, 768, 1280] as const;
const variants = ['en', 'nl'].flatMap((lang) => (['light', 'dark'] as const).map((theme) => ({ lang, theme })));

interface Shots {
  page: Page;
  shoot: Shoot;
}

/** Visits the pages in the order in which a user sees them. `round` selects an unused recovery code. */
async function walk({ page, shoot }: Shots, round: number): Promise<void> {
  const press = (selector: string): Promise<void> => page.locator(selector).first().click();
  const primary = (): Promise<void> => press('[part~=primary]');
  const heading = async (step: string): Promise<void> => {
    await page.waitForFunction((step) => document.body.dataset.step === step, step);
  };
  const fill = (token: string, text: string): Promise<void> =>
    page.locator(`mfa-login input[autocomplete~="${token}"]:not([readonly])`).fill(text);
  const { accounts } = await (await page.request.get('/demo/accounts.json')).json();

  await open(page, '/');
  await shoot('front');
  await press('[part~=input]');
  await page.locator('[role=option]').first().waitFor();
  await shoot('front-organisations');
  for (const path of ['schools', 'municipality', 'phone', 'account']) {
    await open(page, `/${path}`);
    await shoot(path);
  }
  await open(page, '/clinic');
  await shoot('clinic');
  await press(`[data-account="de-linde/anna"]`);
  await primary();
  await heading('password');
  await fill('current-password', 'not the password');
  await primary();
  await page.locator('mfa-login [role=alert]', { hasText: /\S/ }).waitFor();
  await shoot('clinic-password-wrong');
  await fill('current-password', accounts[0].password);
  await primary();
  await heading('totp');
  await shoot('clinic-code');
  await fill('one-time-code', '000000');
  await page.locator('mfa-login [role=alert]', { hasText: /\S/ }).waitFor();
  await shoot('clinic-code-wrong');
  await press('[part~=links] button');
  await heading('recovery-code');
  await shoot('clinic-recovery-code');
  await page.locator('mfa-login input:not([readonly])').last().fill(accounts[0].recoveryCodes[round]);
  await primary();
  if (round >= FIRST_WARNED_ROUND) {
    await heading('done');
    await shoot('clinic-few-codes');
    await primary();
  }
  await page.waitForURL('**/clinic/home');
  await shoot('clinic-home');
  await page.goto('/clinic/file/2319-044');
  await shoot('clinic-file');
  await open(page, '/settings');
  await page.locator('mfa-settings [part~=section]').first().waitFor();
  await shoot('clinic-settings');
  await page.goto('/outbox');
  await shoot('outbox');
  await page.goto((await page.locator('.mail-more a').first().getAttribute('href')) ?? '');
  await shoot('outbox-mail');
}

/** Visits the steps of a set-up. It is not completed, so that the next round can repeat it. */
async function walkSetUp({ page, shoot }: Shots): Promise<void> {
  const primary = (): Promise<void> => page.locator('[part~=primary]').first().click();
  const heading = async (step: string): Promise<void> => {
    await page.waitForFunction((step) => document.body.dataset.step === step, step);
  };
  await page.context().clearCookies();
  await open(page, '/schools');
  const account = page.locator('[data-account="zilverdijk/tobias"]');
  await account.click();
  await primary();
  await heading('password');
  // At the password step, choosing the account again fills in the password.
  await account.click();
  await primary();
  await heading('enroll-offer');
  await shoot('schools-offer');
  await primary();
  await heading('enroll-method');
  await shoot('schools-method');
  await page.locator('mfa-login [part~=method]').click();
  await heading('enroll-totp');
  await page.locator('mfa-login [part=apps] summary').click();
  await shoot('schools-set-up');
}

async function takeAll(browser: Browser, origin: string): Promise<string[]> {
  const names = new Set<string>();
  const phoneContext = await browser.newContext({ baseURL: origin, locale: 'en-GB', reducedMotion: 'reduce' });
  const phone = new WalkedPhone(await phoneContext.newPage());
  await phone.link(await browser.newContext({ baseURL: origin, locale: 'en-GB' }));
  for (const [round, { lang, theme }] of variants.entries()) {
    const locale = lang === 'nl' ? 'nl-NL' : 'en-GB';
    const context = await browser.newContext({ baseURL: origin, locale, colorScheme: theme, reducedMotion: 'reduce' });
    const page = await context.newPage();
    const shoot: Shoot = async (name, shown = page) => {
      names.add(name);
      for (const width of widths) {
        await shown.setViewportSize({ width, height: 900 });
        await shown.screenshot({ path: join(folder, `${name}-${lang}-${theme}-${width}.png`), fullPage: true });
      }
    };
    await walk({ page, shoot }, round);
    await walkSetUp({ page, shoot });
    await walkMethods(page, shoot);
    await phone.walk(page, shoot, `lang=${lang}&theme=${theme}`);
    await context.close();
  }
  await phoneContext.close();
  return [...names];
}

function writeIndex(names: readonly string[]): void {
  const rows = names.flatMap((name) =>
    variants.map(({ lang, theme }) => {
      const images = widths.map((width) => `<img src="${name}-${lang}-${theme}-${width}.png" height="500" alt="">`);
      return `<h2>${name}, ${lang}, ${theme}</h2><p>${images.join(' ')}</p>`;
    }),
  );
  writeFileSync(
    join(folder, 'index.html'),
    `<!doctype html><meta charset="utf-8"><title>Screenshots of the demo</title>${rows.join('')}`,
  );
}

/** Takes the README's screenshot of the widget at the code step. */
async function takeWidget(browser: Browser, origin: string): Promise<void> {
  const context = await browser.newContext({ baseURL: origin, locale: 'en-GB', viewport: { width: 960, height: 900 } });
  const page = await context.newPage();
  await open(page, '/clinic?theme=light');
  await page.locator('[data-account="de-linde/bram"]').click();
  await page.locator('[part~=primary]').click();
  await page.waitForFunction(() => document.body.dataset.step === 'password');
  await page.locator('[part~=primary]').click();
  await page.waitForFunction(() => document.body.dataset.step === 'totp');
  await page.locator('mfa-login').screenshot({ path: join(root, 'docs/images/widget.png') });
  await context.close();
}

async function startDemo(data: string): Promise<{ server: ChildProcess; origin: string }> {
  const port = String(await freePort());
  const env = { ...process.env, NODE_ENV: 'production', PORT: port, TWEESTAP_DATABASE: join(data, 'demo.sqlite') };
  const main = join(root, 'demo-server/dist/server/demo.js');
  const server = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', main], {
    env,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await Promise.race([once(server.stdout, 'data'), once(server, 'exit')]);
  if (server.exitCode !== null) throw new Error('The demo server ended before it was ready.');
  return { server, origin: `http://localhost:${port}` };
}

async function main(): Promise<void> {
  await build();
  mkdirSync(folder, { recursive: true });
  mkdirSync(join(root, 'docs/images'), { recursive: true });
  const data = mkdtempSync(join(tmpdir(), 'tweestap-sheets-'));
  const { server, origin } = await startDemo(data);
  const { executablePath, args } = await findBrowser();
  const browser = await chromium.launch({ executablePath, args: [...args] });
  try {
    await takeWidget(browser, origin);
    const names = await takeAll(browser, origin);
    writeIndex(names);
    console.log(`${names.length * variants.length * widths.length} screenshots: ${join(folder, 'index.html')}`);
  } finally {
    await browser.close();
    server.kill();
    await once(server, 'exit');
    rmSync(data, { recursive: true, force: true });
  }
}

try {
  await main();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
