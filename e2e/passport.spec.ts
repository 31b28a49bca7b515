import type { Page } from '@playwright/test';
import { codeNow, whenCodeLasts } from './support/codes.ts';
import { type PassportPortal, startPassportPortal } from './support/passport-portal.ts';
import { keepCodes, secretOf } from './support/set-up.ts';
import { expect, test } from './support/test.ts';
import { Widget } from './support/widget.ts';

const anna = { username: 'anna', password: 'correct horse battery' };
const bob = { username: 'bob', password: 'another horse battery' };

let portal: PassportPortal;
test.beforeEach(async () => {
  portal = await startPassportPortal();
});
test.afterEach(() => portal.stop());

const logIn = async (page: Page, { username, password }: typeof anna): Promise<void> => {
  await page.goto(`${portal.origin}/login`);
  await page.getByLabel('Username').fill(username);
  await page.getByRole('button', { name: 'Continue' }).click();
  await page.getByLabel('Password').fill(password);
  await page.getByRole('button', { name: 'Log in' }).click();
};

/** Opens the set-up of an app, and returns its secret. */
const beginSetUp = async (page: Page): Promise<string> => {
  const widget = new Widget(page);
  await widget.button('Set it up').click();
  await widget.expectHeading('Set up your authenticator app');
  return secretOf(widget);
};

const finishSetUp = async (page: Page, secret: string): Promise<void> => {
  const widget = new Widget(page);
  await whenCodeLasts(10);
  await widget.typeCode(codeNow(secret, -1));
  await keepCodes(widget);
};

const enterCode = async (page: Page, secret: string): Promise<void> => {
  const widget = new Widget(page);
  await widget.expectHeading('Enter the code from your app');
  await whenCodeLasts(10);
  await widget.typeCode(codeNow(secret));
};

test('a portal with Passport logs in only after the second step, and not again on a remembered device', {
  tag: ['@long', '@drill'],
}, async ({ page }) => {
  await logIn(page, { ...anna, password: 'not the password' });
  await expect(page.getByRole('alert')).toHaveText('Incorrect username or password.');

  // A correct password alone opens no page.
  await logIn(page, anna);
  const secret = await beginSetUp(page);
  for (const path of ['/', '/finish']) {
    await page.goto(portal.origin + path);
    await expect(page).toHaveURL(`${portal.origin}/login`);
  }

  await logIn(page, anna);
  const next = await beginSetUp(page);
  expect(next).not.toBe(secret);
  await finishSetUp(page, next);
  await expect(page.getByText('Hello anna')).toBeVisible();

  await logIn(page, anna);
  await new Widget(page).remember.check();
  await enterCode(page, next);
  await expect(page.getByText('Hello anna')).toBeVisible();

  await logIn(page, anna);
  await expect(page.getByText('Hello anna')).toBeVisible();
});

test('with Passport, the second step of one user releases no session that waits for another user', {
  tag: ['@long', '@drill'],
}, async ({ page }) => {
  const context = page.context();
  await logIn(page, anna);
  await finishSetUp(page, await beginSetUp(page));
  await expect(page.getByText('Hello anna')).toBeVisible();

  // A stranger who knows the password keeps the session that waits for the user's code.
  await context.clearCookies();
  await logIn(page, anna);
  await new Widget(page).expectHeading('Enter the code from your app');
  const isSession = { name: 'connect.sid' };
  const [waiting] = (await context.cookies()).filter(({ name }) => name === isSession.name);
  expect(waiting).toBeDefined();

  await context.clearCookies(isSession);
  await logIn(page, bob);
  const secret = await beginSetUp(page);
  await page.route('**/finish', (route) => route.abort());
  const stopped = page.waitForEvent('requestfailed', (request) => request.url().endsWith('/finish'));
  await finishSetUp(page, secret);
  await stopped;
  await page.unroute('**/finish');

  await context.addCookies(waiting ? [waiting] : []);
  for (const path of ['/finish', '/']) {
    await page.goto(portal.origin + path);
    await expect(page).toHaveURL(`${portal.origin}/login`);
  }
});

test('with Passport, a restart during the second step leads to the form, and the app that was set up works', {
  tag: ['@long', '@drill'],
}, async ({ page }) => {
  await logIn(page, anna);
  const secret = await beginSetUp(page);
  await portal.restart();
  await finishSetUp(page, secret);
  // The session that waited was in the memory of the process.
  await expect(page).toHaveURL(`${portal.origin}/login`);
  await logIn(page, anna);
  await enterCode(page, secret);
  await expect(page.getByText('Hello anna')).toBeVisible();
});
