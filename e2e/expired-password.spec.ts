import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { Page } from '@playwright/test';
import { codeNow } from './support/codes.ts';
import { expect, test } from './support/test.ts';
import type { TestUser } from './support/users.ts';
import { Widget } from './support/widget.ts';

/** The policy of Zilverdijk. */
const DAYS = 365;
const DAY_MS = 86_400_000;

/** Makes the password of a test's own user older, in the database of the demo. */
function agePassword({ username }: TestUser, days: number): void {
  const database = new DatabaseSync(join(process.env.TWEESTAP_E2E_FOLDER ?? '', 'demo.sqlite'));
  database.exec('pragma busy_timeout = 10000');
  const set = database.prepare('update accounts set password_changed_at = ? where username = ?');
  expect(set.run(Date.now() - days * DAY_MS, username).changes).toBe(1);
  database.close();
}

async function chooseTwice(widget: Widget, password: string): Promise<void> {
  for (const field of await widget.root.locator('input[autocomplete=new-password]').all()) await field.fill(password);
  await widget.button('Save password').click();
}

async function logInTo(page: Page, path: string, user: TestUser): Promise<Widget> {
  await page.goto(`/${path}`);
  const widget = new Widget(page);
  await widget.nameAndPassword(user);
  return widget;
}

test('D13: an expired password is replaced after the code and before anything else, and never by the old one', {
  tag: '@drill',
}, async ({ page, addUser }) => {
  const user = await addUser({ organisation: 'zilverdijk' });
  agePassword(user, DAYS + 1);
  const widget = await logInTo(page, 'schools', user);
  await widget.expectHeading('Enter the code from your app');
  await widget.typeCode(codeNow(user.secret));
  await widget.expectHeading('Choose a new password');
  await expect(widget.root.getByText('Your password has expired.')).toBeVisible();
  await expect(widget.button('Not now')).toBeHidden();
  // There is no session yet: the portal shows the login, which goes on at the same step.
  await page.goto('/schools/home');
  await widget.expectHeading('Choose a new password');
  await chooseTwice(widget, user.password);
  await expect(widget.error).toContainText('This is your current password');
  await chooseTwice(widget, 'een heel nieuwe zin voor mij');
  await page.waitForURL('**/schools/home');
  const { session } = await (await page.context().request.get('/mfa/v1/session')).json();
  expect(session.acr).toBe('aal2');
});

test('D13: a password that is not old enough is not asked for', { tag: '@drill' }, async ({ page, addUser }) => {
  const user = await addUser({ organisation: 'zilverdijk' });
  agePassword(user, DAYS - 1);
  const widget = await logInTo(page, 'schools', user);
  await widget.typeCode(codeNow(user.secret));
  await page.waitForURL('**/schools/home');
});

test('D13: after ‘this was not me’ the next login asks for a new password, after the code', { tag: '@drill' }, async ({
  page,
  user,
}) => {
  const widget = await logInTo(page, 'clinic', user);
  await widget.typeCode(codeNow(user.secret, -1));
  await page.waitForURL('**/clinic/home');
  await page.goto('/settings');
  const settings = new Widget(page, 'mfa-settings');
  await settings.root
    .getByRole('button', { name: /^This was not me/ })
    .first()
    .click();
  await settings.button('Continue').click();
  await settings.expectHeading('Enter your password again');
  // The user stops here. The next login with the old password needs the code, and then a new password.
  await page.context().clearCookies();
  const next = await logInTo(page, 'clinic', user);
  await next.typeCode(codeNow(user.secret));
  await next.expectHeading('Choose a new password');
  await expect(next.root.getByText('You reported activity that wasn’t yours.')).toBeVisible();
  await chooseTwice(next, 'een heel nieuwe zin voor mij');
  await page.waitForURL('**/clinic/home');
});
