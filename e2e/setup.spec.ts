import { readFile } from 'node:fs/promises';
import type { Page } from '@playwright/test';
import { codeNow, whenCodeLasts } from './support/codes.ts';
import { scan } from './support/qr.ts';
import { expect, test } from './support/test.ts';
import type { TestUser } from './support/users.ts';
import { Widget } from './support/widget.ts';

/** Zilverdijk makes the set-up optional until a future date. Wolvenrade requires it. */
const optional = { organisation: 'zilverdijk', withoutFactor: true };
const mandatory = { organisation: 'wolvenrade', withoutFactor: true };

const begin = async (page: Page, path: string, user: TestUser): Promise<Widget> => {
  await page.goto(path);
  const widget = new Widget(page);
  await widget.nameAndPassword(user);
  await widget.expectHeading('Set up two-step login');
  return widget;
};

const link = (widget: Widget) =>
  widget.root.getByRole('link', { name: 'Open the app on this device', includeHidden: true });

const byApp = (widget: Widget) => widget.root.getByRole('button', { name: /^With an authenticator app/ });

const secretOf = async (widget: Widget): Promise<string> =>
  new URL((await link(widget).getAttribute('href')) ?? '').searchParams.get('secret') ?? '';

const keepCodes = async (widget: Widget): Promise<void> => {
  await widget.expectHeading('Keep your recovery codes');
  await widget.button('Continue').click();
  await widget.button('Yes, I have kept them').click();
};

test('P1 the offer explains the set-up and shows the days left, and ‘Not now’ logs in without it', async ({
  page,
  addUser,
}) => {
  const widget = await begin(page, '/schools', await addUser(optional));
  for (const text of [
    'Besides your password you type a code that only you have.',
    'A free app on your phone or computer shows the code.',
    'Who learns your password still can’t log in as you.',
    'Yes, unless you have your own device remembered.',
    'About three minutes, with your phone at hand.',
  ])
    await expect(widget.root.getByText(text, { exact: true })).toBeVisible();
  await expect(
    widget.root.getByText(/^You can put it off until \w+day \d+ \w+: (29|30|31) more days\.$/),
  ).toBeVisible();
  await page.evaluate(() => {
    document.addEventListener('mfa-later', () => sessionStorage.setItem('later', 'heard'));
  });
  await widget.button('Not now').click();
  await page.waitForURL('**/schools/home');
  await expect(page.getByText('Logged in without a code')).toBeVisible();
  expect(await page.evaluate(() => sessionStorage.getItem('later'))).toBe('heard');
  const { session } = await (await page.request.get('/mfa/v1/session')).json();
  expect(session).toMatchObject({ amr: ['pwd'], acr: 'aal1' });
});

test('P1 a user can’t skip a mandatory set-up', async ({ page, addUser }) => {
  const widget = await begin(page, '/municipality', await addUser(mandatory));
  await expect(widget.root.getByText('Your organisation asks this of everybody')).toBeVisible();
  await expect(widget.button('Not now')).toHaveCount(0);
  await widget.button('Set it up').click();
  await widget.expectHeading('Link your authenticator app');
  await expect(widget.button('Not now')).toHaveCount(0);
});

test('P10 every step of an optional set-up has ‘Not now’', async ({ page, addUser }) => {
  const widget = await begin(page, '/schools', await addUser(optional));
  await expect(widget.button('Not now')).toBeVisible();
  await widget.button('Set it up').click();
  await widget.expectHeading('How do you want to get your codes?');
  await expect(widget.button('Not now')).toBeVisible();
  await byApp(widget).click();
  await widget.expectHeading('Link your authenticator app');
  await widget.button('Not now').click();
  await page.waitForURL('**/schools/home');
});

test('K12 the offer shows the organisation’s explanation, with a link to its instructions', async ({
  page,
  addUser,
}) => {
  const widget = await begin(page, '/schools', await addUser(optional));
  const own = widget.root.locator('[part=explanation]');
  await expect(own).toContainText('Pupils’ files are confidential.');
  await expect(own.getByRole('link', { name: 'Read more' })).toHaveAttribute(
    'href',
    'https://zilverdijk.example/twee-stappen',
  );
});

test('M9 every step of the set-up shows the organisation’s help', async ({ page, addUser }) => {
  const widget = await begin(page, '/schools', await addUser(optional));
  const help = widget.root.getByText('Do you need help? Ask your school’s application manager.');
  await expect(help).toBeVisible();
  await widget.button('Set it up').click();
  await widget.expectHeading('How do you want to get your codes?');
  await expect(help).toBeVisible();
  await byApp(widget).click();
  await widget.expectHeading('Link your authenticator app');
  await expect(help).toBeVisible();
  await widget.typeCode(codeNow(await secretOf(widget)));
  await widget.expectHeading('Keep your recovery codes');
  await expect(help).toBeVisible();
});

test('P2 a set-up that a logged-in user starts asks for the password again', async ({ page, addUser }) => {
  const user = await addUser(optional);
  const widget = await begin(page, '/schools', user);
  await widget.button('Not now').click();
  await page.waitForURL('**/schools/home');
  await page.goto('/account');
  const enroll = new Widget(page, 'mfa-enroll');
  await enroll.expectHeading('Type your password again');
  await enroll.password.fill('not this one');
  await enroll.button('Continue').click();
  await expect(enroll.error).not.toBeEmpty();
  await enroll.password.fill(user.password);
  await enroll.button('Continue').click();
  await enroll.expectHeading('How do you want to get your codes?');
});

test('P3 M3 the organisation’s recommended method is marked, with its reason (SMS is not implemented)', async ({
  page,
  addUser,
}) => {
  const widget = await begin(page, '/schools', await addUser(optional));
  await widget.button('Set it up').click();
  const app = byApp(widget);
  await expect(app).toContainText('Recommended');
  await expect(app).toHaveAccessibleDescription('Free of charge. Works without a phone signal too.');
  await app.click();
  await widget.expectHeading('Link your authenticator app');
});

test('P4 K10 the step lists free apps with links for each system, and on a phone its own system is first', async ({
  browser,
  page,
  addUser,
}) => {
  const user = await addUser(mandatory);
  const widget = await begin(page, '/municipality', user);
  await widget.button('Set it up').click();
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
  await expect(apps.getByText('Any other app that makes codes of six digits does as well.')).toBeVisible();

  const userAgent = 'Mozilla/5.0 (iPhone; CPU iPhone OS 19_1 like Mac OS X) AppleWebKit/605.1.15 Version/19.1 Mobile';
  const phone = await browser.newContext({ userAgent, baseURL: new URL(page.url()).origin, locale: 'en-GB' });
  const onPhone = await begin(await phone.newPage(), '/municipality', user);
  await onPhone.button('Set it up').click();
  await onPhone.root.getByText('No app yet? These are free').click();
  await expect(onPhone.root.locator('[part=apps] dt')).toHaveText(['iPhone and iPad', 'Android', 'Computer']);
  await expect(link(onPhone)).toBeVisible();
  await phone.close();
});

for (const look of ['light', 'dark', 'forced colours'] as const) {
  test(`K6 P5 the QR code (${look}) contains issuer and account, and the codes of its secret log in`, async ({
    page,
    addUser,
  }) => {
    const user = await addUser(mandatory);
    await page.emulateMedia({
      colorScheme: look === 'light' ? 'light' : 'dark',
      forcedColors: look === 'forced colours' ? 'active' : 'none',
    });
    const widget = await begin(page, '/municipality', user);
    await widget.button('Set it up').click();
    const picture = widget.root.getByRole('img', { name: /QR code/ });
    await expect(picture).toBeVisible();
    const uri = new URL((await scan(widget.root.locator('[part=qr]'))) ?? '');
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
    await widget.expectHeading('Type the code from your app');
    await widget.typeCode(codeNow(secret));
    await page.waitForURL('**/municipality/home');
  });
}

test('T2 a user without a camera copies the key or opens the app by a link', async ({ page, context, addUser }) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  const user = await addUser(mandatory);
  const widget = await begin(page, '/municipality', user);
  await widget.button('Set it up').click();
  await widget.root.getByText('Can’t scan? Type this key in the app').click();
  const secret = await secretOf(widget);
  await expect(widget.root.locator('code')).toHaveText(secret.replace(/(.{4})(?=.)/g, '$1 '));
  await widget.button('Copy').click();
  await expect(widget.button('Copied')).toBeVisible();
  expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(secret);
  await expect(link(widget)).toHaveAttribute('href', /^otpauth:\/\/totp\//);
});

test('P6 M4 a user copies, saves and prints six recovery codes, and confirms that they are kept', async ({
  page,
  context,
  addUser,
}) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  await page.addInitScript(() => {
    globalThis.print = () => {};
  });
  const widget = await begin(page, '/municipality', await addUser(mandatory));
  await widget.button('Set it up').click();
  await widget.typeCode(codeNow(await secretOf(widget)));
  await widget.expectHeading('Keep your recovery codes');
  const list = widget.root.getByRole('list', { name: 'Your recovery codes' });
  const codes = await list.getByRole('listitem').allTextContents();
  expect(codes).toHaveLength(6);
  for (const code of codes) expect(code).toMatch(/^[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}$/);

  await widget.button('Copy').click();
  expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(codes.join('\n'));
  const saved = page.waitForEvent('download');
  await widget.button('Save as a file').click();
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
  await widget.expectHeading('Have you kept your codes?');
  await widget.button('Show them again').click();
  await expect(list.getByRole('listitem')).toHaveText(codes);
  await widget.button('Continue').click();
  await widget.button('Yes, I have kept them').click();
  await page.waitForURL('**/municipality/home');
});

test('P7 after the set-up the user is logged in with two factors and reaches the portal', async ({ page, addUser }) => {
  const user = await addUser(optional);
  const widget = await begin(page, '/schools', user);
  await widget.button('Set it up').click();
  await byApp(widget).click();
  await widget.expectHeading('Link your authenticator app');
  await widget.typeCode(codeNow(await secretOf(widget)));
  await keepCodes(widget);
  await page.waitForURL('**/schools/home');
  const { session } = await (await page.request.get('/mfa/v1/session')).json();
  expect(session).toMatchObject({ acr: 'aal2', user: { username: user.username } });
});

test('K7 a code of an older entry in the app is refused as such, and a code of the newest entry logs in', async ({
  page,
  addUser,
}) => {
  const user = await addUser({ organisation: 'zilverdijk' });
  const newest = await linkAnother(page, '/schools', user);
  const widget = new Widget(page);
  await page.goto('/schools');
  await widget.nameAndPassword(user);
  await widget.typeCode(codeNow(user.secret));
  await expect(widget.error).toContainText('That code is from an older entry in your app.');
  await widget.typeCode(codeNow(newest));
  await page.waitForURL('**/schools/home');
});

test('K8 under the policy ‘many’, a second phone gets its own name and the first phone still works', async ({
  page,
  addUser,
}) => {
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
  await expect(widget.error).toContainText('That code was used before.');
  await widget.typeCode(codeNow(other));
  await page.waitForURL('**/municipality/home');
});

test('the set-up shows the same key after a reload', async ({ page, addUser }) => {
  const widget = await begin(page, '/municipality', await addUser(mandatory));
  await widget.button('Set it up').click();
  await widget.expectHeading('Link your authenticator app');
  const before = await secretOf(widget);
  await page.reload();
  await widget.expectHeading('Link your authenticator app');
  expect(await secretOf(widget)).toBe(before);
});

test('K6 the demo phone scans the QR code of the set-up and adds an entry', async ({ page, addUser }) => {
  const user = await addUser(mandatory);
  const widget = await begin(page, '/municipality', user);
  await widget.button('Set it up').click();
  await page.getByRole('button', { name: 'Scan with the demo phone' }).click();
  const phone = await page.context().newPage();
  await phone.goto('/phone');
  const entry = phone.getByRole('listitem').filter({ hasText: user.username });
  await expect(entry).toContainText('Gemeente Wolvenrade');
  await expect(entry.locator('[data-digits]')).toHaveText(/^\d{3} \d{3}$/);
  const code = ((await entry.locator('[data-digits]').textContent()) ?? '').replace(' ', '');
  await widget.typeCode(code);
  await widget.expectHeading('Keep your recovery codes');
});

test('K6 the demo phone reads the QR code in a dropped screenshot', async ({ page, addUser }) => {
  const user = await addUser(mandatory);
  const widget = await begin(page, '/municipality', user);
  await widget.button('Set it up').click();
  await widget.expectHeading('Link your authenticator app');
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

/** Logs in, sets up another app on the account page, and returns its secret. */
async function linkAnother(page: Page, path: string, user: TestUser, name?: string): Promise<string> {
  await page.goto(path);
  const widget = new Widget(page);
  await widget.nameAndPassword(user);
  await whenCodeLasts(15);
  await widget.typeCode(codeNow(user.secret, -1));
  await page.waitForURL(`**${path}/home`);
  await page.goto('/account');
  const enroll = new Widget(page, 'mfa-enroll');
  await enroll.password.fill(user.password);
  await enroll.button('Continue').click();
  await enroll.expectHeading('Type the code from your app');
  await enroll.typeCode(codeNow(user.secret));
  const choice = byApp(enroll);
  await enroll.root.getByRole('heading', { name: /How do you want|Link your/ }).waitFor();
  if (await choice.isVisible()) await choice.click();
  await enroll.expectHeading('Link your authenticator app');
  if (name) {
    await enroll.root.getByText('Give this authenticator a name').click();
    await enroll.root.getByLabel('Name, such as').fill(name);
  }
  const secret = await secretOf(enroll);
  await enroll.typeCode(codeNow(secret, -1));
  await enroll.root.getByRole('heading', { name: /Your app is linked|recovery codes/ }).waitFor();
  return secret;
}
