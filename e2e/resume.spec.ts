import { codeNow } from './support/codes.ts';
import { expect, test } from './support/test.ts';
import { Widget } from './support/widget.ts';

test('a login resumes at the same step after a reload', async ({ page, user }) => {
  await page.goto('/clinic');
  const widget = new Widget(page);
  await widget.nameAndPassword(user);
  await widget.expectHeading('Enter the code from your app');
  await page.reload();
  await widget.expectHeading('Enter the code from your app');
  await expect(widget.root.getByText(`De Linde · ${user.username}`)).toBeVisible();
  await widget.typeCode(codeNow(user.secret));
  await page.waitForURL('**/clinic/home');
});

test('an ended flow starts again with the same organisation and username', { tag: '@drill' }, async ({
  page,
  user,
}) => {
  await page.goto('/');
  const widget = new Widget(page);
  await widget.chooseOrganisation('De Linde');
  await widget.nameAndPassword(user);
  await widget.expectHeading('Enter the code from your app');
  const { id, token } = await page.evaluate(() => JSON.parse(sessionStorage.getItem('mfa-flow:/mfa/v1') ?? '{}'));
  const ended = await page.evaluate(
    async ({ id, token }) => {
      const response = await fetch(`/mfa/v1/flows/${id}`, {
        method: 'DELETE',
        headers: { authorization: `Bearer ${token}` },
      });
      return response.status;
    },
    { id, token },
  );
  expect(ended).toBe(204);
  await widget.typeCode(codeNow(user.secret));
  await widget.expectHeading('Enter your password');
  await expect(widget.root.getByText('This took too long, so we’ve started again.')).toBeVisible();
  await expect(widget.root.getByText(`De Linde · ${user.username}`)).toBeVisible();
  await widget.typePassword(user.password);
  await widget.typeCode(codeNow(user.secret));
  await page.waitForURL('**/clinic/home');
});

test('a lost connection shows an error, and ‘Try again’ sends the same input again', async ({ page, user }) => {
  await page.goto('/clinic');
  const widget = new Widget(page);
  await widget.typeUsername(user.username);
  await widget.expectHeading('Enter your password');
  await page.context().setOffline(true);
  await widget.typePassword(user.password);
  await expect(widget.error).toHaveText('There’s no connection. Check your internet connection and try again.', {
    timeout: 20_000,
  });
  await page.context().setOffline(false);
  await widget.button('Try again').click();
  await widget.expectHeading('Enter the code from your app');
});
