import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { codeNow, whenCodeLasts } from './support/codes.ts';
import { type FormPortal, startFormPortal } from './support/form-portal.ts';
import { secretOf } from './support/set-up.ts';
import { expect, test } from './support/test.ts';
import { Widget } from './support/widget.ts';

const noor = { id: '7', login: 'noor', password: 'correct horse battery' };
const bob = { id: '8', login: 'bob', password: 'another horse battery' };

let portal: FormPortal;
let folder: string;
test.beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'tweestap-form-'));
  portal = await startFormPortal(folder, [noor, bob]);
});
test.afterAll(async () => {
  await portal.stop();
  rmSync(folder, { recursive: true });
});

const logIn = async (page: Page, { login, password }: typeof noor): Promise<void> => {
  await page.goto(`${portal.origin}/log-in`);
  await page.getByLabel('Name').fill(login);
  await page.getByLabel('Password').fill(password);
  await page.getByRole('button', { name: 'Log in' }).click();
};

/** Sets the app up, and returns its secret. */
const setUp = async (page: Page): Promise<string> => {
  const widget = new Widget(page);
  await widget.button('Set it up').click();
  await widget.expectHeading('Set up your authenticator app');
  const secret = await secretOf(widget);
  await whenCodeLasts(10);
  await widget.typeCode(codeNow(secret, -1));
  return secret;
};

test('a portal with a login form of its own adds set-up, code and remembered device, and releases no other user’s session', async ({
  page,
  browser,
}) => {
  const widget = new Widget(page);
  await logIn(page, noor);
  const secret = await setUp(page);
  await expect(page.getByRole('heading', { name: 'Welcome, user 7' })).toBeVisible();

  // The next login asks for the code. A reload continues it, and 'Back' leads to the form.
  await logIn(page, noor);
  await widget.expectHeading('Enter the code from your app');
  await page.reload();
  await widget.expectHeading('Enter the code from your app');
  await widget.root.getByRole('link', { name: 'Back' }).click();
  await expect(page.getByRole('button', { name: 'Log in' })).toBeVisible();
  await logIn(page, noor);
  await widget.remember.check();
  await whenCodeLasts(10);
  await widget.typeCode(codeNow(secret));
  await expect(page.getByRole('heading', { name: 'Welcome, user 7' })).toBeVisible();

  // The browser is remembered now, so the form is enough.
  await logIn(page, noor);
  await expect(page.getByRole('heading', { name: 'Welcome, user 7' })).toBeVisible();

  // A stranger who knows the password has a pending session of the user, and completes a second step of his own.
  const attacker = await browser.newContext({ baseURL: portal.origin });
  const theirs = await attacker.newPage();
  await logIn(theirs, noor);
  await new Widget(theirs).expectHeading('Enter the code from your app');
  const pending = (await attacker.cookies()).find(({ name }) => name === 'portal');
  await logIn(theirs, bob);
  await theirs.route('**/finish', (route) => route.abort());
  const refused = theirs.waitForEvent('requestfailed', (request) => request.url().endsWith('/finish'));
  await setUp(theirs);
  await refused;
  await theirs.unroute('**/finish');
  if (pending) await attacker.addCookies([pending]);
  await theirs.goto('/finish');
  await expect(theirs).toHaveURL('/log-in');
  await theirs.goto('/');
  await expect(theirs.getByRole('heading', { name: 'Please log in' })).toBeVisible();
  await attacker.close();
});

test('a second step without a login in this browser leads to the portal’s form', async ({ page }) => {
  await page.goto(`${portal.origin}/second-step`);
  const widget = new Widget(page);
  await widget.expectHeading('Log in again');
  await widget.button('Go to the login page').click();
  await expect(page.getByLabel('Password')).toBeVisible();
});
