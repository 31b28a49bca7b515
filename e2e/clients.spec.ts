import { createClient } from '@tweestap/client';
import { makeInstallationKey } from './support/client-key.ts';
import { codeNow, whenCodeLasts } from './support/codes.ts';
import { lossyFetch } from './support/lossy-fetch.ts';
import { expect, test } from './support/test.ts';
import type { TestUser } from './support/users.ts';
import { Widget } from './support/widget.ts';

const CLIENT = 'linde-pocket';

const nameAndPassword = ({ organisation, username, password }: TestUser) =>
  [
    { step: 'organisation', organisation },
    { step: 'username', username },
    { step: 'password', password },
  ] as const;

test('M1 R94: a phone app logs in with the password alone, with a key that a full login registered, until the user removes it', async ({
  page,
  baseURL,
  user,
}) => {
  const audience = `${baseURL}/mfa/v1`;
  const phone = createClient({ api: audience, fetch: lossyFetch().fetch, storage: null });
  const key = await makeInstallationKey();
  const inputs = nameAndPassword(user);

  // Once, the app logs in as any browser does, and registers the key that it made.
  await whenCodeLasts(10);
  const full = await phone.start('login', { inputs });
  expect(full.step.type).toBe('totp');
  await full.submit({ step: 'totp', code: codeNow(user.secret, -1) });
  const account = (await phone.session())?.user.id ?? '';
  const proof = await key.sign({ client: CLIENT, subject: account, audience });
  await phone.account.addInstallation(CLIENT, { publicKey: key.publicKey, proof, name: 'Pocket on my phone' });
  await phone.logOut();

  // From then on the password is enough there, and the session says so.
  const assertion = () => key.sign({ client: CLIENT, subject: CLIENT, audience });
  const clientAssertion = await assertion();
  const short = await phone.start('login', { inputs, client: CLIENT, clientAssertion });
  expect(short.step).toMatchObject({ type: 'done', acr: 'aal1', amr: ['pwd'] });
  expect(await phone.session()).toMatchObject({ client: CLIENT, acr: 'aal1', amr: ['pwd'] });

  // The portal, the settings and the account refuse that session.
  await expect(phone.account.get()).rejects.toMatchObject({ code: 'not-allowed', status: 403 });

  // Someone who knows the password gets nothing by the name of the app, nor by a copied assertion, nor by another key.
  const thief = createClient({ api: audience, fetch: lossyFetch().fetch, storage: null });
  const other = await makeInstallationKey();
  const forged = await other.sign({ client: CLIENT, subject: CLIENT, audience });
  for (const given of [{}, { clientAssertion }, { clientAssertion: forged }]) {
    const refused = thief.start('login', { inputs, client: CLIENT, ...given });
    await expect(refused).rejects.toMatchObject({ code: 'bad-client', status: 403 });
  }
  expect((await thief.start('login', { inputs })).step.type).toBe('totp');

  // The user sees the app in the settings, and removes it.
  await page.goto('/clinic');
  const widget = new Widget(page);
  await widget.nameAndPassword(user);
  await widget.typeCode(codeNow(user.secret));
  await page.waitForURL('**/clinic/home');
  await page.goto('/settings');
  const settings = new Widget(page, 'mfa-settings');
  await settings.expectHeading('Apps with their own login');
  await settings.root.getByRole('button', { name: 'Remove Pocket on my phone' }).click();
  await expect(settings.root.getByText('The app has been removed.')).toBeVisible();
  await expect(settings.heading('Apps with their own login')).toBeHidden();
  expect(await phone.session()).toBeNull();
  const late = phone.start('login', { inputs, client: CLIENT, clientAssertion: await assertion() });
  await expect(late).rejects.toMatchObject({ code: 'bad-client' });
});

test('M1 R94: a page of the portal sends the session of an app to the login', { tag: '@drill' }, async ({
  page,
  context,
  baseURL,
  user,
}) => {
  const audience = `${baseURL}/mfa/v1`;
  const key = await makeInstallationKey();
  await page.goto('/clinic');
  const widget = new Widget(page);
  await widget.nameAndPassword(user);
  await widget.typeCode(codeNow(user.secret));
  await page.waitForURL('**/clinic/home');
  const origin = { origin: baseURL ?? '' };
  const { session } = await (await context.request.get(`${audience}/session`)).json();
  const proof = await key.sign({ client: CLIENT, subject: session.user.id, audience });
  const data = { publicKey: key.publicKey, proof };
  const added = await context.request.post(`${audience}/clients/${CLIENT}/installations`, { data, headers: origin });
  expect(added.status()).toBe(201);
  const clientAssertion = await key.sign({ client: CLIENT, subject: CLIENT, audience });
  const begun = await context.request.post(`${audience}/flows`, {
    data: { kind: 'login', client: CLIENT, clientAssertion, inputs: nameAndPassword(user) },
    headers: origin,
  });
  expect((await begun.json()).flow.step).toMatchObject({ type: 'done', acr: 'aal1' });
  // The browser now has the session of the app. The portal asks for a login.
  await page.goto('/clinic/home');
  await expect(new Widget(page).username).toBeVisible();
  await page.goto('/settings');
  await expect(page.locator('mfa-settings')).toBeHidden();
});
