import type { Page } from '@playwright/test';
import { Authenticator } from './support/authenticator.ts';
import { type OtherPortal, startPortal } from './support/other-portal.ts';
import { startOwnServer } from './support/own-server.ts';
import { freePort } from './support/server-process.ts';
import { expect, test } from './support/test.ts';
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
  const portal = await startPortal(`http://localhost:${port}`, 'de-linde', { host });
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

/** Opens the page in a browser that has the passkey of the user, who does not confirm anything yet. */
async function openWithPasskey(page: Page, portal: OtherPortal, { passkey }: TestUser): Promise<Authenticator> {
  const authenticator = await Authenticator.connect(page, 'platform');
  await authenticator.hold(passkey);
  await authenticator.setPresent(false);
  await page.goto(portal.origin);
  return authenticator;
}

test('R75 R33: a portal whose origin the organisation lists logs a user in with a passkey of the server', async ({
  page,
}) => {
  await withPortal({ isKnown: true }, async ({ portal, user }) => {
    const authenticator = await openWithPasskey(page, portal, user);
    await expect(new Widget(page).button('Log in with a passkey')).toBeVisible();
    await authenticator.setPresent(true);
    await expect(page.getByRole('heading', { name: `Hello ${user.username}` })).toBeVisible();
    expect(portal.assertions).toHaveLength(1);
  });
});

const unlisted = {
  // The browser allows the passkeys of localhost at any port, so the server refuses the one that is used there.
  localhost: 'This passkey isn’t accepted. Use another passkey, or another way to log in.',
  '127.0.0.1': 'Passkeys don’t work at this web address. Choose another way, and tell the help desk.',
};
for (const [host, error] of Object.entries(unlisted)) {
  test(`R75 R33: a portal on ${host} that the organisation does not list asks for no passkey first, and has another way after it`, async ({
    page,
  }) => {
    await withPortal({ isKnown: false, host }, async ({ portal, user }) => {
      const authenticator = await openWithPasskey(page, portal, user);
      await authenticator.setPresent(true);
      const widget = new Widget(page);
      await widget.typeUsername(user.username);
      await widget.expectHeading('Enter your password');
      await expect(widget.button('Log in with a passkey')).toBeHidden();
      await widget.typePassword(user.password);
      await widget.button('Use passkey').click();
      await expect(widget.error).toHaveText(error);
      await widget.root.getByText('Other ways to log in').click();
      await widget.button('Use a code from your app').click();
      await widget.expectHeading('Enter the code from your app');
    });
  });
}
