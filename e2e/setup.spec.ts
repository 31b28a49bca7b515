import { codeNow } from './support/codes.ts';
import { acceptApp, appChoice, beginSetUp, mandatory, optional, secretOf } from './support/set-up.ts';
import { expect, test } from './support/test.ts';
import { Widget } from './support/widget.ts';

test('P1 K12 the offer explains the set-up, in the organisation’s words too, and shows the days left, and ‘Not now’ logs in without it', async ({
  page,
  addUser,
}) => {
  const widget = await beginSetUp(page, '/schools', await addUser(optional));
  for (const text of [
    'As well as your password, you use something that only you have.',
    'For example, a free app on your phone or computer shows a code that you enter.',
    'Even someone who knows your password can’t log in as you.',
    'Yes, except on a device that you choose to remember.',
    'About three minutes. Keep your phone at hand.',
  ])
    await expect(widget.root.getByText(text, { exact: true })).toBeVisible();
  await expect(
    widget.root.getByText(/^You can postpone this until \w+day \d+ \w+ \((29|30|31) days left\)\.$/),
  ).toBeVisible();
  const own = widget.root.locator('[part=explanation]');
  await expect(own).toContainText('Pupils’ files are confidential.');
  await expect(own.getByRole('link', { name: 'Read more' })).toHaveAttribute(
    'href',
    'https://zilverdijk.example/twee-stappen',
  );
  await page.evaluate(() => {
    document.addEventListener('mfa-later', () => sessionStorage.setItem('later', 'heard'));
  });
  await widget.button('Not now').click();
  await page.waitForURL('**/schools/home');
  await expect(page.getByText('Logged in without a code')).toBeVisible();
  expect(await page.evaluate(() => sessionStorage.getItem('later'))).toBe('heard');
  const { session } = await (await page.request.get('/mfa/v1/session')).json();
  expect(session).toMatchObject({ amr: ['pwd'], acr: 'aal1' });
});

test('P1 a user can’t skip a mandatory set-up', { tag: '@drill' }, async ({ page, addUser }) => {
  const widget = await beginSetUp(page, '/municipality', await addUser(mandatory));
  await expect(widget.root.getByText('Your organisation requires this for everyone')).toBeVisible();
  await expect(widget.button('Not now')).toHaveCount(0);
  await acceptApp(widget);
  await expect(widget.button('Not now')).toHaveCount(0);
});

test('P3 P10 M3 M9 every step of an optional set-up has ‘Not now’ and the organisation’s help, and its choice is recommended', async ({
  page,
  addUser,
}) => {
  const widget = await beginSetUp(page, '/schools', await addUser(optional));
  const help = widget.root.getByText('Do you need help? Ask your school’s application manager.');
  const expectBoth = async () => {
    await expect(help).toBeVisible();
    await expect(widget.button('Not now')).toBeVisible();
  };
  await expectBoth();
  await widget.button('Set it up').click();
  await widget.expectHeading('How do you want to confirm that it’s you?');
  await expectBoth();
  const app = appChoice(widget);
  await expect(app).toContainText('Recommended');
  await expect(app).toHaveAccessibleDescription('Free of charge. Works without a phone signal too.');
  await app.click();
  await widget.expectHeading('Set up your authenticator app');
  await expectBoth();
  await widget.typeCode(codeNow(await secretOf(widget)));
  await widget.expectHeading('Save your recovery codes');
  await expect(help).toBeVisible();
});

test('P2 a set-up that a logged-in user starts asks for the password again', async ({ page, addUser }) => {
  const user = await addUser(optional);
  const widget = await beginSetUp(page, '/schools', user);
  await widget.button('Not now').click();
  await page.waitForURL('**/schools/home');
  await page.goto('/account');
  const enroll = new Widget(page, 'mfa-enroll');
  await enroll.expectHeading('Enter your password again');
  await enroll.password.fill('not this one');
  await enroll.button('Continue').click();
  await expect(enroll.error).not.toBeEmpty();
  await enroll.password.fill(user.password);
  await enroll.button('Continue').click();
  await enroll.expectHeading('How do you want to confirm that it’s you?');
});
