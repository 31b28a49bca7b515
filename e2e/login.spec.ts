import { codeNow } from './support/codes.ts';
import { expect, test } from './support/test.ts';
import { Widget } from './support/widget.ts';

test('K2 a user logs in with organisation, username, password and code, in that order', async ({ page, user }) => {
  await page.goto('/');
  const widget = new Widget(page);
  await widget.expectHeading('Choose your organisation');
  await expect(widget.username).toHaveCount(0);
  await expect(widget.password).toHaveCount(0);

  await widget.organisation.fill('linde');
  await expect(widget.root.getByRole('option')).toHaveText(['De Linde']);
  await widget.organisation.press('ArrowDown');
  await widget.organisation.press('Enter');
  await widget.button('Continue').click();

  await widget.expectHeading('Log in');
  await expect(widget.password).toHaveCount(0);
  await widget.typeUsername(user.username);

  await widget.expectHeading('Enter your password');
  await expect(widget.root.getByText(`De Linde · ${user.username}`)).toBeVisible();
  await expect(widget.code).toHaveCount(0);
  await widget.typePassword(user.password);

  await widget.expectHeading('Enter the code from your app');
  await widget.typeCode(codeNow(user.secret));
  await page.waitForURL('**/clinic/home');
  await expect(page.getByRole('heading', { level: 1 })).toHaveText(`Hello ${user.name.split(' ')[0]}`);

  const session = await (await page.request.get('/mfa/v1/session')).json();
  expect(session.session).toMatchObject({
    user: { username: user.username },
    amr: ['pwd', 'otp', 'mfa'],
    acr: 'aal2',
  });
});

test('K2 an unknown organisation is refused, and the field keeps the typed text', { tag: '@drill' }, async ({
  page,
}) => {
  await page.goto('/');
  const widget = new Widget(page);
  await widget.organisation.fill('Atlantis');
  await expect(widget.root.getByRole('status').filter({ hasText: 'No organisation found' })).toBeVisible();
  await widget.button('Continue').click();
  await expect(widget.error).toHaveText('Choose your organisation from the list.');
  await expect(widget.organisation).toHaveValue('Atlantis');
});

test('a wrong password and an unknown username get the same error', async ({ page, user }) => {
  for (const username of [user.username, `unknown-${user.username}`]) {
    await page.goto('/clinic');
    const widget = new Widget(page);
    await widget.nameAndPassword({ username, password: 'not the password at all' });
    await expect(widget.error).toHaveText('Incorrect username or password.');
    await expect(widget.password).toBeFocused();
    // Without the stored flow, the next username starts a new login.
    await page.evaluate(() => sessionStorage.clear());
  }
});

test('a user logs in with the keyboard only', async ({ page, user }) => {
  await page.goto('/');
  const { keyboard } = page;
  const widget = new Widget(page);
  await widget.organisation.focus();
  await keyboard.type('Lin');
  await expect(widget.root.getByRole('option')).toHaveText(['De Linde']);
  await keyboard.press('ArrowDown');
  await keyboard.press('Enter');
  await keyboard.press('Enter');
  await expect(widget.username).toBeFocused();
  await keyboard.type(user.username);
  await keyboard.press('Enter');
  await expect(widget.password).toBeFocused();
  await keyboard.type(user.password);
  await keyboard.press('Enter');
  await expect(widget.code).toBeFocused();
  await keyboard.press('Shift+Tab');
  await expect(widget.remember).toBeFocused();
  await keyboard.press('Space');
  await expect(widget.remember).toBeChecked();
  await keyboard.press('Tab');
  await keyboard.type(codeNow(user.secret));
  await page.waitForURL('**/clinic/home');
});

test('a user goes back to change the username, and the first username is no longer shown', { tag: '@drill' }, async ({
  page,
  user,
}) => {
  await page.goto('/clinic');
  const widget = new Widget(page);
  await widget.typeUsername('other-user');
  await widget.expectHeading('Enter your password');
  await widget.button('Not you?').click();
  await widget.expectHeading('Log in');
  await widget.nameAndPassword(user);
  await expect(widget.root.getByText(`De Linde · ${user.username}`)).toBeVisible();
  await widget.typeCode(codeNow(user.secret));
  await page.waitForURL('**/clinic/home');
});
