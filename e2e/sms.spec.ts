import type { Page } from '@playwright/test';
import { keepCodes } from './support/set-up.ts';
import { expect, test } from './support/test.ts';
import { codesTo, nextCode } from './support/texts.ts';
import { newPhoneNumber, type TestUser } from './support/users.ts';
import { Widget } from './support/widget.ts';

const withoutFactor = { organisation: 'de-linde', withoutFactor: true };
const withPhone = { organisation: 'de-linde', withPhone: true };

/** The masked form in which a number is shown. */
const masked = (number: string): string => `+31\u00a0•\u00a0••\u00a0••\u00a0••\u00a0${number.slice(-2)}`;
/** The form in which a user types a number at home. */
const national = (number: string): string => `0${number.slice(3, 4)} ${number.slice(4, 8)} ${number.slice(8)}`;

/** Logs in a user without a factor, up to the choice of the method. */
async function toChoice(page: Page, user: TestUser): Promise<Widget> {
  await page.goto('/clinic');
  const widget = new Widget(page);
  await widget.nameAndPassword(user);
  await widget.button('Set it up').click();
  await widget.expectHeading('How do you want to confirm that it’s you?');
  return widget;
}

const smsChoice = (widget: Widget) => widget.root.getByRole('button', { name: 'By text message' });
const numberField = (widget: Widget) => widget.root.getByRole('textbox', { name: 'Mobile number' });

test('M2 a user sets up codes by text message: number, change the number, code, send again, recovery codes', {
  tag: '@long',
}, async ({ page, request, addUser }) => {
  const user = await addUser(withoutFactor);
  const widget = await toChoice(page, user);
  await smsChoice(widget).click();
  await widget.expectHeading('Enter your mobile number');
  await expect(widget.root.getByText('Your number is used for nothing else.')).toBeVisible();
  await numberField(widget).fill('020 123 45 67');
  await widget.button('Send me a code').click();
  await expect(widget.error).toContainText('We can’t send text messages to this number.');

  const mistyped = newPhoneNumber();
  await numberField(widget).fill(national(mistyped));
  await widget.button('Send me a code').click();
  await widget.expectHeading('Enter the code from the text message');
  await expect(widget.root.getByText(masked(mistyped))).toBeVisible();
  const old = await nextCode(request, mistyped);
  await widget.button('Change the number').click();
  await numberField(widget).fill(national(user.phoneNumber));
  await widget.button('Send me a code').click();
  await expect(widget.root.getByText(masked(user.phoneNumber))).toBeVisible();
  const first = await nextCode(request, user.phoneNumber);
  if (old !== first) {
    await widget.typeCode(old);
    await expect(widget.error).toContainText('That code no longer works.');
  }

  await expect(widget.button('Send again')).toBeHidden();
  await expect(widget.root.getByText(/You can send it again in \d+ seconds?\./)).toBeVisible();
  await widget.button('Send again').click({ timeout: 40_000 });
  await expect(widget.root.getByText('We’ve sent a new code. Earlier codes no longer work.')).toBeVisible();
  const second = await nextCode(request, user.phoneNumber, 1);
  await widget.typeCode(second);
  await keepCodes(widget);
  await page.waitForURL('**/clinic/home');
  const { session } = await (await page.request.get('/mfa/v1/session')).json();
  expect(session).toMatchObject({ acr: 'aal2', amr: ['pwd', 'sms', 'mfa'] });
});

test('P3 M3 the organisation recommends the app and says why, text messages show their risk, and a passkey is offered too', async ({
  page,
  addUser,
}) => {
  const widget = await toChoice(page, await addUser(withoutFactor));
  const app = widget.root.getByRole('button', { name: /^With an authenticator app/ });
  await expect(app).toContainText('Recommended');
  await expect(app).toHaveAccessibleDescription('Free of charge. Works without a signal too.');
  await expect(smsChoice(widget)).toHaveAccessibleDescription(
    /Works on any mobile phone\. Text messages can be intercepted.* An authenticator app is safer\./,
  );
  await expect(widget.root.getByRole('button', { name: /passkey/i })).toBeVisible();
  await smsChoice(widget).click();
  await widget.button('Use an authenticator app instead').click();
  await widget.expectHeading('Set up your authenticator app');
});

test('M5 the code step names the phone, offers a recovery code and remembering, and a code of another flow is refused', {
  tag: '@drill',
}, async ({ page, request, browser, addUser }) => {
  const user = await addUser(withPhone);
  await page.goto('/clinic');
  const widget = new Widget(page);
  await widget.nameAndPassword(user);
  await widget.expectHeading('Enter the code from the text message');
  await expect(widget.root.getByText(`We’ve sent a 6-digit code to ${masked(user.phoneNumber)}.`)).toBeVisible();
  await expect(widget.remember).toBeVisible();
  await expect(widget.button('Use a recovery code')).toBeVisible();
  await nextCode(request, user.phoneNumber);

  const other = await browser.newContext({ extraHTTPHeaders: { 'x-forwarded-for': '10.9.8.6' } });
  const otherPage = await other.newPage();
  await otherPage.goto('/clinic');
  const elsewhere = new Widget(otherPage);
  await elsewhere.nameAndPassword(user);
  const newest = await nextCode(request, user.phoneNumber, 1);
  await widget.typeCode(newest);
  await expect(widget.error).toContainText('That code is incorrect.');
  await elsewhere.remember.check();
  await elsewhere.typeCode(newest);
  await otherPage.waitForURL('**/clinic/home');
  await other.close();

  await widget.button('Use a recovery code').click();
  await widget.button(`Text a code to ••••\u00a0${user.phoneNumber.slice(-2)}`).click();
  await widget.expectHeading('Enter the code from the text message');
  expect((await codesTo(request, user.phoneNumber)).length, 'returning to the step sends nothing').toBe(2);
});

test('M5 a remembered device is not asked for a code, and gets no text message', { tag: '@drill' }, async ({
  page,
  request,
  addUser,
}) => {
  const user = await addUser(withPhone);
  await page.goto('/clinic');
  const widget = new Widget(page);
  await widget.nameAndPassword(user);
  await widget.remember.check();
  await widget.typeCode(await nextCode(request, user.phoneNumber));
  await page.waitForURL('**/clinic/home');
  await page.getByRole('button', { name: 'Log out', exact: true }).click();
  await page.waitForURL('**/clinic');
  await widget.nameAndPassword(user);
  await page.waitForURL('**/clinic/home');
  expect((await codesTo(request, user.phoneNumber)).length).toBe(1);
});

test('M6 the settings show the masked number, and it is changed only after a code of the old one', {
  tag: '@drill',
}, async ({ page, request, addUser }) => {
  const user = await addUser(withPhone);
  await page.goto('/clinic');
  const login = new Widget(page);
  await login.nameAndPassword(user);
  await login.typeCode(await nextCode(request, user.phoneNumber));
  await page.waitForURL('**/clinic/home');
  await page.getByRole('link', { name: 'Login and security' }).click();
  const settings = new Widget(page, 'mfa-settings');
  await settings.expectHeading('Login and security');
  await expect(settings.root.getByRole('heading', { name: 'Text messages' })).toBeVisible();
  await expect(settings.root.getByText(masked(user.phoneNumber))).toBeVisible();
  await expect(settings.root.getByText('On', { exact: true })).toBeVisible();
  const duration = settings.root.getByRole('combobox', { name: 'Remember a device for' });
  await duration.selectOption('Never');
  await expect(settings.root.getByText('Saved.')).toBeVisible();

  await settings.root.getByRole('button', { name: 'Change the phone number' }).click();
  await settings.password.fill(user.password);
  await settings.button('Continue').click();
  await settings.expectHeading('Enter the code from the text message');
  await settings.typeCode(await nextCode(request, user.phoneNumber, 1));
  const number = newPhoneNumber();
  await numberField(settings).fill(number);
  await settings.button('Send me a code').click();
  await settings.typeCode(await nextCode(request, number));
  await expect(settings.root.getByText('Your phone number is set up.')).toBeVisible();
  await expect(settings.root.getByText(masked(number))).toBeVisible();
  await expect(settings.root.getByText(masked(user.phoneNumber))).toHaveCount(0);
  const { messages } = await (await request.get('/demo/outbox.json')).json();
  const notice = (messages as { to: string; subject?: string; text: string }[]).find(({ to }) => to === user.email);
  expect(notice?.subject).toContain('telefoonnummer');
  expect(notice?.text).not.toContain(number.slice(1, -2));

  await page.getByRole('button', { name: 'Log out', exact: true }).click();
  await page.waitForURL('**/clinic');
  await login.nameAndPassword(user);
  await login.expectHeading('Enter the code from the text message');
  await login.typeCode(await nextCode(request, number, 1));
  await page.waitForURL('**/clinic/home');
});
