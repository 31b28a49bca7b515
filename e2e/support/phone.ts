import type { Browser, BrowserContext, Page } from '@playwright/test';
import { devices } from '@playwright/test';
import { mailTo } from './mailbox.ts';
import { watchResponses } from './openapi.ts';
import { policyReports } from './policy-reports.ts';
import { scan } from './qr.ts';
import { expect } from './test.ts';
import type { TestUser } from './users.ts';
import { Widget } from './widget.ts';

/** A phone with the app: a browser context of its own. Its responses and the policy of its pages are checked too. */
export interface Phone {
  context: BrowserContext;
  page: Page;
  app: Widget;
  /** Closes the phone. Fails if a response differed from the OpenAPI document or a page violated the policy. */
  close(): Promise<void>;
}

/** Opens a phone of its own network address. */
export async function openPhone(browser: Browser, baseURL = '', address = '10.20.30.40'): Promise<Phone> {
  const { userAgent, viewport, hasTouch, isMobile } = devices['Pixel 7'];
  const context = await browser.newContext({
    ...{ userAgent, viewport, hasTouch, isMobile, baseURL },
    locale: 'en-GB',
    extraHTTPHeaders: { 'x-forwarded-for': address },
  });
  const reports = await policyReports(context);
  const responses = await watchResponses(context, baseURL);
  const page = await context.newPage();
  const close = async (): Promise<void> => {
    expect(reports()).toEqual([]);
    expect(await responses.faults()).toEqual([]);
    await context.close();
  };
  return { context, page, app: new Widget(page, 'mfa-approve'), close };
}

/** An organisation that asks for the phone, and lets users set up a phone or an app. */
export const byPhone = { organisation: 'lichtmis', withoutFactor: true };

/** Logs in a user at the shared portal, up to the step after the password. */
export async function enterPassword(page: Page, user: TestUser): Promise<Widget> {
  await page.goto('/');
  const widget = new Widget(page);
  await widget.chooseOrganisation('Thuiszorg Lichtmis');
  await widget.nameAndPassword(user);
  return widget;
}

/** Scans the QR code of a screen. @returns the link in it */
export async function scanLink(widget: Widget): Promise<string> {
  const code = widget.root.locator('[part=qr]');
  await expect(code).toBeVisible();
  const link = await scan(code);
  expect(link).toMatch(/\/approve#mfa-push=[\w-]{43}$/);
  return link ?? '';
}

/** The newest code that was mailed to a user. */
export async function mailedCode(page: Page, user: TestUser): Promise<string> {
  let code = '';
  await expect(async () => {
    const [mail] = await mailTo(page.request, user.email);
    code = /\b(\d{6})\b/.exec(mail?.text ?? '')?.[1] ?? '';
    expect(code).not.toBe('');
  }).toPass();
  return code;
}

/** Sets up the phone at the login: QR code, code by email, recovery codes. The page is logged in afterwards. */
export async function linkPhone(page: Page, phone: Phone, user: TestUser): Promise<void> {
  const widget = await enterPassword(page, user);
  await widget.expectHeading('Set up two-step login');
  await widget.button('Set it up').click();
  await widget.root.getByRole('button', { name: /^With the app on your phone/ }).click();
  await widget.expectHeading('Link your phone');
  await phone.page.goto(await scanLink(widget));
  await phone.app.expectHeading('Enter the code from the email');
  await phone.app.code.pressSequentially(await mailedCode(page, user));
  await expect(phone.app.root.getByText('This phone is linked.')).toBeVisible();
  await widget.expectHeading('Save your recovery codes');
  await widget.button('Continue').click();
  await widget.button('Yes, I’ve saved them').click();
  await page.waitForURL((url) => url.pathname !== '/');
}

/** Logs out, and logs in again up to the step that waits for the phone. */
export async function logInAgain(page: Page, user: TestUser): Promise<Widget> {
  await page.context().clearCookies();
  const widget = await enterPassword(page, user);
  await widget.expectHeading('Enter this number on your phone');
  return widget;
}

/** The number on the login screen. */
export async function numberOn(widget: Widget): Promise<string> {
  return ((await widget.root.locator('[part=number] .silent').textContent()) ?? '').replace(/\s/g, '');
}

/** The field for the digits on the phone. */
export const digitsOn = ({ app }: Phone) => app.root.getByRole('textbox', { name: 'Digits on the login screen' });
