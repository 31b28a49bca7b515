import { codeNow } from './support/codes.ts';
import { expect, test } from './support/test.ts';

test('/demo/accounts.json lists the demo accounts, with one account for each implemented state', async ({
  request,
}) => {
  const { accounts } = await (await request.get('/demo/accounts.json')).json();
  const states = accounts.map(({ organisation, state }: Record<string, string>) => `${organisation} ${state}`);
  expect(states.filter((text: string) => text === 'de-linde totp')).toHaveLength(3);
  const others = ['zilverdijk totp', 'zilverdijk optional', 'wolvenrade mandatory', 'meerzicht invited'];
  expect(states).toEqual(expect.arrayContaining([...others, 'de-linde sms', 'de-linde passkey', 'de-linde helpdesk']));
  for (const account of accounts) {
    expect(
      Object.keys(account).filter((name) => !name.match(/^(totpSecret|recoveryCodes|passkey|phone|phoneNumber)$/)),
    ).toEqual(['organisation', 'organisationName', 'username', 'password', 'state']);
    expect(account.phoneNumber === undefined).toBe(account.state !== 'sms');
    expect(account.totpSecret === undefined).toBe(!['totp', 'helpdesk'].includes(account.state));
  }
});

// Threat: a page of another site makes a user's browser call the open routes of a demo that runs on the same machine.
test('the routes of the demo accept requests only from pages and programs of this machine', async ({
  request,
  user,
}) => {
  const data = { organisation: user.organisation, account: user.username };
  const as = async (headers: Record<string, string>, body: object | string = data) =>
    (await request.post('/demo/admin/find', { headers, data: body })).status();
  expect(await as({})).toBe(200);
  expect(await as({ host: 'evil.example' })).toBe(403);
  expect(await as({ 'content-type': 'text/plain' }, JSON.stringify(data))).toBe(415);
  expect(await as({}, {})).toBe(400);
  expect(await as({}, { ...data, account: 'unknown' })).toBe(404);
  expect((await request.post('/demo/admin/constructor', { data })).status()).toBe(404);
});

test('the demo phone reads a pasted link and shows the issuer above the code and the account below it', async ({
  page,
}) => {
  await page.goto('/phone');
  const secret = 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ';
  const field = page.getByLabel('Key or link');
  await field.fill('not a key');
  await page.getByRole('button', { name: 'Add', exact: true }).click();
  await expect(page.getByRole('alert')).toContainText('This is not a key or an otpauth link.');
  await field.fill(`otpauth://totp/Bakkerij:els?secret=${secret}&issuer=Bakkerij`);
  await field.press('Enter');
  const entry = page.getByRole('listitem').filter({ hasText: 'els' });
  await expect(entry).toHaveText(/^Bakkerij\s*\d{3} \d{3}\s*els\s*Copy$/);
  const shown = ((await entry.locator('[data-digits]').textContent()) ?? '').replace(' ', '');
  expect([codeNow(secret), codeNow(secret, -1)]).toContain(shown);
  await page.reload();
  await expect(entry).toBeVisible();
});
