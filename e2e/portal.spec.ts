import { codeNow } from './support/codes.ts';
import { expect, test } from './support/test.ts';
import { Widget } from './support/widget.ts';

test('the pages after the login require a session, and logging out ends it', async ({ page, user }) => {
  await page.goto('/clinic/home');
  await expect(page).toHaveURL(/\/clinic$/);
  const widget = new Widget(page);
  await widget.nameAndPassword(user);
  await widget.typeCode(codeNow(user.secret));
  await page.waitForURL('**/clinic/home');
  await expect(page.getByRole('heading', { name: 'Today' })).toBeVisible();
  await expect(page.getByRole('heading', { name: 'Files' })).toBeVisible();
  await page.getByRole('button', { name: 'Log out', exact: true }).click();
  await page.waitForURL('**/clinic');
  await page.goto('/clinic/home');
  await expect(page).toHaveURL(/\/clinic$/);
});

// Threat: a session of one organisation is used to read the pages of another organisation.
test('a session of one organisation opens no page of another organisation', { tag: '@drill' }, async ({
  page,
  user,
}) => {
  await page.goto('/clinic');
  const widget = new Widget(page);
  await widget.nameAndPassword(user);
  await widget.typeCode(codeNow(user.secret));
  await page.waitForURL('**/clinic/home');
  for (const path of ['/schools/home', '/schools/file/24-118', '/municipality/home']) {
    await page.goto(path);
    await expect(page).toHaveURL(/\/clinic\/home$/);
  }
});

test('a file requires a fresh code, on a remembered device too', { tag: '@drill' }, async ({ page, user }) => {
  await page.goto('/clinic');
  const widget = new Widget(page);
  await widget.nameAndPassword(user);
  await widget.remember.check();
  await widget.typeCode(codeNow(user.secret, -1));
  await page.waitForURL('**/clinic/home');
  await page.getByRole('link', { name: 'R. Yilmaz' }).click();
  await expect(page.getByRole('heading', { name: 'Goals' })).toBeVisible();

  await page.getByRole('button', { name: 'Log out', exact: true }).click();
  await page.waitForURL('**/clinic');
  await widget.nameAndPassword(user);
  await page.waitForURL('**/clinic/home');
  await page.getByRole('link', { name: 'R. Yilmaz' }).click();
  await expect(page.getByRole('heading', { name: 'Confirm that it’s you' })).toBeVisible();
  await expect(page.getByRole('heading', { name: 'Goals' })).toHaveCount(0);
  await new Widget(page).typeCode(codeNow(user.secret));
  await expect(page.getByRole('heading', { name: 'Goals' })).toBeVisible();
});

test('a click on a demo account fills in the username and the password at each step', { tag: '@drill' }, async ({
  page,
}) => {
  await page.goto('/');
  const widget = new Widget(page);
  await page.getByRole('button', { name: /^clara/ }).click();
  await widget.button('Continue').click();
  await expect(widget.username).toHaveValue('clara');
  await widget.button('Continue').click();
  await expect(widget.password).toHaveValue('regen op het serredak');
  await widget.button('Log in').click();
  await widget.expectHeading('Enter the code from your app');
  await page.getByRole('button', { name: 'Enter this code' }).click();
  await page.waitForURL('**/clinic/home');
});

test('the portal and the widget are also available in Dutch, and the choice is stored', { tag: '@drill' }, async ({
  page,
  user,
}) => {
  await page.goto('/clinic?lang=nl');
  const widget = new Widget(page);
  await expect(widget.root.getByRole('heading', { name: 'Inloggen' })).toBeVisible();
  await widget.root.getByRole('textbox', { name: 'Gebruikersnaam' }).fill(user.username);
  await widget.button('Doorgaan').click();
  await widget.password.fill(user.password);
  await widget.button('Inloggen').click();
  await widget.expectHeading('Vul de code uit je app in');
  await expect(widget.root.getByText('Bel de servicebalie, toestel 140.')).toBeVisible();
  await widget.typeCode(codeNow(user.secret));
  await page.waitForURL('**/clinic/home');
  await expect(page.getByRole('heading', { name: 'Vandaag' })).toBeVisible();
});

test('a user without a second factor must set one up before a file opens', { tag: '@drill' }, async ({
  page,
  addUser,
}) => {
  const user = await addUser({ organisation: 'zilverdijk', withoutFactor: true });
  await page.goto('/schools');
  const widget = new Widget(page);
  await widget.nameAndPassword(user);
  await widget.button('Not now').click();
  await page.waitForURL('**/schools/home');
  await page.getByRole('link', { name: 'Noor, year 5' }).click();
  await expect(page.getByText('You haven’t set up two-step login yet.')).toBeVisible();
  await page.getByRole('link', { name: 'Set up an authenticator app' }).click();
  await page.waitForURL('**/account');
  const enroll = new Widget(page, 'mfa-enroll');
  await enroll.expectHeading('Enter your password again');
  await enroll.password.fill(user.password);
  await enroll.button('Continue').click();
  await enroll.root.getByRole('button', { name: /authenticator app/ }).click();
  await enroll.expectHeading('Set up your authenticator app');
});
