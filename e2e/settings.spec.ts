import type { Page } from '@playwright/test';
import { faultsOf } from './support/axe.ts';
import { codeNow, whenCodeLasts } from './support/codes.ts';
import { expect, test } from './support/test.ts';
import type { TestUser } from './support/users.ts';
import { Widget } from './support/widget.ts';

/** Logs in at a portal. The code is of the previous time step by default, because the test needs the current one. */
async function logIn(
  page: Page,
  user: TestUser,
  { path = 'clinic', remember = false, timeSteps = -1 } = {},
): Promise<void> {
  await page.goto(`/${path}`);
  const widget = new Widget(page);
  await widget.nameAndPassword(user);
  if ('totpSecret' in user.request) {
    if (remember) await widget.remember.check();
    await widget.typeCode(codeNow(user.secret, timeSteps));
  } else await widget.button('Not now').click();
  await page.waitForURL(`**/${path}/home`);
}

async function openSettings(page: Page): Promise<Widget> {
  await page.getByRole('link', { name: 'Login and security' }).click();
  await page.waitForURL('**/settings');
  const settings = new Widget(page, 'mfa-settings');
  await settings.expectHeading('Login and security');
  return settings;
}

const confirmPassword = async (settings: Widget, user: TestUser): Promise<void> => {
  await settings.expectHeading('Enter your password again');
  await settings.password.fill(user.password);
  await settings.button('Continue').click();
};

const keepCodes = async (settings: Widget): Promise<void> => {
  await settings.root.locator('[part~=primary]').click();
  await settings.expectHeading('Have you saved your codes?');
  await settings.button('Yes, I’ve saved them').click();
};

test('P9: a user who postponed the set-up turns it on later on the settings page', async ({ page, addUser }) => {
  const user = await addUser({ organisation: 'zilverdijk', withoutFactor: true });
  await logIn(page, user, { path: 'schools' });
  const settings = await openSettings(page);
  await expect(settings.root.getByText('Off', { exact: true })).toBeVisible();
  expect(await faultsOf(page)).toEqual([]);
  await settings.button('Turn on').click();
  await confirmPassword(settings, user);
  await settings.root.getByRole('button', { name: /authenticator app/ }).click();
  await settings.expectHeading('Set up your authenticator app');
  await settings.root.getByText('Can’t scan it?').click();
  const secret = ((await settings.root.locator('code').textContent()) ?? '').replace(/\s/g, '');
  await settings.typeCode(codeNow(secret));
  await settings.expectHeading('Save your recovery codes');
  await keepCodes(settings);
  await expect(settings.root.getByText('Your app is set up.')).toBeVisible();
  await expect(settings.root.getByText('On', { exact: true })).toBeVisible();
  await expect(settings.root.getByText('You have 6 codes left.')).toBeVisible();
  await page.getByRole('button', { name: 'Log out', exact: true }).click();
  await page.waitForURL('**/schools');
  await new Widget(page).nameAndPassword(user);
  await new Widget(page).expectHeading('Enter the code from your app');
});

test('M6: a user sees and changes the method, recovery codes and remembering on the settings page', async ({
  page,
  addUser,
}) => {
  const user = await addUser({ organisation: 'zilverdijk' });
  await whenCodeLasts(20);
  await logIn(page, user, { path: 'schools' });
  const settings = await openSettings(page);
  await expect(settings.root.getByText('You have 6 codes left.')).toBeVisible();
  const duration = settings.root.getByRole('combobox', { name: 'Remember a device for' });
  await expect(duration).toHaveValue('12h');
  await duration.selectOption('Never');
  await expect(settings.root.getByText('Saved.')).toBeVisible();
  await page.reload();
  await expect(duration).toHaveValue('never');

  await settings.root.getByRole('button', { name: /^Rename/ }).click();
  await settings.root.getByRole('textbox', { name: 'New name' }).fill('Blue <b>phone</b>');
  await settings.button('Save').click();
  await expect(settings.root.getByText('Blue <b>phone</b>', { exact: true })).toBeVisible();

  await settings.button('Create new codes').click();
  await settings.expectHeading('Enter the code from your app');
  await settings.typeCode(codeNow(user.secret));
  await settings.expectHeading('Save your recovery codes');
  const codes = await settings.root.locator('[part=recovery-code]').allInnerTexts();
  expect(codes.length).toBe(6);
  expect(codes).not.toContain(user.recoveryCodes[0]);
  await keepCodes(settings);
  await expect(settings.root.getByText('Your new codes are active.')).toBeVisible();
  await expect(settings.root.getByText('New recovery codes created')).toBeVisible();

  await settings.button('Turn off').click();
  await confirmPassword(settings, user);
  await settings.expectHeading('Enter the code from your app');
  await settings.button('Use a recovery code').click();
  await settings.root.getByRole('textbox', { name: 'Recovery code' }).fill(codes[0] ?? '');
  await settings.button('Continue').click();
  await expect(settings.root.getByText('Two-step login is turned off.')).toBeVisible();
  await expect(settings.root.getByText('Off', { exact: true })).toBeVisible();
  await page.getByRole('button', { name: 'Log out', exact: true }).click();
  await page.waitForURL('**/schools');
  await new Widget(page).nameAndPassword(user);
  await new Widget(page).expectHeading('Set up two-step login');
});

test('M10: a user sees and forgets remembered devices, and changes the password on the settings page', async ({
  page,
  browser,
  user,
}) => {
  await whenCodeLasts(20);
  const other = await browser.newContext({ extraHTTPHeaders: { 'x-forwarded-for': '10.9.8.7' } });
  const otherPage = await other.newPage();
  await logIn(otherPage, user, { remember: true, timeSteps: -1 });
  await logIn(page, user, { remember: true, timeSteps: 0 });
  const settings = await openSettings(page);
  await expect(settings.root.getByText('this device')).toHaveCount(1);
  await expect(settings.root.getByText('Here, and in 1 other browser.')).toBeVisible();
  const forget = settings.root.getByRole('button', { name: /^Forget (?!all)/ });
  await expect(forget).toHaveCount(2);
  await forget.last().click();
  await expect(settings.root.getByText('The device has been forgotten.')).toBeVisible();
  await expect(forget).toHaveCount(1);

  await page.goto('/.well-known/change-password');
  await page.waitForURL('**/settings');
  await settings.button('Change password').click();
  await confirmPassword(settings, user);
  await settings.expectHeading('Enter the code from your app');
  await settings.button('Use a recovery code').click();
  await settings.root.getByRole('textbox', { name: 'Recovery code' }).fill(user.recoveryCodes[0] ?? '');
  await settings.button('Continue').click();
  const changed = 'een nieuwe lange zin';
  await settings.root.locator('input[autocomplete=new-password]').first().fill(changed);
  for (const again of (await settings.root.locator('input[autocomplete=new-password]').all()).slice(1)) {
    await again.fill(changed);
  }
  await settings.root.locator('[part~=primary]').click();
  await expect(settings.root.getByText('Your password has been changed.')).toBeVisible();
  await expect(settings.root.getByText('Password changed', { exact: true })).toBeVisible();
  await expect(settings.root.getByText('Only here.')).toBeVisible();
  await otherPage.reload();
  await expect(otherPage).toHaveURL(/\/clinic$/);
  const login = new Widget(otherPage);
  await login.nameAndPassword(user);
  await expect(login.error).toContainText('Incorrect username or password.');
  await other.close();
});

test('R9: removing an app requires a fresh code, which the settings page asks for', { tag: '@drill' }, async ({
  page,
  addUser,
}) => {
  const user = await addUser({ organisation: 'zilverdijk' });
  await whenCodeLasts(20);
  await logIn(page, user, { path: 'schools', remember: true });
  await page.getByRole('button', { name: 'Log out', exact: true }).click();
  await page.waitForURL('**/schools');
  await new Widget(page).nameAndPassword(user);
  await page.waitForURL('**/schools/home');
  const settings = await openSettings(page);
  await settings.root.getByRole('button', { name: /^Remove ./ }).click();
  await settings.button('Remove').click();
  await settings.expectHeading('Enter the code from your app');
  await settings.typeCode(codeNow(user.secret));
  await expect(settings.root.getByText('The app has been removed.')).toBeVisible();
  await expect(settings.root.getByText('Off', { exact: true })).toBeVisible();
});

test('a user can’t remove the last app when the organisation requires one', { tag: '@drill' }, async ({
  page,
  user,
}) => {
  await logIn(page, user);
  const settings = await openSettings(page);
  await expect(settings.root.getByText('Your organisation requires this for everyone.')).toBeVisible();
  await expect(settings.root.getByRole('button', { name: /^Remove/ })).toHaveCount(0);
  await expect(settings.button('Turn off')).toHaveCount(0);
});

test('R82: the settings show a login from elsewhere, and ‘This was not me’ leads to a new password', {
  tag: '@drill',
}, async ({ page, browser, user }) => {
  await whenCodeLasts(20);
  const attacker = await browser.newContext({ extraHTTPHeaders: { 'x-forwarded-for': '10.66.6.6' } });
  const attackerPage = await attacker.newPage();
  await logIn(attackerPage, user, { remember: true, timeSteps: -1 });
  await logIn(page, user, { timeSteps: 0 });
  const settings = await openSettings(page);
  await expect(settings.root.getByText('from 10.66.6.6')).toBeVisible();
  const row = settings.root.getByRole('listitem').filter({ hasText: '10.66.6.6' });
  await row.getByRole('button', { name: /^This was not me/ }).click();
  await settings.button('Continue').click();
  await settings.expectHeading('Enter your password again');
  await attackerPage.goto('/clinic/home');
  await expect(attackerPage).toHaveURL(/\/clinic$/);
  await new Widget(attackerPage).nameAndPassword(user);
  await new Widget(attackerPage).expectHeading('Enter the code from your app');
  await attacker.close();
});

test('R41a: logging out with ‘Forget this device’ forgets the device', { tag: '@drill' }, async ({ page, user }) => {
  await logIn(page, user, { remember: true });
  await page.getByRole('checkbox', { name: 'Forget this device' }).check();
  await page.getByRole('button', { name: 'Log out', exact: true }).click();
  await page.waitForURL('**/clinic');
  await new Widget(page).nameAndPassword(user);
  await new Widget(page).expectHeading('Enter the code from your app');
});
