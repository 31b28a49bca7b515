import { codeNow } from './support/codes.ts';
import { expect, test } from './support/test.ts';
import { Widget } from './support/widget.ts';

test('password managers find real inputs in one real form of the page', async ({ page, user }) => {
  await page.goto('/clinic');
  const widget = new Widget(page);
  const field = async (token: string) =>
    page.evaluate((token) => {
      const input = document.querySelector<HTMLInputElement>(`mfa-login input[autocomplete~="${token}"]`);
      return (
        input && {
          type: input.type,
          name: input.name,
          method: input.form?.method,
          inForm: document.forms.length,
          submits: input.form?.elements.length,
        }
      );
    }, token);
  expect(await field('username')).toMatchObject({ type: 'text', name: 'username', method: 'post', inForm: 1 });
  await widget.typeUsername(user.username);
  await widget.expectHeading('Enter your password');
  expect(await field('current-password')).toMatchObject({
    type: 'password',
    name: 'password',
    method: 'post',
    inForm: 1,
  });
  expect(await page.locator('mfa-login input[autocomplete~="username"]').inputValue()).toBe(user.username);
  await widget.typePassword(user.password);
  await widget.expectHeading('Enter the code from your app');
  expect(await field('one-time-code')).toMatchObject({ type: 'text', name: 'code', method: 'post', inForm: 1 });
  await expect(widget.code).toHaveAttribute('inputmode', 'numeric');
});

test('a password manager that sets values and submits the form logs in', async ({ page, user }) => {
  await page.goto('/clinic');
  const fill = (token: string, value: string) =>
    page
      .locator(`mfa-login input[autocomplete~="${token}"]:not([readonly])`)
      .evaluate((input: HTMLInputElement, value) => {
        input.value = value;
        input.dispatchEvent(new Event('input', { bubbles: true }));
        input.dispatchEvent(new Event('change', { bubbles: true }));
        if (input.form && !/^\d{6}$/.test(value)) input.form.requestSubmit();
      }, value);
  await fill('username', user.username);
  await fill('current-password', user.password);
  await fill('one-time-code', codeNow(user.secret));
  await page.waitForURL('**/clinic/home');
});

test('the user can show the password, and Enter submits the form', { tag: '@drill' }, async ({ page, user }) => {
  await page.goto('/clinic');
  const widget = new Widget(page);
  await widget.username.fill(user.username);
  await widget.username.press('Enter');
  await widget.password.fill(user.password);
  await widget.button('Show password').click();
  await expect(widget.password).toHaveAttribute('type', 'text');
  await widget.button('Hide password').click();
  await expect(widget.password).toHaveAttribute('type', 'password');
  await widget.password.press('Enter');
  await widget.expectHeading('Enter the code from your app');
});
