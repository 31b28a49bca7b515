import { faultsOf } from './support/axe.ts';
import { mailTo } from './support/mailbox.ts';
import { expect, test } from './support/test.ts';

test('R82: what happens to an account is mailed to its person, and stands in the demo’s mailbox', async ({
  page,
  person,
  admin,
  request,
}) => {
  await admin('resetFactors', person);
  const [message, ...others] = await mailTo(request, person.email);
  expect(others).toEqual([]);
  expect(Object.keys(message ?? {})).toEqual(['channel', 'to', 'subject', 'text', 'links', 'at']);
  expect(message?.text).toContain(`Dag ${person.name},`);
  expect(message?.text).toContain('Heb je hier niet om gevraagd?');
  await page.goto('/outbox?lang=en');
  await expect(page.getByRole('heading', { name: 'The demo’s mailbox' })).toBeVisible();
  const mail = page.locator('.mail').filter({ hasText: person.email });
  await expect(mail).toContainText(message?.subject ?? '');
  if (!(await mail.getAttribute('open').then((open) => open !== null))) await mail.locator('summary').click();
  await expect(mail).toContainText('Authenticatie-apps en herstelcodes werken niet meer');
  expect(await faultsOf(page)).toEqual([]);
  const shown = page.waitForEvent('popup');
  await mail.getByRole('link', { name: 'As a mail program shows it' }).click();
  await expect((await shown).getByRole('heading', { level: 1 })).toHaveText(message?.subject ?? '');
});

test('a mailbox that is open shows new mail by itself, and its links lead to where they should', async ({
  page,
  person,
  request,
}) => {
  await page.goto('/outbox?lang=en');
  const { organisation, username, email } = person;
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
