import { codeNow } from './codes.ts';
import { type Studio, Visit } from './studio.ts';
import type { Users } from './users.ts';

/** Visits the portals, and logs in at one with a password and a recovery code. */
export async function walkPortals(studio: Studio, { koen }: Users): Promise<void> {
  const anna = await studio.demo.account('anna');
  const visit = await Visit.start(studio);
  await visit.open('/');
  await visit.shoot('front', { withPanel: true });
  await visit.press('[part~=input]');
  await visit.page.locator('[role=option]').first().waitFor();
  await visit.shoot('front-organisations');
  for (const path of ['schools', 'municipality', 'phone', 'account']) {
    await visit.open(`/${path}`);
    await visit.shoot(path);
  }
  await visit.open('/clinic');
  await visit.shoot('clinic', { withPanel: true });
  await visit.logIn('/clinic', { ...anna, password: 'not the password' }, 'password');
  await visit.refused();
  await visit.shoot('clinic-password-wrong');
  await visit.field('current-password').fill(anna.password);
  await visit.primary();
  await visit.arrive('totp');
  await visit.shoot('clinic-code', { withPanel: true });
  await visit.typeCode('000000');
  await visit.refused();
  await visit.shoot('clinic-code-wrong');
  await toRecoveryCode(visit);
  await visit.shoot('clinic-recovery-code');
  await enterRecoveryCode(visit, anna.recoveryCodes?.[0]);
  await visit.page.waitForURL('**/clinic/home');
  await visit.shoot('clinic-home');
  await visit.page.goto('/clinic/file/2319-044');
  await visit.shoot('clinic-file');
  await visit.open('/settings');
  await visit.page.locator('mfa-settings [part~=section]').first().waitFor();
  await visit.shoot('clinic-settings');

  await visit.logIn('/clinic', koen, 'totp');
  await toRecoveryCode(visit);
  await enterRecoveryCode(visit, koen.recoveryCodes?.[0]);
  await visit.arrive('done');
  await visit.shoot('clinic-few-codes');
  await visit.end();
}

async function toRecoveryCode(visit: Visit): Promise<void> {
  const other = visit.page.locator('[part~=other-ways] summary');
  if (await other.isVisible()) await other.click();
  await visit.pressText(/^(Use a recovery code|Herstelcode gebruiken)$/);
  await visit.arrive('recovery-code');
}

async function enterRecoveryCode(visit: Visit, code = ''): Promise<void> {
  await visit.page.locator('mfa-login input:not([readonly])').last().fill(code);
  await visit.primary();
}

/** Visits the set-up of an authenticator app, and the replacement of a password that has expired. */
export async function walkSchools(studio: Studio): Promise<void> {
  const { demo } = studio;
  const visit = await Visit.start(studio);
  await visit.logIn('/schools', await demo.account('tobias'), 'enroll-offer');
  await visit.shoot('schools-offer');
  await visit.primary();
  await visit.arrive('enroll-method');
  await visit.shoot('schools-method');
  await visit.press('mfa-login [part~=method]');
  await visit.arrive('enroll-totp');
  await visit.press('mfa-login [part=apps] summary');
  await visit.shoot('schools-set-up');

  const marloes = await demo.account('marloes');
  const changed = Date.now() - 366 * 24 * 3_600_000;
  demo.change('update accounts set password_changed_at = ? where username = ?', changed, marloes.username);
  await visit.logIn('/schools', marloes, 'totp');
  await visit.typeCode(codeNow(marloes.totpSecret));
  await visit.arrive('new-password');
  await visit.shoot('expired-password');
  for (const field of await visit.field('new-password').all()) await field.fill(marloes.password);
  await visit.primary();
  await visit.refused();
  await visit.shoot('expired-password-current');
  await visit.end();
}

/** Visits the mailbox and the phone, when they have messages. */
export async function walkMessages(studio: Studio): Promise<void> {
  const visit = await Visit.start(studio);
  await visit.page.goto('/outbox');
  await visit.shoot('outbox');
  const mails = [
    ['outbox-invitation', /eva@/, /mfa-activate/],
    ['outbox-phone-code', /noor@/, /\b\d{6}\b/],
    ['outbox-phone-link', /femke@/, /mfa-push/],
  ] as const;
  for (const [name, to, text] of mails) {
    await visit.page.goto('/outbox');
    const mail = visit.page.locator('.mail').filter({ hasText: to }).filter({ hasText: text }).first();
    await visit.page.goto((await mail.locator('.mail-more a').getAttribute('href')) ?? '');
    await visit.shoot(name);
  }
  await visit.page.goto('/phone');
  await visit.page.waitForLoadState('networkidle');
  await visit.shoot('phone-texts');
  await visit.end();
}
