import { codeNow } from './codes.ts';
import { type Studio, Visit } from './studio.ts';
import type { Users } from './users.ts';

/** Visits passkeys: at the login, at their set-up, and where they are offered. */
export async function walkPasskeys(studio: Studio, { ilse }: Users): Promise<void> {
  const pieter = await studio.demo.account('pieter');
  const joris = await studio.demo.account('joris');
  const visit = await Visit.start(studio, { failsPasskeys: true });
  await visit.open('/clinic');
  await visit.press('[part~=links] [part~=secondary]');
  await visit.refused();
  await visit.shoot('passkey-username-failed');
  await visit.logIn('/clinic', pieter, 'passkey');
  await visit.shoot('passkey');
  await visit.primary();
  await visit.refused();
  await visit.shoot('passkey-failed');

  await visit.logIn('/municipality', joris, 'enroll-offer');
  await visit.primary();
  await visit.arrive('enroll-method');
  await visit.shoot('municipality-method');
  await visit.press('mfa-login [part~=method]');
  await visit.arrive('enroll-passkey');
  await visit.shoot('enroll-passkey');
  await visit.press('[part=naming] summary');
  await visit.primary();
  await visit.refused();
  await visit.shoot('enroll-passkey-failed');

  await visit.logIn('/municipality', ilse, 'totp');
  await visit.typeCode(codeNow(ilse.totpSecret));
  await visit.arrive('enroll-offer');
  await visit.shoot('passkey-offer');
  await visit.primary();
  await visit.refused();
  await visit.shoot('passkey-offer-failed');
  await visit.end();

  const old = await Visit.start(studio, { lacksPasskeys: true });
  await old.logIn('/clinic', pieter, 'passkey');
  await old.shoot('passkey-unsupported');
  await old.logIn('/municipality', joris, 'enroll-offer');
  await old.primary();
  await old.arrive('enroll-method');
  await old.press('mfa-login [part~=method]');
  await old.arrive('enroll-passkey');
  await old.shoot('enroll-passkey-unsupported');
  await old.end();
}

/** Visits text messages: at the login, at their set-up, and where users are moved to the phone. */
export async function walkTexts(studio: Studio, { thijs, ruud }: Users): Promise<void> {
  const { demo } = studio;
  const sanne = await demo.account('sanne');
  const visit = await Visit.start(studio);
  await visit.logIn('/clinic', sanne, 'sms');
  await visit.shoot('sms');
  const code = await demo.sentCode(sanne.phoneNumber);
  await visit.typeCode(code === '000000' ? '111111' : '000000');
  await visit.refused();
  await visit.shoot('sms-wrong');

  await visit.logIn('/clinic', thijs, 'enroll-offer');
  await visit.primary();
  await visit.arrive('enroll-method');
  await visit.shoot('clinic-method');
  await visit.pressText(/^(By text message|Per sms)/);
  await visit.arrive('enroll-sms-number');
  await visit.shoot('enroll-sms-number');
  const number = visit.field('tel');
  await number.fill('020 123 45 67');
  await visit.primary();
  await visit.refused();
  await visit.shoot('enroll-sms-number-wrong');
  await number.fill('06 12 34 98 76');
  await visit.primary();
  await visit.arrive('enroll-sms');
  await visit.shoot('enroll-sms');
  const first = await demo.sentCode('+31612349876');
  await visit.typeCode(first === '000000' ? '111111' : '000000');
  await visit.refused();
  await visit.shoot('enroll-sms-wrong');
  await visit.page.getByRole('button', { name: /^(Send again|Opnieuw versturen)$/ }).click({ timeout: 40_000 });
  await visit.page.locator('[part=notice]').waitFor();
  await visit.shoot('enroll-sms-again');

  await visit.logIn('/', ruud, 'sms');
  await visit.typeCode(await demo.sentCode(ruud.phoneNumber));
  await visit.arrive('enroll-offer');
  await visit.shoot('move-from-sms');
  await visit.end();
}

/** Visits the login and the settings of a user who has every method. */
export async function walkEverything(studio: Studio, { femke }: Users): Promise<void> {
  const visit = await Visit.start(studio, { failsPasskeys: true });
  await visit.logIn('/clinic', femke, 'totp');
  await visit.press('[part~=other-ways] summary');
  await visit.shoot('other-ways');
  await visit.typeCode(codeNow(femke.totpSecret, -1));
  await visit.page.waitForURL('**/clinic/home');
  await visit.open('/settings');
  const sections = visit.page.locator('mfa-settings [part~=section]');
  await sections.first().waitFor();
  await visit.shoot('settings');
  for (const [name, section] of [
    ['settings-removing-passkey', /Passkeys/],
    ['settings-removing-phone', /Approve on your phone|Goedkeuren op je telefoon/],
    ['settings-removing-number', /Text messages|Sms-berichten/],
  ] as const) {
    await sections.filter({ hasText: section }).locator('button[id^=remove-]').first().click();
    await visit.page.locator('mfa-settings [part=asking]').waitFor();
    await visit.shoot(name);
  }
  await visit.pressText(/^(Rename|Hernoemen) Laptop|^Laptop hernoemen/);
  await visit.page.locator('mfa-settings #name').fill('');
  await visit.pressText(/^(Save|Opslaan)$/);
  await visit.refused();
  await visit.shoot('settings-renaming-empty');
  await visit.pressText(/^(Add a passkey|Passkey toevoegen)$/);
  await visit.arrive('confirm-password');
  await visit.shoot('settings-password');
  await visit.field('current-password').fill(femke.password);
  await visit.primary();
  await visit.arrive('totp');
  await visit.press('[part~=other-ways] summary');
  await visit.shoot('settings-other-ways');
  await visit.typeCode(codeNow(femke.totpSecret));
  await visit.arrive('enroll-passkey');
  await visit.shoot('settings-enroll-passkey');
  await visit.end();
}
