import type { Page } from '@playwright/test';
import { Authenticator } from './support/authenticator.ts';
import { type OtherPortal, startPortal } from './support/other-portal.ts';
import { startOwnServer } from './support/own-server.ts';
import { freePort } from './support/server-process.ts';
import { expect, test } from './support/test.ts';
import { startTlsFront } from './support/tls-front.ts';
import { newUser, type TestUser } from './support/users.ts';
import { Widget } from './support/widget.ts';

// A header of its own would need the permission of the server in a request to another origin.
test.use({ extraHTTPHeaders: {} });

/** Starts a portal, and a server for whose relying party `localhost` the portal's page is a known origin, or not. */
async function withPortal(
  { isKnown, host = 'localhost' }: { isKnown: boolean; host?: string },
  run: (own: { portal: OtherPortal; user: TestUser }) => Promise<void>,
): Promise<void> {
  const port = await freePort();
  const portal = await startPortal(`http://localhost:${port}`, 'de-linde', {
    originOf: (own) => own.replace('localhost', host),
  });
  const passkeys = isKnown ? { passkeys: { origins: [portal.origin] } } : {};
  const server = await startOwnServer(
    {
      organisations: [
        {
          id: 'de-linde',
          name: 'De Linde',
          policy: { methods: [{ method: 'passkey' }, { method: 'totp' }] },
          ...passkeys,
        },
      ],
      portals: [{ origin: portal.origin }],
    },
    { port },
  );
  try {
    const user = newUser({ withPasskey: true });
    await server.addUser(user);
    await run({ portal, user });
  } finally {
    await server.close();
    await portal.close();
  }
}

/** Opens the page in a browser that has the passkey of the user, who confirms what it asks at once. */
async function openWithPasskey(page: Page, portal: OtherPortal, { passkey }: TestUser): Promise<void> {
  const authenticator = await Authenticator.connect(page, 'platform');
  await authenticator.hold(passkey);
  await page.goto(portal.origin);
}

test('R75 R33: a portal whose origin the organisation lists logs a user in with a passkey of the server', {
  tag: '@drill',
}, async ({ page }) => {
  await withPortal({ isKnown: true }, async ({ portal, user }) => {
    await openWithPasskey(page, portal, user);
    await expect(page.getByRole('heading', { name: `Hello ${user.username}` })).toBeVisible();
    expect(portal.assertions).toHaveLength(1);
  });
});

const unlisted = {
  // The browser allows the passkeys of localhost at any port, so the server refuses the one that is used there.
  localhost: 'This passkey isn’t accepted. Use another passkey. You can also log in another way.',
  '127.0.0.1': 'Passkeys don’t work at this web address. Tell the help desk. You can also log in another way.',
};
for (const [host, error] of Object.entries(unlisted)) {
  test(`R75 R33: a portal on ${host} that the organisation does not list asks for no passkey first, and has another way after it`, {
    tag: '@drill',
  }, async ({ page }) => {
    await withPortal({ isKnown: false, host }, async ({ portal, user }) => {
      await openWithPasskey(page, portal, user);
      const widget = new Widget(page);
      await widget.typeUsername(user.username);
      await widget.expectHeading('Enter your password');
      await expect(widget.button('Log in with a passkey')).toBeHidden();
      await widget.typePassword(user.password);
      await widget.expectHeading('Enter the code from your app');
      await widget.root.getByText('Other ways to log in').click();
      await widget.button('Use a passkey').click();
      await widget.button('Use passkey').click();
      await expect(widget.error).toHaveText(error);
      await widget.root.getByText('Other ways to log in').click();
      await widget.button('Use a code from your app').click();
      await widget.expectHeading('Enter the code from your app');
    });
  });
}

test('R75 R33: a portal on another domain logs a user in with a passkey of the server, whose related origins it is one of', async ({
  playwright,
  launchOptions,
}) => {
  const [login, page] = ['https://login.example', 'https://portal.test'];
  const port = await freePort();
  const portal = await startPortal(login, 'de-linde', { originOf: () => page, keysAt: `http://localhost:${port}` });
  const passkeys = { origins: [page] };
  const policy: { methods: { method: 'passkey' }[] } = { methods: [{ method: 'passkey' }] };
  const server = await startOwnServer(
    {
      ...{ baseUrl: login, portals: [{ origin: page }] },
      organisations: [{ id: 'de-linde', name: 'De Linde', policy, passkeys }],
    },
    { port },
  );
  const fronts = [await startTlsFront('login.example', { port }), await startTlsFront('portal.test', portal)];
  const rules = fronts.map(({ rule }) => rule).join(', ');
  const browser = await playwright.chromium.launch({
    ...launchOptions,
    args: [...(launchOptions.args ?? []), '--ignore-certificate-errors', `--host-resolver-rules=${rules}`],
  });
  try {
    const user = newUser({ withPasskey: true, rpId: 'login.example' });
    await server.addUser(user);
    const opened = await browser.newPage({ locale: 'en-GB', ignoreHTTPSErrors: true });
    await openWithPasskey(opened, portal, user);
    await expect(opened.getByRole('heading', { name: `Hello ${user.username}` })).toBeVisible();
  } finally {
    await browser.close();
    for (const each of [...fronts, portal, server]) await each.close();
  }
});
