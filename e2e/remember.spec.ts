import { codeNow } from './support/codes.ts';
import { expect, test } from './support/test.ts';
import { Widget } from './support/widget.ts';

test('P8 remember me: the code is asked after the password, and not again on a device that is remembered', async ({
  page,
  person,
}) => {
  await page.goto('/clinic');
  const widget = new Widget(page);
  await widget.nameAndPassword(person);
  await widget.root.getByText('Remember this device for 12 hours').click();
  await expect(widget.remember).toBeChecked();
  await widget.typeCode(codeNow(person.secret));
  await page.waitForURL('**/clinic/home');
  await page.getByRole('button', { name: 'Sign out' }).click();
  await page.waitForURL('**/clinic');

  await widget.nameAndPassword(person);
  await page.waitForURL('**/clinic/home');
  const { session } = await (await page.request.get('/mfa/v1/session')).json();
  expect(session).toMatchObject({ amr: ['pwd'], acr: 'aal1' });
  await expect(page.getByText('Logged in without a code')).toBeVisible();
});

test('P8 without the tick every login asks for the code', async ({ page, person }) => {
  await page.goto('/clinic');
  const widget = new Widget(page);
  await widget.nameAndPassword(person);
  await widget.typeCode(codeNow(person.secret));
  await page.waitForURL('**/clinic/home');
  await page.getByRole('button', { name: 'Sign out' }).click();
  await page.waitForURL('**/clinic');
  await widget.nameAndPassword(person);
  await widget.expectHeading('Type the code from your app');
});

test('P8 the person chooses a week in the settings, and the next login offers a week', async ({ page, person }) => {
  await page.goto('/clinic');
  const widget = new Widget(page);
  await widget.nameAndPassword(person);
  await widget.typeCode(codeNow(person.secret));
  await page.waitForURL('**/clinic/home');
  const changed = await page.evaluate(async () => {
    const headers = { 'content-type': 'application/json' };
    const answer = await fetch('/mfa/v1/account', { method: 'PATCH', headers, body: '{"rememberFor":"1w"}' });
    return answer.status;
  });
  expect(changed).toBe(200);
  await page.getByRole('button', { name: 'Sign out' }).click();
  await page.waitForURL('**/clinic');
  await widget.nameAndPassword(person);
  await expect(widget.root.getByText('Remember this device for 1 week')).toBeVisible();
});

test('M7 remembering holds on one device: another device is asked', async ({ page, browser, baseURL, person }) => {
  await page.goto('/clinic');
  const widget = new Widget(page);
  await widget.nameAndPassword(person);
  await widget.remember.check();
  await widget.typeCode(codeNow(person.secret));
  await page.waitForURL('**/clinic/home');

  const other = await browser.newContext({ baseURL: baseURL ?? '', locale: 'en-GB' });
  const elsewhere = await other.newPage();
  await elsewhere.goto('/clinic');
  const second = new Widget(elsewhere);
  await second.nameAndPassword(person);
  await second.expectHeading('Type the code from your app');
  await other.close();
});

test('M7 one person’s remembered device does not help another person on it', async ({ page, person, addPerson }) => {
  const colleague = await addPerson();
  await page.goto('/clinic');
  const widget = new Widget(page);
  await widget.nameAndPassword(person);
  await widget.remember.check();
  await widget.typeCode(codeNow(person.secret));
  await page.waitForURL('**/clinic/home');
  await page.getByRole('button', { name: 'Sign out' }).click();
  await page.waitForURL('**/clinic');
  await widget.nameAndPassword(colleague);
  await widget.expectHeading('Type the code from your app');
});

test('an organisation that remembers no device offers no tick', async ({ page, addPerson }) => {
  const person = await addPerson({ organisation: 'wolvenrade' });
  await page.goto('/municipality');
  const widget = new Widget(page);
  await widget.nameAndPassword(person);
  await widget.expectHeading('Type the code from your app');
  await expect(widget.remember).toHaveCount(0);
});
