import { codeNow } from './support/codes.ts';
import { expect, test } from './support/test.ts';
import { Widget } from './support/widget.ts';

test('P8 a remembered device logs in with the password only', async ({ page, user }) => {
  await page.goto('/clinic');
  const widget = new Widget(page);
  await widget.nameAndPassword(user);
  await widget.root.getByText('Remember this device for 12 hours').click();
  await expect(widget.remember).toBeChecked();
  await widget.typeCode(codeNow(user.secret));
  await page.waitForURL('**/clinic/home');
  await page.getByRole('button', { name: 'Log out', exact: true }).click();
  await page.waitForURL('**/clinic');

  await widget.nameAndPassword(user);
  await page.waitForURL('**/clinic/home');
  const { session } = await (await page.request.get('/mfa/v1/session')).json();
  expect(session).toMatchObject({ amr: ['pwd'], acr: 'aal1' });
  await expect(page.getByText('Logged in without a code')).toBeVisible();
});

test('P8 every login asks for the code when the device is not remembered', async ({ page, user }) => {
  await page.goto('/clinic');
  const widget = new Widget(page);
  await widget.nameAndPassword(user);
  await widget.typeCode(codeNow(user.secret));
  await page.waitForURL('**/clinic/home');
  await page.getByRole('button', { name: 'Log out', exact: true }).click();
  await page.waitForURL('**/clinic');
  await widget.nameAndPassword(user);
  await widget.expectHeading('Enter the code from your app');
});

test('P8 a user chooses one week in the settings, and the next login offers one week', async ({ page, user }) => {
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
  await expect(widget.root.getByText('Remember this device for 1 week')).toBeVisible();
});

test('M7 a second device of the user still asks for the code', async ({ page, browser, baseURL, user }) => {
  await page.goto('/clinic');
  const widget = new Widget(page);
  await widget.nameAndPassword(user);
  await widget.remember.check();
  await widget.typeCode(codeNow(user.secret));
  await page.waitForURL('**/clinic/home');

  const other = await browser.newContext({ baseURL: baseURL ?? '', locale: 'en-GB' });
  const otherPage = await other.newPage();
  await otherPage.goto('/clinic');
  const second = new Widget(otherPage);
  await second.nameAndPassword(user);
  await second.expectHeading('Enter the code from your app');
  await other.close();
});

test('M7 a device that is remembered for one user asks another user for the code', async ({ page, user, addUser }) => {
  const colleague = await addUser();
  await page.goto('/clinic');
  const widget = new Widget(page);
  await widget.nameAndPassword(user);
  await widget.remember.check();
  await widget.typeCode(codeNow(user.secret));
  await page.waitForURL('**/clinic/home');
  await page.getByRole('button', { name: 'Log out', exact: true }).click();
  await page.waitForURL('**/clinic');
  await widget.nameAndPassword(colleague);
  await widget.expectHeading('Enter the code from your app');
});

test('the step has no checkbox when the organisation does not allow remembering', async ({ page, addUser }) => {
  const user = await addUser({ organisation: 'wolvenrade' });
  await page.goto('/municipality');
  const widget = new Widget(page);
  await widget.nameAndPassword(user);
  await widget.expectHeading('Enter the code from your app');
  await expect(widget.remember).toHaveCount(0);
});
