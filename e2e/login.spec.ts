import { codeNow } from './support/codes.ts';
import { expect, test } from './support/test.ts';
import { Widget } from './support/widget.ts';

test('K2 log in: organisation by its name, username, password, code, and the order holds by itself', async ({
  page,
  user,
}) => {
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

  await widget.expectHeading('Type your password');
  await expect(widget.root.getByText(`De Linde · ${user.username}`)).toBeVisible();
  await expect(widget.code).toHaveCount(0);
  await widget.typePassword(user.password);

  await widget.expectHeading('Type the code from your app');
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

test('K2 an organisation that nobody has is told, and the field keeps what was typed', async ({ page }) => {
  await page.goto('/');
  const widget = new Widget(page);
  await widget.organisation.fill('Atlantis');
  await expect(widget.root.getByRole('status').filter({ hasText: 'No organisation has this name' })).toBeVisible();
  await widget.button('Continue').click();
  await expect(widget.error).toHaveText('Choose your organisation from the list.');
  await expect(widget.organisation).toHaveValue('Atlantis');
});

test('a wrong password is told in the same words whether the name exists or not', async ({ page, user }) => {
  for (const username of [user.username, `nobody-${user.username}`]) {
    await page.goto('/clinic');
    const widget = new Widget(page);
    await widget.nameAndPassword({ username, password: 'not the password at all' });
    await expect(widget.error).toHaveText(
      'This username and password do not belong together. Check both and try again.',
    );
    await expect(widget.password).toBeFocused();
    // The next name begins a login of its own.
    await page.evaluate(() => sessionStorage.clear());
  }
});

test('a login by keyboard alone: Tab, letters and Enter', async ({ page, user }) => {
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

test('the user goes back to change the name, and nobody else’s name is left behind', async ({ page, user }) => {
  await page.goto('/clinic');
  const widget = new Widget(page);
  await widget.typeUsername('somebody-else');
  await widget.expectHeading('Type your password');
  await widget.button('Not you?').click();
  await widget.expectHeading('Log in');
  await widget.nameAndPassword(user);
  await expect(widget.root.getByText(`De Linde · ${user.username}`)).toBeVisible();
  await widget.typeCode(codeNow(user.secret));
  await page.waitForURL('**/clinic/home');
});
