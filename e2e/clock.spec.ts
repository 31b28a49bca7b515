import type { Page } from '@playwright/test';
import { codeNow, whenCodeLasts } from './support/codes.ts';
import { expect, test } from './support/test.ts';
import { Widget } from './support/widget.ts';

test('K9 a phone that is four minutes behind: the error shows the offset and how to correct the clock', async ({
  page,
  user,
}) => {
  await page.goto('/clinic');
  const widget = new Widget(page);
  await widget.nameAndPassword(user);
  await whenCodeLasts(5);
  await widget.typeCode(codeNow(user.secret, -8));
  await expect(widget.error).toContainText('Your phone’s clock is about 4 minutes behind.');
  await expect(widget.error).toContainText('Turn on automatic time. Then enter a new code.');
  await expect(widget.root.getByText('Settings › System › Date and time › Set time automatically')).toBeVisible();
  await expect(widget.root.getByText('Settings › General › Date & Time › Set Automatically')).toBeVisible();
  await widget.typeCode(codeNow(user.secret));
  await page.waitForURL('**/clinic/home');
});

test('K9 a phone that is one hour ahead: the error suggests a wrong time zone', { tag: '@drill' }, async ({
  page,
  user,
}) => {
  await page.goto('/clinic');
  const widget = new Widget(page);
  await widget.nameAndPassword(user);
  await whenCodeLasts(5);
  await widget.typeCode(codeNow(user.secret, 120));
  await expect(widget.error).toContainText('Your phone’s clock is 1 hour off. Its time zone is probably wrong.');
  await expect(widget.error).toContainText('Turn on the automatic time zone. Then enter a new code.');
});

test('K9 the demo phone with a wrong clock shows the codes for the wrong time', { tag: '@drill' }, async ({
  page,
  context,
}) => {
  const phone = await context.newPage();
  await phone.goto('/phone');
  const entry = phone.getByRole('listitem').filter({ has: phone.getByText('anna', { exact: true }) });
  await phone.getByLabel('Offset in minutes').fill('-6');
  await expect(phone.locator('[data-clock-words]')).toHaveText('6 minutes behind');
  const { totpSecret } = await accountOf(page, 'anna');
  const shown = async () => ((await entry.locator('[data-digits]').textContent()) ?? '').replace(' ', '');
  // The words appear before the codes are computed. Six minutes are twelve time steps, and the next one may have just begun.
  await expect
    .poll(async () => [-13, -12, -11].map((timeSteps) => codeNow(totpSecret, timeSteps)).indexOf(await shown()))
    .not.toBe(-1);
});

const accountOf = async (page: Page, username: string) => {
  const { accounts } = await (await page.request.get('/demo/accounts.json')).json();
  return accounts.find((account: { username: string }) => account.username === username);
};
