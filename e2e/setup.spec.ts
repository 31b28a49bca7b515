import { codeNow } from './support/codes.ts';
import { expect, test } from './support/test.ts';
import { Widget } from './support/widget.ts';

test('mandatory set-up: password, the app linked by its key, recovery codes kept, logged in', async ({
  page,
  addPerson,
}) => {
  const person = await addPerson({ organisation: 'wolvenrade', withoutFactor: true });
  await page.goto('/municipality');
  const widget = new Widget(page);
  await widget.nameAndPassword(person);
  await widget.expectHeading('Link your authenticator app');
  await expect(widget.root.getByRole('img', { name: /QR code/ })).toBeVisible();
  await expect(widget.root.getByText('Gemeente Wolvenrade', { exact: true })).toBeVisible();
  await widget.root.getByText('Can’t scan? Type this key in the app').click();
  const link = await widget.root.getByRole('link', { name: 'Open the app on this device' }).getAttribute('href');
  const uri = new URL(link ?? '');
  expect(decodeURIComponent(uri.href)).toContain(`otpauth://totp/Gemeente Wolvenrade:${person.username}?`);
  const secret = uri.searchParams.get('secret') ?? '';
  await expect(widget.root.locator('code')).toHaveText(secret.replace(/(.{4})(?=.)/g, '$1 '));

  await widget.typeCode(codeNow(secret));
  await widget.expectHeading('Keep your recovery codes');
  const codes = await widget.root
    .getByRole('list', { name: 'Your recovery codes' })
    .getByRole('listitem')
    .allTextContents();
  expect(codes).toHaveLength(6);
  for (const code of codes) expect(code).toMatch(/^[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}$/);
  await widget.button('I have kept them').click();
  await page.waitForURL('**/municipality/home');

  await page.getByRole('button', { name: 'Sign out' }).click();
  await page.waitForURL('**/municipality');
  await widget.nameAndPassword(person);
  await widget.expectHeading('Type the code from your app');
  await widget.button('Use a recovery code').click();
  await widget.root.getByRole('textbox', { name: 'Recovery code' }).fill(codes[0] ?? '');
  await widget.button('Log in').click();
  await page.waitForURL('**/municipality/home');
});

test('set-up survives a reload: the same key is shown again until it is linked', async ({ page, addPerson }) => {
  const person = await addPerson({ organisation: 'wolvenrade', withoutFactor: true });
  await page.goto('/municipality');
  const widget = new Widget(page);
  await widget.nameAndPassword(person);
  const link = widget.root.getByRole('link', { name: 'Open the app on this device', includeHidden: true });
  const before = await link.getAttribute('href');
  await page.reload();
  await widget.expectHeading('Link your authenticator app');
  expect(await link.getAttribute('href')).toBe(before);
});

test('where set-up is optional a person without an app logs in with the password alone', async ({
  page,
  addPerson,
}) => {
  const person = await addPerson({ organisation: 'zilverdijk', withoutFactor: true });
  await page.goto('/schools');
  await new Widget(page).nameAndPassword(person);
  await page.waitForURL('**/schools/home');
  await expect(page.getByText('Logged in without a code')).toBeVisible();
});

test('the demo phone scans the QR code of the set-up and shows its codes', async ({ page, addPerson }) => {
  const person = await addPerson({ organisation: 'wolvenrade', withoutFactor: true });
  await page.goto('/municipality');
  const widget = new Widget(page);
  await widget.nameAndPassword(person);
  await page.getByRole('button', { name: 'Scan with the demo phone' }).click();
  const phone = await page.context().newPage();
  await phone.goto('/phone');
  const entry = phone.getByRole('listitem').filter({ hasText: person.username });
  await expect(entry).toContainText('Gemeente Wolvenrade');
  const code = ((await entry.locator('[data-digits]').textContent()) ?? '').replace(' ', '');
  await widget.typeCode(code);
  await widget.expectHeading('Keep your recovery codes');
});
