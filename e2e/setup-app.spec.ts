import { readFile } from 'node:fs/promises';
import { codeNow, whenCodeLasts } from './support/codes.ts';
import { scan } from './support/qr.ts';
import {
  acceptApp,
  appLink,
  beginSetUp,
  declinePasskey,
  keepCodes,
  linkAnother,
  mandatory,
  secretOf,
} from './support/set-up.ts';
import { expect, test } from './support/test.ts';
import { Widget } from './support/widget.ts';

test('P4 K10 the step lists free apps with links for each system, and on a phone its own system is first', async ({
  browser,
  page,
  addUser,
}) => {
  const user = await addUser(mandatory);
  const widget = await beginSetUp(page, '/municipality', user);
  await acceptApp(widget);
  await widget.root.getByText('No app yet? These are free').click();
  const apps = widget.root.locator('[part=apps]');
  for (const name of [
    'Microsoft Authenticator',
    'Google Authenticator',
    'LastPass Authenticator',
    'KeePassXC',
    'Aegis',
  ])
    await expect(apps.getByRole('link', { name, exact: true }).first()).toHaveAttribute('href', /^https:\/\//);
  await expect(apps.locator('dt')).toHaveText(['Android', 'iPhone and iPad', 'Computer']);
  await expect(apps.getByText('Any other app that makes six-digit codes works too.')).toBeVisible();

  const userAgent = 'Mozilla/5.0 (iPhone; CPU iPhone OS 19_1 like Mac OS X) AppleWebKit/605.1.15 Version/19.1 Mobile';
  const phone = await browser.newContext({ userAgent, baseURL: new URL(page.url()).origin, locale: 'en-GB' });
  const onPhone = await beginSetUp(await phone.newPage(), '/municipality', user);
  await acceptApp(onPhone);
  await onPhone.root.getByText('No app yet? These are free').click();
  await expect(onPhone.root.locator('[part=apps] dt')).toHaveText(['iPhone and iPad', 'Android', 'Computer']);
  await expect(appLink(onPhone)).toBeVisible();
  await phone.close();
});

test('K6 P5 the QR code contains issuer and account in every colour scheme, and the codes of its secret log in', async ({
  page,
  addUser,
}) => {
  const user = await addUser(mandatory);
  const widget = await beginSetUp(page, '/municipality', user);
  await acceptApp(widget);
  await expect(widget.root.getByRole('img', { name: /QR code/ })).toBeVisible();
  const scanned = new Set<string>();
  for (const look of [
    { colorScheme: 'light', forcedColors: 'none' },
    { colorScheme: 'dark', forcedColors: 'none' },
    { colorScheme: 'dark', forcedColors: 'active' },
  ] as const) {
    await page.emulateMedia(look);
    scanned.add((await scan(widget.root.locator('[part=qr]'))) ?? '');
  }
  expect(scanned.size).toBe(1);
  const [uri = new URL('about:blank')] = [...scanned].map((link) => new URL(link));
  expect(decodeURIComponent(uri.href)).toContain(`otpauth://totp/Gemeente Wolvenrade:${user.username}?`);
  expect(uri.searchParams.get('issuer')).toBe('Gemeente Wolvenrade');
  const entry = widget.root.locator('[part~=entry]');
  await expect(entry).toContainText(/Gemeente Wolvenrade\s*test-/);

  const secret = uri.searchParams.get('secret') ?? '';
  // Uses the previous code, because the login below needs the current one.
  await whenCodeLasts(10);
  await widget.typeCode(codeNow(secret, -1));
  await keepCodes(widget);
  await page.waitForURL('**/municipality/home');
  await page.getByRole('button', { name: 'Log out', exact: true }).click();
  await page.waitForURL('**/municipality');
  await widget.nameAndPassword(user);
  await widget.expectHeading('Enter the code from your app');
  await widget.typeCode(codeNow(secret));
  await declinePasskey(widget);
  await page.waitForURL('**/municipality/home');
});

test('T2 a user without a camera copies the key or opens the app by a link, and a reload keeps the key', async ({
  page,
  context,
  addUser,
}) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  const user = await addUser(mandatory);
  const widget = await beginSetUp(page, '/municipality', user);
  await acceptApp(widget);
  await widget.root.getByText('Can’t scan it? Enter this key in the app').click();
  const secret = await secretOf(widget);
  await expect(widget.root.locator('code')).toHaveText(secret.replace(/(.{4})(?=.)/g, '$1 '));
  await widget.button('Copy').click();
  await expect(widget.button('Copied')).toBeVisible();
  expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(secret);
  await expect(appLink(widget)).toHaveAttribute('href', /^otpauth:\/\/totp\//);
  await page.reload();
  await widget.expectHeading('Set up your authenticator app');
  expect(await secretOf(widget)).toBe(secret);
});

test('P6 P7 M4 a user copies, saves and prints six recovery codes, confirms that they are kept, and is logged in with two factors', async ({
  page,
  context,
  addUser,
}) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  await page.addInitScript(() => {
    globalThis.print = () => {};
  });
  const user = await addUser(mandatory);
  const widget = await beginSetUp(page, '/municipality', user);
  await acceptApp(widget);
  await widget.typeCode(codeNow(await secretOf(widget)));
  await widget.expectHeading('Save your recovery codes');
  const list = widget.root.getByRole('list', { name: 'Your recovery codes' });
  const codes = await list.getByRole('listitem').allTextContents();
  expect(codes).toHaveLength(6);
  for (const code of codes) expect(code).toMatch(/^[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}$/);

  await widget.button('Copy').click();
  expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(codes.join('\n'));
  const saved = page.waitForEvent('download');
  await widget.button('Download').click();
  const file = await saved;
  expect(file.suggestedFilename()).toBe('recovery-codes.txt');
  expect((await readFile(await file.path(), 'utf8')).trim().split('\r\n')).toEqual(codes);

  await widget.button('Print').click();
  await page.emulateMedia({ media: 'print' });
  const sheet = page.locator('body > section').filter({ hasText: 'Each code works once.' });
  await expect(sheet.getByRole('listitem')).toHaveText(codes);
  await expect(sheet).toContainText('Gemeente Wolvenrade');
  await expect(widget.root).toBeHidden();
  await page.emulateMedia({ media: null });
  await expect(sheet).toBeHidden();
  await page.evaluate(() => dispatchEvent(new Event('afterprint')));
  await expect(sheet).toHaveCount(0);

  await widget.button('Continue').click();
  await widget.expectHeading('Have you saved your codes?');
  await widget.button('Show them again').click();
  await expect(list.getByRole('listitem')).toHaveText(codes);
  await widget.button('Continue').click();
  await widget.button('Yes, I’ve saved them').click();
  await page.waitForURL('**/municipality/home');
  const { session } = await (await page.request.get('/mfa/v1/session')).json();
  expect(session).toMatchObject({ acr: 'aal2', user: { username: user.username } });
});

test('K7 a code of an older entry in the app is refused as such, and a code of the newest entry logs in', {
  tag: '@long',
}, async ({ page, addUser }) => {
  const user = await addUser({ organisation: 'zilverdijk' });
  const newest = await linkAnother(page, '/schools', user);
  const widget = new Widget(page);
  await page.context().clearCookies();
  await page.goto('/schools');
  await widget.nameAndPassword(user);
  await widget.typeCode(codeNow(user.secret));
  await expect(widget.error).toContainText('That code is from an older entry in your app.');
  await widget.typeCode(codeNow(newest));
  await page.waitForURL('**/schools/home');
});

test('K8 under the policy ‘many’, a second phone gets its own name and the first phone still works', {
  tag: '@long',
}, async ({ page, addUser }) => {
  const user = await addUser({ organisation: 'wolvenrade' });
  const other = await linkAnother(page, '/municipality', user, 'The other phone');
  const { factors } = await (await page.request.get('/mfa/v1/account')).json();
  expect(factors.map(({ name }: { name: string }) => name)).toContain('The other phone');
  expect(factors).toHaveLength(2);
  const widget = new Widget(page);
  await page.context().clearCookies();
  await page.goto('/municipality');
  await widget.nameAndPassword(user);
  // The code was used a moment ago. It is not refused as old, so the first phone still works.
  await widget.typeCode(codeNow(user.secret));
  await expect(widget.error).toContainText('That code has already been used.');
  await widget.typeCode(codeNow(other));
  await page.waitForURL('**/municipality/home');
});

test('K6 the demo phone scans the QR code of the set-up and adds an entry', { tag: '@drill' }, async ({
  page,
  addUser,
}) => {
  const user = await addUser(mandatory);
  const widget = await beginSetUp(page, '/municipality', user);
  await acceptApp(widget);
  await page.getByRole('button', { name: 'Scan with the demo phone' }).click();
  const phone = await page.context().newPage();
  await phone.goto('/phone');
  const entry = phone.getByRole('listitem').filter({ hasText: user.username });
  await expect(entry).toContainText('Gemeente Wolvenrade');
  await expect(entry.locator('[data-digits]')).toHaveText(/^\d{3} \d{3}$/);
  const code = ((await entry.locator('[data-digits]').textContent()) ?? '').replace(' ', '');
  await widget.typeCode(code);
  await widget.expectHeading('Save your recovery codes');
});

test('K6 the demo phone reads the QR code in a dropped screenshot', { tag: '@drill' }, async ({ page, addUser }) => {
  const user = await addUser(mandatory);
  const widget = await beginSetUp(page, '/municipality', user);
  await acceptApp(widget);
  await widget.root.locator('[part=qr]').waitFor();
  // The screenshot must show the whole page, without the animation of the step.
  const picture = (await page.screenshot({ fullPage: true, animations: 'disabled' })).toString('base64');
  await page.goto('/phone');
  await expect(page.getByRole('listitem').first()).toBeVisible();
  await page.evaluate((base64) => {
    const bytes = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
    const dataTransfer = new DataTransfer();
    dataTransfer.items.add(new File([bytes], 'screen.png', { type: 'image/png' }));
    dispatchEvent(new DragEvent('drop', { dataTransfer, cancelable: true }));
  }, picture);
  await expect(page.getByRole('listitem').filter({ hasText: user.username })).toContainText('Gemeente Wolvenrade');
});
