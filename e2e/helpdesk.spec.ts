import { readFileSync } from 'node:fs';
import type { APIRequestContext, Page } from '@playwright/test';
import { faultsOf } from './support/axe.ts';
import { codeNow, whenCodeLasts } from './support/codes.ts';
import { guessPassword } from './support/guesses.ts';
import { scan } from './support/qr.ts';
import { appChoice } from './support/set-up.ts';
import { expect, test } from './support/test.ts';
import { newUser, type TestUser } from './support/users.ts';
import { Widget } from './support/widget.ts';

/** Operates the page of the help desk. */
class HelpDeskPage {
  readonly page: Page;
  constructor(page: Page) {
    this.page = page;
  }

  async open(role?: string): Promise<void> {
    // The browser renders a page in the background only once per second.
    await this.page.bringToFront();
    await this.page.goto('/helpdesk?lang=en');
    if (role !== undefined) await this.page.getByLabel('Your role').selectOption({ label: role });
  }

  async find(query: string, reason = 'phone call, voice recognised'): Promise<void> {
    await this.page.getByLabel('Name, username or email address').fill(query);
    await this.page.getByLabel('Reason', { exact: true }).fill(reason);
    await this.page.getByRole('button', { name: 'Find' }).click();
  }

  async do(name: string, choice?: string): Promise<void> {
    await this.page.getByRole('button', { name, exact: true }).click();
    const dialog = this.page.getByRole('dialog');
    // A second Enter must not confirm the action.
    await expect(dialog.getByRole('heading')).toBeFocused();
    if (choice !== undefined) await dialog.getByRole('radio', { name: choice, exact: true }).check();
    await dialog.getByRole('button', { name, exact: true }).click();
    await expect(dialog).toBeHidden();
  }

  fact(name: string) {
    return this.page.locator('.state > div').filter({ has: this.page.getByText(name, { exact: true }) });
  }
}

// Threat: a user who lost the phone gets help, and the finder of the old phone can still log in.
test('M8 a user without phone and recovery codes sets up a new app with a code from the help desk', async ({
  page,
  context,
  user,
}) => {
  const helpDesk = new HelpDeskPage(await context.newPage());
  await helpDesk.open();
  await helpDesk.find(user.username);
  await expect(helpDesk.page.getByRole('heading', { name: user.name })).toBeVisible();
  await expect(helpDesk.fact('Recovery codes')).toContainText('6 left');
  expect(await faultsOf(helpDesk.page)).toEqual([]);
  await helpDesk.do('Issue a one-time code', '4 hours');
  const code = (await helpDesk.page.locator('.code').textContent()) ?? '';
  expect(code).toMatch(/^\w{4}-\w{4}-\w{4}$/);
  await expect(helpDesk.fact('Code from the help desk')).toContainText('Issued, valid until');

  await page.bringToFront();
  await page.goto('/clinic');
  const widget = new Widget(page);
  await widget.nameAndPassword(user);
  await widget.button('Use a recovery code').click();
  await widget.root.getByRole('textbox', { name: 'Recovery code' }).fill(code.toLowerCase());
  await widget.button('Log in').click();
  await appChoice(widget).click();
  await widget.expectHeading('Set up your authenticator app');
  await expect(widget.button('Not now')).toHaveCount(0);
  const read = (await scan(widget.root.locator('[part=qr]'))) ?? '';
  await widget.typeCode(codeNow(new URL(read).searchParams.get('secret') ?? ''));
  await widget.expectHeading('Save your recovery codes');
  await widget.button('Continue').click();
  await widget.button('Yes, I’ve saved them').click();
  await page.waitForURL('**/clinic/home');

  await page.getByRole('button', { name: 'Log out', exact: true }).click();
  await page.waitForURL('**/clinic');
  await widget.nameAndPassword(user);
  await widget.typeCode(codeNow(user.secret));
  await expect(widget.error).not.toBeEmpty();
  await widget.button('Use a recovery code').click();
  await widget.root.getByRole('textbox', { name: 'Recovery code' }).fill(code);
  await widget.button('Log in').click();
  await expect(widget.error).toContainText('That code has already been used. Each code works once');
  await helpDesk.open();
  await helpDesk.find(user.username);
  await expect(helpDesk.fact('Login methods')).toContainText('lost');
});

test('K4 the help desk unlocks an account that is locked after wrong passwords', { tag: '@drill' }, async ({
  page,
  request,
  context,
  user,
}) => {
  await guessPassword(request, user);
  await page.goto('/clinic');
  const widget = new Widget(page);
  await widget.nameAndPassword(user);
  await widget.expectHeading('Wait a moment');

  const helpDesk = new HelpDeskPage(await context.newPage());
  await helpDesk.open();
  await helpDesk.find(user.name);
  await expect(helpDesk.page.locator('.badge')).toHaveText('Locked');
  await expect(helpDesk.fact('Password')).toContainText(/Locked until .+ Failed attempts since the last success: 10/);
  await helpDesk.do('Unlock the account');
  await expect(helpDesk.page.getByText('The account is unlocked.')).toBeVisible();
  await expect(helpDesk.page.locator('.badge')).toHaveText('Active');
  await expect(helpDesk.page.getByRole('button', { name: 'Unlock the account' })).toHaveCount(0);

  await page.bringToFront();
  await page.evaluate(() => sessionStorage.clear());
  await page.goto('/clinic');
  await widget.nameAndPassword(user);
  await widget.typeCode(codeNow(user.secret));
  await page.waitForURL('**/clinic/home');
});

/** Guesses passwords from many addresses and lets the help desk unlock the account each time, until the hard cap. */
async function guessToTheCap(request: APIRequestContext, user: TestUser): Promise<void> {
  for (let round = 1; round <= 10; round += 1) {
    await guessPassword(request, user);
    const data = { organisation: user.organisation, account: user.username, reason: 'locked again' };
    const unlocked = await (await request.post('/demo/admin/unlock', { data })).json();
    expect(unlocked.remaining).toEqual(round === 10 ? ['password-cap'] : []);
  }
}

// Threat: an attacker uses up all guesses of a user without email. One helper alone must not be able to take the account over.
test('R91 R83: at the hard cap and without email, a code from the help desk and the old app lead to a new password', {
  tag: ['@long', '@drill'],
}, async ({ page, context, request }) => {
  const user = newUser({});
  const added = await request.post('/demo/admin/addUser', { data: { ...user.request, email: undefined } });
  expect(added.status()).toBe(200);
  await guessToTheCap(request, user);
  await page.goto('/clinic');
  const widget = new Widget(page);
  await widget.nameAndPassword(user);
  await expect(widget.root.locator('[slot=mfa-error]')).toContainText('There were too many failed attempts');

  const helpDesk = new HelpDeskPage(await context.newPage());
  await helpDesk.open();
  await helpDesk.find(user.username);
  await expect(helpDesk.fact('Limit reached')).toContainText('Unlocking doesn’t help. The user needs a new password');
  await helpDesk.do('Reset the password', 'With a code that you read out');
  const code = (await helpDesk.page.locator('.code').textContent()) ?? '';
  expect(code).toMatch(/^\w{4}(-\w{4}){3}$/);
  await expect(helpDesk.fact('Password reset')).toContainText('Started, valid until');
  expect(await faultsOf(helpDesk.page)).toEqual([]);
  await helpDesk.do('Issue a one-time code');
  await expect(helpDesk.page.getByText('only a colleague or an administrator can do this')).toBeVisible();

  await page.bringToFront();
  await page.evaluate(() => sessionStorage.clear());
  await page.goto('/clinic');
  await widget.typeUsername(user.username);
  await widget.button('Forgot password?').click();
  await widget.button('I have a code from the help desk').click();
  await widget.root.getByRole('textbox', { name: 'Code from the help desk' }).fill(code.toLowerCase());
  await widget.button('Continue').click();
  await widget.expectHeading('Enter the code from your app');
  // Uses the previous code, because the login below needs the current one.
  await whenCodeLasts(10);
  await widget.typeCode(codeNow(user.secret, -1));
  await widget.expectHeading('Choose a new password');
  const password = `een lamp naast ${user.username.slice(5, 9)} het kanaal`;
  await widget.root.getByRole('textbox', { name: 'New password' }).fill(password);
  await widget.root.getByRole('textbox', { name: 'Enter the password again' }).fill(password);
  await widget.button('Save password').click();
  await widget.expectHeading('Your password is saved');
  await widget.button('Log in').click();
  await widget.typePassword(password);
  await widget.typeCode(codeNow(user.secret));
  await page.waitForURL('**/clinic/home');
});

test('R83: the link in a letter from the help desk asks for the old app before the new password', {
  tag: '@drill',
}, async ({ page, context, user }) => {
  const helpDesk = new HelpDeskPage(page);
  await helpDesk.open();
  await helpDesk.find(user.username);
  await helpDesk.do('Reset the password', 'With a letter (the link is valid for 1 hour)');
  const opened = context.waitForEvent('page');
  await page.getByRole('link', { name: 'Open the letter to print it' }).click();
  const letter = await opened;
  await expect(letter.getByRole('heading', { name: 'Choose a new password' })).toBeVisible();
  expect(await faultsOf(letter)).toEqual([]);
  await page.goto((await letter.getByText('#mfa-reset=').textContent()) ?? '');
  const widget = new Widget(page, 'mfa-enroll');
  await widget.typeCode(codeNow(user.secret));
  await widget.expectHeading('Choose a new password');
});

test('R83: a help desk, a counsellor and an administrator find only their users and can do only their actions', {
  tag: '@drill',
}, async ({ page, user, request }) => {
  const helpDesk = new HelpDeskPage(page);
  await helpDesk.open('Help desk of Samenwerkingsverband Zilverdijk');
  await helpDesk.find(user.username);
  await expect(page.getByText('No users found')).toBeVisible();
  await helpDesk.open('Counsellor of Anna and Bram, De Linde');
  await helpDesk.find(user.username);
  await expect(page.getByText('No users found')).toBeVisible();
  await expect(page.getByRole('button', { name: 'Save as CSV' })).toHaveCount(0);
  await helpDesk.find('anna');
  await expect(page.getByRole('heading', { name: 'Anna Visser' })).toBeVisible();
  await expect(page.getByRole('button', { name: 'Disable the account' })).toHaveCount(0);
  await helpDesk.open('Administrator of all organisations');
  await helpDesk.find(user.username);
  await helpDesk.do('Disable the account');
  await expect(page.locator('.badge')).toHaveText('Disabled');
  await helpDesk.do('Enable the account');
  await expect(page.locator('.badge')).toHaveText('Active');

  const target = { organisation: user.organisation, account: user.username, reason: 'x' };
  const as = async (verb: string, actor: object, body: object = target) =>
    (await request.post(`/demo/admin/${verb}`, { data: { ...body, actor } })).status();
  expect(await as('find', { role: 'helpdesk', name: 'h', organisation: 'zilverdijk' })).toBe(404);
  expect(await as('find', { role: 'counsellor', name: 'c', organisation: 'de-linde', people: [] })).toBe(404);
  expect(await as('disable', { role: 'counsellor', name: 'c', organisation: 'de-linde', people: [] })).toBe(403);
  expect(await as('find', { role: 'root', name: 'r' })).toBe(422);
  expect(await as('find', { role: 'helpdesk', name: 'h', organisation: 'de-linde' })).toBe(200);
});

test('T1 a new user without email gets a printed letter with a link that activates the account', {
  tag: '@drill',
}, async ({ page, context, request }) => {
  const username = `letter-${Date.now().toString(36)}`;
  const data = { organisation: 'de-linde', username, name: 'Loes <b>Brief</b>' };
  expect((await request.post('/demo/admin/addUser', { data })).status()).toBe(200);
  const helpDesk = new HelpDeskPage(page);
  await helpDesk.open();
  await helpDesk.find(username);
  await expect(page.locator('.badge')).toHaveText('Not activated');
  await expect(page.getByRole('button', { name: 'Invite by email' })).toHaveCount(0);
  await helpDesk.do('Print a letter');
  const opened = context.waitForEvent('page');
  await page.getByRole('link', { name: 'Open the letter to print it' }).click();
  const letter = await opened;
  await expect(letter.getByText('Hello Loes <b>Brief</b>,')).toBeVisible();
  expect(await letter.evaluate(() => getComputedStyle(document.querySelector('.qr') as Element).width)).not.toBe('0px');
  expect(await faultsOf(letter)).toEqual([]);
  const link = (await letter.getByText('#mfa-activate=').textContent()) ?? '';
  await page.goto(link);
  await expect(page.getByRole('heading', { name: 'Choose a password' })).toBeVisible();
});

test('users are imported and exported as CSV, and an error in the file is reported with its row and column', async ({
  page,
}) => {
  const mark = Date.now().toString(36);
  const file = (text: string) => ({ name: 'users.csv', mimeType: 'text/csv', buffer: Buffer.from(text) });
  const helpDesk = new HelpDeskPage(page);
  await helpDesk.open();
  await page.getByLabel('Reason', { exact: true }).fill('new colleagues');
  await page
    .getByLabel('CSV file with new users')
    .setInputFiles(file('organisation,username,email\nde-linde,x y z,nope\n'));
  await page.getByRole('button', { name: 'Add users' }).click();
  await expect(page.getByText('Row 2, column email')).toBeVisible();
  const rows = `organisation,username,name,email\nde-linde,in-${mark},=1+1,in@example.org\nde-linde,out-${mark},,\n`;
  await page.getByLabel('CSV file with new users').setInputFiles(file(rows));
  await page.getByRole('button', { name: 'Add users' }).click();
  await expect(page.getByText('Added: 2. Invited: 1.')).toBeVisible();
  await expect(page.getByText(`need a letter: out-${mark}`)).toBeVisible();
  const download = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Save as CSV' }).click();
  const csv = readFileSync(await (await download).path(), 'utf8');
  expect(csv).toContain(`"de-linde","in-${mark}","'=1+1","in@example.org","active","no","0"`);
});
