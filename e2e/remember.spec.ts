import { codeNow } from './support/codes.ts';
import { expect, test } from './support/test.ts';
import { Widget } from './support/widget.ts';

test('P8 M7 a remembered device logs its user in with the password only, and asks everyone else for the code', async ({
  page,
  browser,
  baseURL,
  user,
  addUser,
}) => {
  const colleague = await addUser();
  await page.goto('/clinic');
  const widget = new Widget(page);
  await widget.nameAndPassword(user);
  await widget.root.getByText('Remember this device for 12 hours').click();
  await expect(widget.remember).toBeChecked();
  await widget.typeCode(codeNow(user.secret));
  await page.waitForURL('**/clinic/home');
  await page.getByRole('button', { name: 'Log out', exact: true }).click();
  await page.waitForURL('**/clinic');

  // A second device of the user.
  const other = await browser.newContext({ baseURL: baseURL ?? '', locale: 'en-GB' });
  const second = new Widget(await other.newPage());
  await second.page.goto('/clinic');
  await second.nameAndPassword(user);
  await second.expectHeading('Enter the code from your app');
  await other.close();

  // Another user of the device.
  await widget.nameAndPassword(colleague);
  await widget.expectHeading('Enter the code from your app');
  await page.evaluate(() => sessionStorage.clear());
  await page.goto('/clinic');

  await widget.nameAndPassword(user);
  await page.waitForURL('**/clinic/home');
  const { session } = await (await page.request.get('/mfa/v1/session')).json();
  expect(session).toMatchObject({ amr: ['pwd'], acr: 'aal1' });
  await expect(page.getByText('Logged in without a code')).toBeVisible();
});

test('P8 a device that is not remembered asks for the code, and offers the time that the user chose', {
  tag: '@drill',
}, async ({ page, user }) => {
  await page.goto('/clinic');
  const widget = new Widget(page);
  await widget.nameAndPassword(user);
  await widget.typeCode(codeNow(user.secret));
  await page.waitForURL('**/clinic/home');
  const changed = await page.evaluate(async () => {
    const headers = { 'content-type': 'application/json' };
    const response = await fetch('/mfa/v1/account', { method: 'PATCH', headers, body: '{"rememberFor":"1w"}' });
    return response.status;
  });
  expect(changed).toBe(200);
  await page.getByRole('button', { name: 'Log out', exact: true }).click();
  await page.waitForURL('**/clinic');
  await widget.nameAndPassword(user);
  await widget.expectHeading('Enter the code from your app');
  await expect(widget.root.getByText('Remember this device for 1 week')).toBeVisible();
});

test('the step has no checkbox when the organisation does not allow remembering', { tag: '@drill' }, async ({
  page,
  addUser,
}) => {
  const user = await addUser({ organisation: 'wolvenrade' });
  await page.goto('/municipality');
  const widget = new Widget(page);
  await widget.nameAndPassword(user);
  await widget.expectHeading('Enter the code from your app');
  await expect(widget.remember).toHaveCount(0);
});
