import { type Studio, Visit } from './studio.ts';
import type { Users } from './users.ts';

/** Visits the page of the help desk, with a user who has every method. */
export async function walkHelpDesk(studio: Studio, { femke }: Users): Promise<void> {
  const visit = await Visit.start(studio);
  const { page } = visit;
  await page.goto('/helpdesk');
  await page.waitForLoadState('networkidle');
  await visit.shoot('help-desk');
  await page.locator('[data-query]').fill(femke.username);
  await page
    .locator('[data-reason]')
    .fill(studio.lang === 'nl' ? 'telefoontje, stem herkend' : 'phone call, voice recognised');
  await page.locator('[data-find] button').click();
  await page.locator('[data-user] .state').waitFor();
  await visit.shoot('help-desk-user');
  await visit.pressText(/^(Reset the second step|Tweede stap resetten)$/);
  await page.locator('dialog[open]').waitFor();
  await visit.shoot('help-desk-reset');
  await page.locator('dialog button[value=no]').click();
  await visit.pressText(/^(Have a phone linked|Telefoon laten koppelen)$/);
  await page.locator('dialog[open]').waitFor();
  await visit.shoot('help-desk-phone');
  await page.locator('dialog button[value=yes]').click();
  await page.locator('.done').waitFor();
  await visit.shoot('help-desk-phone-done');
  await visit.end();
}
