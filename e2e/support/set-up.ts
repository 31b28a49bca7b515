import type { Locator, Page } from '@playwright/test';
import { codeNow, whenCodeLasts } from './codes.ts';
import type { TestUser } from './users.ts';
import { Widget } from './widget.ts';

/** Zilverdijk makes the set-up optional until a future date. Wolvenrade requires it. */
export const optional = { organisation: 'zilverdijk', withoutFactor: true };
export const mandatory = { organisation: 'wolvenrade', withoutFactor: true };

/** Logs in a user without a factor, up to the offer of the set-up. */
export const beginSetUp = async (page: Page, path: string, user: TestUser): Promise<Widget> => {
  await page.goto(path);
  const widget = new Widget(page);
  await widget.nameAndPassword(user);
  await widget.expectHeading('Set up two-step login');
  return widget;
};

/** The link that opens the authenticator app on this device. */
export const appLink = (widget: Widget): Locator =>
  widget.root.getByRole('link', { name: 'Open the app on this device', includeHidden: true });

export const appChoice = (widget: Widget): Locator =>
  widget.root.getByRole('button', { name: /^With an authenticator app/ });

/** Accepts the set-up, and chooses an authenticator app. */
export const acceptApp = async (widget: Widget): Promise<void> => {
  await widget.button('Set it up').click();
  await appChoice(widget).click();
  await widget.expectHeading('Set up your authenticator app');
};

/** Declines the passkey that Wolvenrade offers after a login with a code. */
export const declinePasskey = async (widget: Widget): Promise<void> => {
  await widget.expectHeading('Log in faster next time');
  await widget.button('Not now').click();
};

/** The secret that the step shows, in base32. */
export const secretOf = async (widget: Widget): Promise<string> =>
  new URL((await appLink(widget).getAttribute('href')) ?? '').searchParams.get('secret') ?? '';

/** Confirms that the recovery codes are kept. */
export const keepCodes = async (widget: Widget): Promise<void> => {
  await widget.expectHeading('Save your recovery codes');
  await widget.button('Continue').click();
  await widget.button('Yes, I’ve saved them').click();
};

/** Logs in, sets up another app on the account page, and returns its secret. */
export async function linkAnother(page: Page, path: string, user: TestUser, name?: string): Promise<string> {
  await page.goto(path);
  const widget = new Widget(page);
  await widget.nameAndPassword(user);
  await whenCodeLasts(15);
  await widget.typeCode(codeNow(user.secret, -1));
  if (user.organisation === mandatory.organisation) await declinePasskey(widget);
  await page.waitForURL(`**${path}/home`);
  await page.goto('/account');
  const enroll = new Widget(page, 'mfa-enroll');
  await enroll.password.fill(user.password);
  await enroll.button('Continue').click();
  await enroll.expectHeading('Enter the code from your app');
  await enroll.typeCode(codeNow(user.secret));
  const choice = appChoice(enroll);
  await enroll.root.getByRole('heading', { name: /How do you want|Set up your/ }).waitFor();
  if (await choice.isVisible()) await choice.click();
  await enroll.expectHeading('Set up your authenticator app');
  if (name) {
    await enroll.root.getByText('Give this authenticator a name').click();
    await enroll.root.getByLabel('Name, for example').fill(name);
  }
  const secret = await secretOf(enroll);
  await enroll.typeCode(codeNow(secret, -1));
  // The element shows that it is done, and then returns to the page, which asks for the password again. A test that left the
  // page before that could be taken back to it.
  await enroll.password.waitFor();
  return secret;
}
