import type { Browser, BrowserContext, Page } from '@playwright/test';
import { guessPassword } from './support/guesses.ts';
import { mailTo } from './support/mailbox.ts';
import {
  byPhone,
  digitsOn,
  enterPassword,
  linkPhone,
  logInAgain,
  mailedCode,
  numberOn,
  openPhone,
  type Phone,
  scanLink,
} from './support/phone.ts';
import { keepCodes } from './support/set-up.ts';
import { test as base, expect } from './support/test.ts';
import { nextCode } from './support/texts.ts';
import { Widget } from './support/widget.ts';

/** The id of the request that a login screen waits for, from the link that only phones show. */
const requestOf = async (page: Page): Promise<string> => {
  const flow = await page.evaluate(async () => {
    const [, stored] = Object.entries(sessionStorage).find(([key]) => key.startsWith('mfa-flow')) ?? [];
    const { id, token } = JSON.parse(String(stored));
    const response = await fetch(`/mfa/v1/flows/${id}`, { headers: { authorization: `Bearer ${token}` } });
    return (await response.json()).flow;
  });
  return new URL(flow.step.approveUri).hash.replace('#mfa-request=', '');
};

/** Opens a browser of another person at another address. */
const openAttacker = (browser: Browser, baseURL: string | undefined, address: string): Promise<BrowserContext> =>
  browser.newContext({ baseURL: baseURL ?? '', locale: 'en-GB', extraHTTPHeaders: { 'x-forwarded-for': address } });

const test = base.extend<{ phone: Phone }>({
  phone: async ({ browser, baseURL }, use) => {
    const phone = await openPhone(browser, baseURL);
    await use(phone);
    await phone.close();
  },
});

test('W1 W2 W4: a user links a phone at the login, approves the next login by its number, and finds it in the app', async ({
  page,
  phone,
  addUser,
}) => {
  const user = await addUser(byPhone);
  const widget = await enterPassword(page, user);
  await widget.expectHeading('Set up two-step login');
  await widget.button('Set it up').click();
  await widget.root.getByRole('button', { name: /^With the app on your phone/ }).click();
  await widget.expectHeading('Link your phone');
  await phone.page.goto(await scanLink(widget));
  await phone.app.expectHeading('Enter the code from the email');
  expect(new URL(phone.page.url()).hash).toBe('');
  await widget.expectHeading('Enter the code on your phone');
  await phone.app.code.pressSequentially('000000');
  await expect(phone.app.error).toContainText('That code is incorrect');
  await phone.app.code.fill(await mailedCode(page, user));
  await expect(phone.app.root.getByText('This phone is linked.')).toBeVisible();
  // The login screen continues by itself.
  await widget.expectHeading('Save your recovery codes');
  await expect(phone.app.root.locator('[part=totp-code]')).toBeVisible();
  await keepCodes(widget);
  await page.waitForURL((url) => url.pathname !== '/');

  await logInAgain(page, user);
  await phone.app.expectHeading('Are you logging in?');
  const details = phone.app.root.locator('[part=details]');
  for (const text of [`Thuiszorg Lichtmis · ${user.username}`, 'localhost', 'today at'])
    await expect(details).toContainText(text);
  await digitsOn(phone).fill(await numberOn(widget));
  const answered = phone.page.waitForResponse((response) => response.request().method() === 'POST');
  const polled = page.waitForRequest(
    (request) => request.method() === 'POST' && (request.postData() ?? '').includes('poll'),
  );
  await phone.app.button('Approve').click();
  await answered;
  await polled;
  await phone.app.expectHeading('Approved');
  await page.waitForURL((url) => url.pathname !== '/');

  const manifest = await (await phone.page.request.get('/manifest.webmanifest')).json();
  expect(manifest).toMatchObject({ start_url: '/approve', display: 'standalone' });
  for (const { src } of manifest.icons) expect((await phone.page.request.get(src)).ok()).toBe(true);
  await phone.app.button('Done').click();
  await phone.app.root.getByRole('button', { name: /^Earlier logins/ }).click();
  await expect(phone.app.root.getByText('Approved', { exact: true })).toBeVisible();
  await phone.app.button('Back').click();
  await expect(phone.app.root.getByText('Thuiszorg Lichtmis')).toBeVisible();
  await phone.app.root.getByRole('button', { name: /^Remove from this phone/ }).click();
  await phone.app.button('Remove').click();
  await phone.app.root.getByRole('heading', { name: /Link this phone|Your accounts/ }).waitFor();
});

test('W1: a user of text messages is moved to the phone at the login: QR code, code by text message, and the login continues', {
  tag: '@drill',
}, async ({ page, request, phone, addUser }) => {
  const user = await addUser({ organisation: 'lichtmis', withPhone: true });
  const widget = await enterPassword(page, user);
  await widget.expectHeading('Enter the code from the text message');
  await widget.typeCode(await nextCode(request, user.phoneNumber));
  await widget.expectHeading('Use an app instead of text messages');
  await widget.button('Set it up').click();
  await widget.expectHeading('Link your phone');
  await phone.page.goto(await scanLink(widget));
  await phone.app.expectHeading('Enter the code from the text message');
  const to = `+31 • •• •• •• ${user.phoneNumber.slice(-2)}`;
  await expect(phone.app.root.getByText(to)).toBeVisible();
  await widget.expectHeading('Enter the code on your phone');
  await expect(widget.root.getByText(to)).toBeVisible();
  const typed = await nextCode(request, user.phoneNumber, 1);
  await phone.app.code.pressSequentially(typed);
  await expect(phone.app.root.getByText('This phone is linked.')).toBeVisible();
  await page.waitForURL((url) => url.pathname !== '/');
  const { session } = await (await page.request.get('/mfa/v1/session')).json();
  expect(session).toMatchObject({ acr: 'aal2', amr: ['pwd', 'sms', 'pop', 'mfa'] });
  // The next login asks the phone, and no text message is sent.
  await logInAgain(page, user);
  await nextCode(request, user.phoneNumber, 1);
});

test('W1: the link in the text message confirms the phone', { tag: '@drill' }, async ({
  page,
  request,
  phone,
  addUser,
}) => {
  const user = await addUser({ organisation: 'lichtmis', withPhone: true });
  const widget = await enterPassword(page, user);
  await widget.typeCode(await nextCode(request, user.phoneNumber));
  await widget.button('Set it up').click();
  await phone.page.goto(await scanLink(widget));
  await phone.app.expectHeading('Enter the code from the text message');
  const code = await nextCode(request, user.phoneNumber, 1);
  const [text] = await mailTo(request, user.phoneNumber);
  const link = /^https?:\/\/\S+$/m.exec(text?.text ?? '')?.[0] ?? '';
  expect(link).toMatch(new RegExp(`/approve#mfa-code=${code}$`));
  await phone.page.close();
  const opened = await phone.context.newPage();
  await opened.goto(link);
  await expect(new Widget(opened, 'mfa-approve').root.getByText('This phone is linked.')).toBeVisible();
  expect(new URL(opened.url()).hash).toBe('');
  await page.waitForURL((url) => url.pathname !== '/');
});

// Threat: an attacker who knows the password starts a login, and hopes that the user approves it.
test('W2: a number of another login approves nothing, and ‘No, this is not me’ stops the attacker and asks for a new password', async ({
  page,
  phone,
  browser,
  baseURL,
  addUser,
}) => {
  const user = await addUser(byPhone);
  await linkPhone(page, phone, user);
  const attacker = await openAttacker(browser, baseURL, '10.66.6.6');
  const attackerPage = await attacker.newPage();
  const theirs = await logInAgain(attackerPage, user);
  await phone.app.expectHeading('Are you logging in?');
  await expect(phone.app.root.locator('[part=details]')).toContainText('10.66.6.6');
  const shown = await numberOn(theirs);
  await digitsOn(phone).fill(shown === '111111' ? '222222' : '111111');
  await phone.app.button('Approve').click();
  await phone.app.expectHeading('The digits were wrong');
  await theirs.expectHeading('The number was wrong');

  await theirs.button('Send again').click();
  await theirs.expectHeading('Enter this number on your phone');
  await phone.app.button('Done').click();
  await phone.app.expectHeading('Are you logging in?');
  await phone.app.button('No, this is not me').click();
  await phone.app.expectHeading('The login was stopped');
  // Every open login of the account has ended, and the next one asks the phone for nothing.
  await theirs.expectHeading('Enter your password');
  await theirs.typePassword(user.password);
  await theirs.expectHeading('We’re not asking your phone now');
  await attacker.close();

  // R21: the user enters a code by hand, and then chooses a new password.
  await phone.app.button('Done').click();
  const code = phone.app.root.locator('[part=totp-code]');
  await page.context().clearCookies();
  const own = await enterPassword(page, user);
  await own.button('Enter the code from the app instead').click();
  await own.typeCode(((await code.textContent()) ?? '').replace(/\D/g, ''));
  await own.expectHeading('Choose a new password');
});

// Threat: an attacker sends the link of their own login to the user, whose phone then opens that login.
test('W2: the link for the same phone opens the request only in the browser of that login', {
  tag: ['@long', '@drill'],
}, async ({ page, phone, browser, baseURL, addUser }) => {
  const user = await addUser(byPhone);
  await linkPhone(page, phone, user);
  await phone.page.goto('about:blank');
  const own = await phone.context.newPage();
  const widget = await logInAgain(own, user);
  const link = await widget.root.getByRole('link', { name: 'Open the app on this phone' }).getAttribute('href');
  expect(link).toContain('/approve#mfa-request=');
  const number = await numberOn(widget);
  await phone.page.goto(link ?? '');
  await phone.app.expectHeading('Are you logging in?');
  await digitsOn(phone).fill(number);
  await phone.app.button('Approve').click();
  await phone.app.expectHeading('Approved');
  await own.waitForURL((url) => url.pathname !== '/');
  await own.close();

  const attacker = await openAttacker(browser, baseURL, '10.66.6.7');
  const theirs = await attacker.newPage();
  await logInAgain(theirs, user);
  const opened = phone.page.waitForResponse((response) => /\/push\/requests\/[^/]+$/.test(response.url()));
  await phone.page.goto(`/approve#mfa-request=${await requestOf(theirs)}`);
  expect((await opened).status()).toBe(404);
  await attacker.close();
});

test('W3 W6: when nothing comes, the login screen says what to check, and the code of a phone without network logs in', async ({
  page,
  phone,
  addUser,
}) => {
  const user = await addUser(byPhone);
  await linkPhone(page, phone, user);
  await phone.page.evaluate(() => navigator.serviceWorker.ready.then(() => undefined));
  await phone.context.setOffline(true);
  await phone.page.reload();
  await expect(phone.app.root.getByText('There’s no connection.')).toBeVisible();
  const code = phone.app.root.locator('[part=totp-code]');
  await expect(code).toHaveText(/^\d{3}\s\d{3}$/);
  await page.clock.install();
  const widget = await logInAgain(page, user);
  await expect(widget.root.getByText('Nothing on your phone?')).toHaveCount(0);
  await page.clock.runFor(11_000);
  await expect(widget.root.getByText('Nothing on your phone? Check this')).toBeVisible();
  await expect(widget.root.locator('[part=checks] li')).toHaveCount(5);
  await expect(widget.root.locator('[part=checks] li').first()).toContainText('Open the app yourself.');
  await widget.button('Enter the code from the app instead').click();
  await widget.expectHeading('Enter the code from your app');
  await widget.typeCode(((await code.textContent()) ?? '').replace(/\D/g, ''));
  await page.waitForURL((url) => url.pathname !== '/');
  await phone.context.setOffline(false);
});

test('W5: after too many wrong passwords the phone unlocks the account, and the same password works again', async ({
  page,
  request,
  phone,
  addUser,
}) => {
  const user = await addUser(byPhone);
  await linkPhone(page, phone, user);
  await guessPassword(request, user);
  await page.context().clearCookies();
  const widget = await enterPassword(page, user);
  await widget.expectHeading('Wait a moment');
  await phone.page.reload();
  await phone.app.button('Unlock').click();
  await expect(phone.app.root.getByText('You can log in again with the same password.')).toBeVisible();
  const again = await logInAgain(page, user);
  await phone.app.expectHeading('Are you logging in?');
  await digitsOn(phone).fill(await numberOn(again));
  await phone.app.button('Approve').click();
  await page.waitForURL((url) => url.pathname !== '/');
});
