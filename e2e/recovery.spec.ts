import { codeNow } from './support/codes.ts';
import { expect, test } from './support/test.ts';
import { Widget } from './support/widget.ts';

test('M5 the code step names the expected method, and offers a recovery code and remembering the device', {
  tag: '@drill',
}, async ({ page, user }) => {
  await page.goto('/clinic');
  const widget = new Widget(page);
  await widget.nameAndPassword(user);
  await widget.expectHeading('Enter the code from your app');
  await expect(
    widget.root.getByText('Open your authenticator app and enter the 6-digit code that it shows.'),
  ).toBeVisible();
  await expect(widget.remember).toBeVisible();
  await expect(widget.button('Use a recovery code')).toBeVisible();
});

test('M5 a recovery code works once, and the user can switch back to the app', async ({ page, user }) => {
  const [code = ''] = user.recoveryCodes;
  await page.goto('/clinic');
  const widget = new Widget(page);
  await widget.nameAndPassword(user);
  await widget.button('Use a recovery code').click();
  await widget.expectHeading('Enter a recovery code');
  const field = widget.root.getByRole('textbox', { name: 'Recovery code' });
  await field.fill('AAAA-AAAA-AAAA');
  await widget.button('Log in').click();
  await expect(widget.error).toContainText('That recovery code is incorrect.');
  await field.fill(code.toLowerCase().replaceAll('-', ' '));
  await widget.button('Log in').click();
  await page.waitForURL('**/clinic/home');
  const { session } = await (await page.request.get('/mfa/v1/session')).json();
  expect(session).toMatchObject({ acr: 'aal2', recovery: true });

  await page.getByRole('button', { name: 'Log out', exact: true }).click();
  await page.waitForURL('**/clinic');
  await widget.nameAndPassword(user);
  await widget.button('Use a recovery code').click();
  await field.fill(code);
  await widget.button('Log in').click();
  await expect(widget.error).not.toBeEmpty();
  await widget.button('Use a code from your app').click();
  await widget.typeCode(codeNow(user.secret));
  await page.waitForURL('**/clinic/home');
});
