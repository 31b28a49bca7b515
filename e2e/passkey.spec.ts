import type { Page } from '@playwright/test';
import { Authenticator } from './support/authenticator.ts';
import { codeNow, whenCodeLasts } from './support/codes.ts';
import { guessPassword } from './support/guesses.ts';
import { keepCodes } from './support/set-up.ts';
import { test as base, expect } from './support/test.ts';
import type { TestUser } from './support/users.ts';
import { Widget } from './support/widget.ts';

/** The portal of an organisation that recommends passkeys and offers them after a login. */
const portal = 'municipality';
const organisation = 'wolvenrade';

const test = base.extend<{ holder: TestUser }>({
  /** A user of that organisation with an authenticator app. */
  user: async ({ addUser }, use) => use(await addUser({ organisation })),
  /** A user who also has a passkey. */
  holder: async ({ addUser }, use) => use(await addUser({ organisation, withPasskey: true })),
});

const offer = 'Log in faster next time';

/** Logs in with password and code, up to the offer of a passkey. */
async function beginOffer(page: Page, user: TestUser, timeSteps = -1): Promise<Widget> {
  await page.goto(`/${portal}`);
  const widget = new Widget(page);
  await widget.nameAndPassword(user);
  await whenCodeLasts(5);
  await widget.typeCode(codeNow(user.secret, timeSteps));
  await widget.expectHeading(offer);
  return widget;
}

/** Logs in and creates the offered passkey. */
async function createPasskey(page: Page, user: TestUser): Promise<void> {
  const widget = await beginOffer(page, user);
  await widget.button('Create a passkey').click();
  await page.waitForURL(`**/${portal}/home`);
}

/** Connects an authenticator that holds the passkey of a user, who does not confirm anything yet. */
async function withPasskeyOf({ passkey }: TestUser, page: Page): Promise<Authenticator> {
  const authenticator = await Authenticator.connect(page, 'platform');
  await authenticator.hold(passkey);
  await authenticator.setPresent(false);
  return authenticator;
}

const sessionOf = async (page: Page) => (await (await page.request.get('/mfa/v1/session')).json()).session;

const logOut = async (page: Page): Promise<void> => {
  const response = await page.request.delete('/mfa/v1/session', { headers: { origin: new URL(page.url()).origin } });
  expect(response.status()).toBe(204);
  await page.evaluate(() => sessionStorage.clear());
};

const alone = { amr: ['pop', 'user', 'mfa'], acr: 'aal2' };
const passkeyButton = (widget: Widget) => widget.button('Log in with a passkey');

test('a user logs in with a passkey from the autofill, without a username and without a password', async ({
  page,
  user,
}) => {
  await Authenticator.connect(page, 'platform');
  await createPasskey(page, user);
  await logOut(page);
  // A virtual authenticator chooses its passkey as soon as the browser offers it, so the offer waits for the checks.
  const ready = Promise.withResolvers<void>();
  await page.route('**/mfa/v1/flows', async (route) => {
    const response = await route.fetch();
    await ready.promise;
    await route.fulfill({ response });
  });
  await page.goto(`/${portal}`);
  const widget = new Widget(page);
  await expect(widget.username).toHaveAttribute('autocomplete', 'username webauthn');
  await expect(widget.button('Continue')).toHaveAttribute('aria-disabled', 'false');
  ready.resolve();
  await page.waitForURL(`**/${portal}/home`);
  expect(await sessionOf(page)).toMatchObject({ user: { username: user.username }, ...alone });
});

test('a username that is typed while the browser offers passkeys is kept, and the password still works', {
  tag: '@drill',
}, async ({ page, holder: user }) => {
  await withPasskeyOf(user, page);
  // The user types before the automatic start has its response.
  await page.route('**/mfa/v1/flows', async (route) => {
    const response = await route.fetch();
    await expect(new Widget(page).username).toHaveValue(user.username);
    await route.fulfill({ response });
  });
  const starts: string[] = [];
  page.on('request', (request) => {
    if (request.method() === 'POST' && request.url().endsWith('/mfa/v1/flows')) starts.push(request.url());
  });
  await page.goto(`/${portal}`);
  const widget = new Widget(page);
  await widget.typeUsername(user.username);
  await widget.expectHeading('Enter your password');
  expect(starts).toHaveLength(1);
  await widget.typePassword(user.password);
  await widget.expectHeading('Use your passkey');
});

test('a user logs in with the button, also after a cancelled prompt', { tag: '@drill' }, async ({
  page,
  holder: user,
}) => {
  const authenticator = await withPasskeyOf(user, page);
  await page.addInitScript(() => {
    // The browser reports a prompt that the user closes like this, and a virtual authenticator has no prompt to close.
    const { credentials } = navigator;
    const get = credentials.get.bind(credentials);
    let closed = false;
    credentials.get = async (options) => {
      if (options?.mediation === 'conditional' || closed) return get(options);
      closed = true;
      throw new DOMException('The operation either timed out or was not allowed.', 'NotAllowedError');
    };
  });
  await page.goto(`/${portal}`);
  const widget = new Widget(page);
  await passkeyButton(widget).click();
  await expect(widget.error).toHaveText('No passkey was used. Try again. You can also log in another way.');
  await expect(widget.username).not.toHaveAttribute('aria-invalid', 'true');
  await authenticator.setPresent(true);
  await passkeyButton(widget).click();
  await page.waitForURL(`**/${portal}/home`);
  expect(await sessionOf(page)).toMatchObject(alone);
});

test('a passkey is the second step after the password: a prompt that stays open too long is reported, and another way is one press away', {
  tag: '@long',
}, async ({ page, holder: user }) => {
  const authenticator = await withPasskeyOf(user, page);
  await page.route('**/mfa/v1/flows/*', async (route) => {
    const response = await route.fetch();
    const body = await response.json().catch(() => undefined);
    // The shortest time that Chromium accepts is ten seconds.
    if (body?.flow?.step.options) body.flow.step.options.timeout = 10_000;
    await route.fulfill(body ? { response, json: body } : { response });
  });
  await page.goto(`/${portal}`);
  const widget = new Widget(page);
  await widget.nameAndPassword(user);
  await widget.expectHeading('Use your passkey');
  await widget.button('Use passkey').click();
  await expect(widget.error).toContainText('That took too long, so no passkey was used.', { timeout: 20_000 });
  // The other ways also work while the browser waits for the passkey.
  await widget.button('Use passkey').click();
  await widget.root.getByText('Other ways to log in').click();
  await widget.button('Use a code from your app').click();
  await widget.expectHeading('Enter the code from your app');
  await widget.root.getByText('Other ways to log in').click();
  await widget.button('Use a passkey').click();
  await widget.expectHeading('Use your passkey');
  await authenticator.setPresent(true);
  await widget.button('Use passkey').click();
  await page.waitForURL(`**/${portal}/home`);
  expect(await sessionOf(page)).toMatchObject({ amr: ['pwd', 'pop', 'user', 'mfa'], acr: 'aal2' });
});

test('a browser without WebAuthn sends no request before the first input, and never mentions passkeys', {
  tag: '@drill',
}, async ({ page, user }) => {
  await page.addInitScript(() => Reflect.deleteProperty(window, 'PublicKeyCredential'));
  const sent: string[] = [];
  page.on('request', (request) => {
    if (request.url().includes('/mfa/v1/')) sent.push(request.url());
  });
  await page.goto(`/${portal}`);
  const widget = new Widget(page);
  await widget.username.fill(user.username);
  await page.waitForLoadState('networkidle');
  expect(sent).toEqual([]);
  await widget.button('Continue').click();
  await widget.typePassword(user.password);
  await widget.typeCode(codeNow(user.secret));
  await page.waitForURL(`**/${portal}/home`);
  expect(await sessionOf(page)).toMatchObject({ amr: ['pwd', 'otp', 'mfa'] });
  await page.goto('/settings');
  const settings = new Widget(page, 'mfa-settings');
  await settings.expectHeading('Login and security');
  await expect(settings.root.getByText('Authenticator apps')).toBeVisible();
  await expect(settings.root.getByText('Passkeys')).toHaveCount(0);
});

test('a user whose browser has no passkeys gets another way first at the second step', { tag: '@drill' }, async ({
  page,
  holder: user,
}) => {
  await page.addInitScript(() => Reflect.deleteProperty(window, 'PublicKeyCredential'));
  await page.goto(`/${portal}`);
  const widget = new Widget(page);
  await widget.nameAndPassword(user);
  await expect(widget.root.getByText('This browser can’t use passkeys.')).toBeVisible();
  await widget.button('Use a code from your app').click();
  await widget.typeCode(codeNow(user.secret));
  await page.waitForURL(`**/${portal}/home`);
});

test('a security key without a PIN is no whole login, but a second step after the password', { tag: '@drill' }, async ({
  page,
  holder: user,
}) => {
  const authenticator = await Authenticator.connect(page, 'security-key');
  await authenticator.hold(user.passkey);
  // Without a device that verifies its user, Chromium has no autofill of passkeys.
  await Authenticator.connect(page, 'platform');
  await page.goto(`/${portal}`);
  const widget = new Widget(page);
  await passkeyButton(widget).click();
  await expect(widget.error).toHaveText('No passkey was used. Try again. You can also log in another way.');
  await widget.nameAndPassword(user);
  await widget.button('Use passkey').click();
  await page.waitForURL(`**/${portal}/home`);
  expect(await sessionOf(page)).toMatchObject({ amr: ['pwd', 'pop', 'mfa'], acr: 'aal2' });
});

test('a security key that can hold no passkey is explained, and ‘Not now’ holds at the next login', {
  tag: '@drill',
}, async ({ page, user }) => {
  await Authenticator.connect(page, 'old-security-key');
  const widget = await beginOffer(page, user);
  await widget.button('Create a passkey').click();
  await expect(widget.error).toHaveText('No passkey was created. Try again.');
  await widget.button('Not now').click();
  await page.waitForURL(`**/${portal}/home`);
  await logOut(page);
  await page.goto(`/${portal}`);
  await widget.nameAndPassword(user);
  await widget.typeCode(codeNow(user.secret));
  await page.waitForURL(`**/${portal}/home`);
});

test('the settings add, name, rename and remove passkeys, and the browser forgets a removed one', {
  tag: '@drill',
}, async ({ page, user }) => {
  const authenticator = await Authenticator.connect(page, 'platform');
  const widget = await beginOffer(page, user);
  await widget.button('Not now').click();
  await page.waitForURL(`**/${portal}/home`);
  await page.goto('/settings');
  const settings = new Widget(page, 'mfa-settings');
  await settings.button('Add a passkey').click();
  await settings.expectHeading('Enter your password again');
  await settings.password.fill(user.password);
  await settings.button('Continue').click();
  await whenCodeLasts(5);
  await settings.typeCode(codeNow(user.secret));
  await settings.expectHeading('Create a passkey');
  await settings.root.getByText('Give this passkey a name').click();
  await settings.root.getByLabel('Name, for example').fill('My laptop');
  await settings.button('Create passkey').click();
  await expect(settings.root.getByText('Your passkey is ready.')).toBeVisible();
  await expect(settings.root.getByText('This device only')).toBeVisible();
  expect(await authenticator.passkeys()).toHaveLength(1);

  await settings.button('Rename My laptop').click();
  await settings.root.getByLabel('New name').fill('Old laptop');
  await settings.button('Save').click();
  await expect(settings.root.getByText('Old laptop')).toBeVisible();
  await settings.button('Remove Old laptop').click();
  await expect(settings.root.getByText('You can no longer log in with it')).toBeVisible();
  await settings.root.locator('#sure').click();
  await expect(settings.root.getByText('The passkey has been removed.')).toBeVisible();
  await expect.poll(() => authenticator.passkeys()).toEqual([]);
});

test('the browser does not create a second passkey on the same device', { tag: '@drill' }, async ({ page, user }) => {
  await Authenticator.connect(page, 'synced');
  await createPasskey(page, user);
  await page.goto('/settings');
  const settings = new Widget(page, 'mfa-settings');
  await expect(settings.root.getByText('Synced')).toBeVisible();
  await settings.button('Add a passkey').click();
  await settings.password.fill(user.password);
  await settings.button('Continue').click();
  await settings.button('Use passkey').click();
  await settings.expectHeading('Create a passkey');
  await settings.button('Create passkey').click();
  await expect(settings.error).toContainText('This device already has a passkey for your account');
  await settings.button('Cancel').click();
  await settings.expectHeading('Login and security');
});

test('a passkey that was removed elsewhere is explained, and the browser forgets it', { tag: '@drill' }, async ({
  page,
  holder: user,
  admin,
}) => {
  const authenticator = await withPasskeyOf(user, page);
  await admin('resetFactors', user);
  await authenticator.setPresent(true);
  await page.goto(`/${portal}`);
  const widget = new Widget(page);
  await expect(widget.error).toContainText('We don’t recognise this passkey.');
  await expect.poll(() => authenticator.passkeys()).toEqual([]);
  await expect(widget.username).toBeVisible();
});

test('R48 a passkey logs in despite a locked password', { tag: '@drill' }, async ({ page, request, holder: user }) => {
  const authenticator = await withPasskeyOf(user, page);
  await guessPassword(request, user);
  await page.goto(`/${portal}`);
  const widget = new Widget(page);
  await widget.nameAndPassword(user);
  await widget.expectHeading('Wait a moment');
  await page.evaluate(() => sessionStorage.clear());
  await authenticator.setPresent(true);
  await page.goto(`/${portal}`);
  await page.waitForURL(`**/${portal}/home`);
  expect(await sessionOf(page)).toMatchObject(alone);
});

test('a user sets up a passkey at a mandatory set-up, and has the recovery codes afterwards', async ({
  page,
  addUser,
}) => {
  const user = await addUser({ organisation, withoutFactor: true });
  await Authenticator.connect(page, 'synced');
  await page.goto(`/${portal}`);
  const widget = new Widget(page);
  await widget.nameAndPassword(user);
  await widget.button('Set it up').click();
  await widget.expectHeading('How do you want to confirm that it’s you?');
  const choice = widget.root.getByRole('button', { name: /^With a passkey/ });
  await expect(choice).toContainText('Recommended');
  await choice.click();
  await widget.expectHeading('Create a passkey');
  await expect(widget.button('Not now')).toHaveCount(0);
  await widget.button('Create passkey').click();
  await keepCodes(widget);
  await page.waitForURL(`**/${portal}/home`);
  expect(await sessionOf(page)).toMatchObject({ amr: ['pwd', 'pop', 'user', 'mfa'], acr: 'aal2' });
});

test('a failed set-up leads to another way', { tag: '@drill' }, async ({ page, addUser }) => {
  const user = await addUser({ organisation, withoutFactor: true });
  await page.addInitScript(() => {
    navigator.credentials.create = async () => {
      throw new DOMException('The operation either timed out or was not allowed.', 'NotAllowedError');
    };
  });
  await page.goto(`/${portal}`);
  const widget = new Widget(page);
  await widget.nameAndPassword(user);
  await widget.button('Set it up').click();
  await widget.root.getByRole('button', { name: /^With a passkey/ }).click();
  await widget.expectHeading('Create a passkey');
  await widget.button('Create passkey').click();
  await expect(widget.error).toHaveText('No passkey was created. Try again. You can also choose another way.');
  await widget.button('Choose another way').click();
  await widget.root.getByRole('button', { name: /^With an authenticator app/ }).click();
  await widget.expectHeading('Set up your authenticator app');
});

test('the passkey of the demo account logs in from a virtual authenticator that holds it', { tag: '@drill' }, async ({
  page,
  request,
}) => {
  const { accounts } = await (await request.get('/demo/accounts.json')).json();
  const account = accounts.find(({ state }: { state: string }) => state === 'passkey');
  const authenticator = await Authenticator.connect(page, 'platform');
  await authenticator.hold(account.passkey);
  await page.goto('/clinic');
  await page.waitForURL('**/clinic/home');
  expect(await sessionOf(page)).toMatchObject({ user: { username: account.username }, ...alone });
});
