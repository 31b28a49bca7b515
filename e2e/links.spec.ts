import { randomBytes } from 'node:crypto';
import type { APIRequestContext, Page } from '@playwright/test';
import { codeNow, whenCodeLasts } from './support/codes.ts';
import { guessPassword } from './support/guesses.ts';
import { mailTo } from './support/mailbox.ts';
import { scan } from './support/qr.ts';
import { appChoice, keepCodes } from './support/set-up.ts';
import { expect, test } from './support/test.ts';
import { Widget } from './support/widget.ts';

const mark = (): string => randomBytes(5).toString('hex');
const NEW_PASSWORD = 'een lamp naast het kanaal';
const LINK_NEW_PHONE = 'Set up my new phone';

/** Opens the newest link that was mailed to an address, as an email program would. */
async function openLink(page: Page, request: APIRequestContext, address: string): Promise<Widget> {
  const messages = await mailTo(request, address);
  const url = messages.flatMap(({ links }) => links).find((link) => link.includes('#mfa-')) ?? '';
  expect(url).toMatch(/\/account#mfa-[a-z]+=[\w-]{43}$/);
  await page.goto('about:blank');
  await page.goto(url);
  return new Widget(page, 'mfa-enroll');
}

async function choosePassword(widget: Widget, password = NEW_PASSWORD): Promise<void> {
  const fields = widget.root.locator('input[autocomplete=new-password]');
  await fields.first().fill(password);
  await fields.last().fill(password);
  await widget.button('Save password').click();
}

/** Scans the QR code on the screen, types the app's code, and returns the secret. */
async function linkApp(widget: Widget): Promise<string> {
  await widget.expectHeading('Set up your authenticator app');
  const read = (await scan(widget.root.locator('[part=qr]'))) ?? '';
  const secret = new URL(read).searchParams.get('secret') ?? '';
  // Uses the previous code, because the login below needs the current one.
  await whenCodeLasts(8);
  await widget.typeCode(codeNow(secret, -1));
  return secret;
}

/** Logs in after the flow of the link. The login appears in the same place and already has the username. */
async function logIn(widget: Widget, username: string, secret: string, password = NEW_PASSWORD): Promise<void> {
  await widget.button('Log in').click();
  await widget.expectHeading('Enter your password');
  await expect(widget.root.locator('[part=identity]')).toContainText(username);
  await widget.typePassword(password);
  await widget.typeCode(codeNow(secret));
  await expect(widget.page.getByText('Logged in as')).toBeVisible();
  const { session } = await (await widget.page.request.get('/mfa/v1/session')).json();
  expect(session).toMatchObject({ acr: 'aal2', user: { username } });
}

test('K1 an invited user chooses a password, scans the QR code, keeps the recovery codes and logs in', async ({
  page,
  request,
}) => {
  const username = `test-${mark()}`;
  const email = `${username}@de-linde.example`;
  const organisation = 'de-linde';
  const add = await request.post('/demo/admin/addUser', { data: { organisation, username, name: 'Robin', email } });
  expect(add.status(), await add.text()).toBe(200);
  const invite = await request.post('/demo/admin/invite', { data: { organisation, account: username } });
  expect(invite.status(), await invite.text()).toBe(200);

  const opened = await openLink(page, request, email);
  await opened.expectHeading('Choose a password');
  expect(page.url()).not.toContain('mfa-activate');
  await expect(opened.root.getByText('At least 15 characters.')).toBeVisible();
  await opened.root.locator('input[autocomplete=new-password]').first().fill('een lange zin over mij');
  await expect(opened.root.getByText('Long enough.')).toBeVisible();
  await page.reload();
  // The address no longer contains the link, so the login of the page resumes the flow.
  const widget = new Widget(page);
  await widget.expectHeading('Choose a password');
  await choosePassword(widget);
  await widget.button('Set it up').click();
  await appChoice(widget).click();
  const secret = await linkApp(widget);
  await keepCodes(widget);
  await widget.expectHeading('Your account is ready');
  expect((await page.request.get('/mfa/v1/session')).status()).toBe(401);
  await logIn(widget, username, secret);

  const again = await openLink(page, request, email);
  await again.expectHeading('This link no longer works');
  await again.button('Send me a new link').click();
  await again.expectHeading('Choose a new password');
});

test('K4 a user unlocks a locked account with a mailed link and then logs in', async ({ page, request, user }) => {
  await guessPassword(request, user);
  await page.goto('/clinic');
  const widget = new Widget(page);
  await widget.nameAndPassword(user);
  await widget.expectHeading('Wait a moment');
  await widget.button('Email me a link to unlock it').click();
  await expect(widget.root.getByText('If we know these details, an email with a link is on its way.')).toBeVisible();
  const unlock = await openLink(page, request, user.email);
  await unlock.expectHeading('Unlock your account');
  await unlock.button('Unlock').click();
  await unlock.expectHeading('You can log in again');
  await logIn(unlock, user.username, user.secret, user.password);
});

test('K5 a user with a new phone resets the password by email, keeps the old one, links the new app and logs in', async ({
  page,
  request,
}) => {
  const email = `test-${mark()}@meerzicht.example`;
  const password = 'een boot onder de brug';
  const user = { organisation: 'meerzicht', username: email, name: 'Robin', password };
  const data = { ...user, totpSecret: 'JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP' };
  expect((await request.post('/demo/admin/addUser', { data })).status()).toBe(200);
  await page.goto('/account');
  const login = new Widget(page);
  await login.chooseOrganisation('Huisartsen Meerzicht');
  await login.root.getByRole('textbox', { name: 'Email address' }).fill(email);
  await login.button('Continue').click();
  await login.button('Forgot password?').click();
  await login.expectHeading('Choose a new password');
  await expect(login.root.getByRole('textbox', { name: 'Email address' })).toHaveValue(email);
  await login.button('Send me the link').click();
  await login.expectHeading('Check your email');

  const widget = await openLink(page, request, email);
  await widget.expectHeading('Choose a new password');
  await expect(widget.root.getByText('You can also keep your old password.')).toBeVisible();
  await choosePassword(widget, password);
  await widget.button(LINK_NEW_PHONE).click();
  const secret = await linkApp(widget);
  await keepCodes(widget);
  await widget.expectHeading('Your password is saved');
  await logIn(widget, email, secret, password);
});

test('R29: under the policy of De Linde, linking a new phone after a mailed link requires a recovery code', {
  tag: '@drill',
}, async ({ page, request, user }) => {
  await page.goto('/clinic');
  const login = new Widget(page);
  await login.typeUsername(user.username);
  await login.button('Forgot password?').click();
  await login.root.getByRole('textbox', { name: 'Email address' }).fill(user.email);
  await login.button('Send me the link').click();
  await login.expectHeading('Check your email');
  await login.button('Back to login').click();
  await login.expectHeading('Enter your password');

  const widget = await openLink(page, request, user.email);
  await choosePassword(widget, user.password);
  await expect(widget.error).toContainText('This is your current password.');
  await choosePassword(widget);
  await widget.button(LINK_NEW_PHONE).click();
  await widget.expectHeading('Enter the code from your app');
  await widget.button('Use a recovery code').click();
  await widget.root.getByRole('textbox', { name: 'Recovery code' }).fill(user.recoveryCodes[0] ?? '');
  await widget.button('Continue').click();
  await appChoice(widget).click();
  const secret = await linkApp(widget);
  await widget.expectHeading('Your password is saved');
  await logIn(widget, user.username, secret);
});

test('T1 a new user registers, confirms the address by email, sets up an app and logs in', async ({
  page,
  request,
}) => {
  const email = `test-${mark()}@mail.example`;
  await page.goto('/account/new');
  const widget = new Widget(page, 'mfa-enroll');
  await widget.chooseOrganisation('Huisartsen Meerzicht');
  await widget.expectHeading('Create an account');
  await widget.root.getByRole('textbox', { name: 'Email address' }).fill(email);
  await widget.button('Send me the link').click();
  await widget.expectHeading('Check your email');

  const link = await openLink(page, request, email);
  await link.expectHeading('Choose a password');
  await choosePassword(link);
  await link.button('Set it up').click();
  const secret = await linkApp(link);
  await keepCodes(link);
  await link.expectHeading('Your account is ready');
  await logIn(link, email, secret);
});
