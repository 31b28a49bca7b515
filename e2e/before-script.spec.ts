import type { Page } from '@playwright/test';
import { codeNow } from './support/codes.ts';
import { expect, test } from './support/test.ts';
import { Widget } from './support/widget.ts';

/** Holds all scripts of the page back. Returns a function that lets them through. */
const holdScripts = async (page: Page): Promise<() => void> => {
  let open: () => void = () => undefined;
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  await page.route('**/assets/*.js', async (route) => {
    await opened;
    await route.continue();
  });
  return open;
};

const isDefined = (page: Page) => page.evaluate(() => customElements.get('mfa-login') !== undefined);

test('a user types the username before any script is loaded, and logs in with it', async ({ page, user }) => {
  const start = await holdScripts(page);
  await page.goto('/clinic', { waitUntil: 'commit' });
  const widget = new Widget(page);
  await widget.expectHeading('Log in');
  await expect(widget.button('Continue')).toBeVisible();
  await expect(widget.button('Continue')).toHaveCSS('font-weight', '600');
  await widget.username.focus();
  await page.keyboard.type(user.username);
  await page.keyboard.press('Enter');
  expect(await isDefined(page)).toBe(false);
  const place = await widget.username.boundingBox();

  start();
  await page.waitForFunction(() => customElements.get('mfa-login') !== undefined);
  await expect(widget.username).toBeFocused();
  await expect(widget.username).toHaveValue(user.username);
  expect(await widget.username.boundingBox()).toEqual(place);
  expect(new URL(page.url()).pathname).toBe('/clinic');
  await page.keyboard.press('Enter');
  await widget.typePassword(user.password);
  await widget.typeCode(codeNow(user.secret));
  await page.waitForURL('**/clinic/home');
});

test('a user types the organisation before any script is loaded, and its list opens with the script', async ({
  page,
}) => {
  const start = await holdScripts(page);
  await page.goto('/', { waitUntil: 'commit' });
  const widget = new Widget(page);
  await widget.organisation.focus();
  await page.keyboard.type('linde');
  expect(await isDefined(page)).toBe(false);
  start();
  await expect(widget.root.getByRole('option')).toHaveText(['De Linde']);
  await expect(widget.organisation).toBeFocused();
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  await page.keyboard.press('Enter');
  await widget.expectHeading('Log in');
});

test('the first screen is there without JavaScript, in the language of the page', async ({ browser, baseURL }) => {
  const context = await browser.newContext({ javaScriptEnabled: false, ...(baseURL ? { baseURL } : {}) });
  const page = await context.newPage();
  await page.goto('/clinic?lang=nl');
  await expect(page.getByRole('heading', { name: 'Inloggen', exact: true })).toBeVisible();
  await expect(page.getByRole('textbox', { name: 'Gebruikersnaam' })).toBeEditable();
  await page.getByRole('textbox', { name: 'Gebruikersnaam' }).fill('anna');
  await page.keyboard.press('Enter');
  expect(new URL(page.url()).search).toBe('?lang=nl');
  await context.close();
});

test('the scripts and styles of a page are sent with brotli, and are cached for ever', async ({ page }) => {
  const responses = new Map<string, Record<string, string>>();
  page.on('response', (response) => responses.set(new URL(response.url()).pathname, response.headers()));
  await page.goto('/clinic');
  const assets = [...responses].filter(([path]) => path.startsWith('/assets/'));
  expect(assets.length).toBeGreaterThan(3);
  for (const [path, headers] of assets) {
    expect(headers['content-encoding'], path).toBe('br');
    expect(headers['cache-control'], path).toBe('public, max-age=31536000, immutable');
  }
});
