import { faultsOf } from './support/axe.ts';
import { mailTo, stopUpdates } from './support/mailbox.ts';
import { expect, test } from './support/test.ts';

test('R82: a user gets a notice about a change to the account, and the demo mailbox shows it', {
  tag: '@drill',
}, async ({ page, user, admin, request }) => {
  await admin('resetFactors', user);
  const [message, ...others] = await mailTo(request, user.email);
  expect(others).toEqual([]);
  expect(Object.keys(message ?? {})).toEqual(['channel', 'to', 'subject', 'text', 'links', 'at']);
  expect(message?.text).toContain(`Dag ${user.name},`);
  expect(message?.text).toContain('Heb je hier niet om gevraagd?');
  await stopUpdates(page);
  await page.goto('/outbox?lang=en');
  await expect(page.getByRole('heading', { name: 'Demo mailbox' })).toBeVisible();
  const mail = page.locator('.mail').filter({ hasText: user.email });
  await expect(mail).toContainText(message?.subject ?? '');
  if (!(await mail.getAttribute('open').then((open) => open !== null))) await mail.locator('summary').click();
  await expect(mail).toContainText('Authenticatie-apps en herstelcodes werken niet meer');
  expect(await faultsOf(page)).toEqual([]);
  const shown = page.waitForEvent('popup');
  await mail.getByRole('link', { name: 'View as in an email program' }).click();
  await expect((await shown).getByRole('heading', { level: 1 })).toHaveText(message?.subject ?? '');
});

test('the open mailbox shows a new email automatically, and the link in it opens the right page', {
  tag: '@drill',
}, async ({ page, user, request }) => {
  await page.goto('/outbox?lang=en');
  const { organisation, username, email } = user;
  const identify = { step: 'identify', username, email };
  const inputs = [{ step: 'organisation', organisation }, identify];
  const headers = { 'accept-language': 'en' };
  const started = await request.post('/mfa/v1/flows', { headers, data: { kind: 'recover', inputs } });
  expect(started.status(), await started.text()).toBe(201);
  const mail = page.locator('.mail').filter({ hasText: email });
  await expect(mail).toContainText('Choose a new password');
  const [message] = await mailTo(request, email);
  const [link = ''] = message?.links ?? [];
  expect(link).toMatch(/#mfa-reset=[\w-]{43}$/);
  if (!(await mail.getAttribute('open').then((open) => open !== null))) await mail.locator('summary').click();
  await mail.getByRole('link', { name: link }).click();
  await expect(page).toHaveURL((url) => url.pathname === new URL(link).pathname);
});
