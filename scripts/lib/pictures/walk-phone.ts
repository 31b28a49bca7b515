import type { Locator } from '@playwright/test';
import type { DemoAccount } from './demo.ts';
import { type Studio, Visit } from './studio.ts';
import type { Users } from './users.ts';

const NOOR_MAIL = 'noor@lichtmis.example';

/** Visits the phone's app and the screens that wait for it. */
export async function walkPhone(studio: Studio, { jet }: Users): Promise<void> {
  const noor = await studio.demo.account('noor');
  const phone = new Phone(await Visit.start(studio, { isPhone: true }));
  const desktop = await Visit.start(studio);
  await walkLinking(studio, phone, desktop, noor);
  await walkRequests(studio, phone, desktop, noor);
  await walkLock(studio, phone, desktop, noor);
  await walkRefusals(phone, desktop, noor);
  await walkOffline(phone);
  await desktop.end();
  await phone.visit.end();

  const onPhone = await Visit.start(studio, { isPhone: true });
  await toLink(onPhone, jet);
  await onPhone.shoot('enroll-push-on-phone');
  await onPhone.logIn('/clinic', await studio.demo.account('wouter'), 'push');
  await onPhone.shoot('push-on-phone');
  await onPhone.end();
}

async function walkLinking({ demo }: Studio, phone: Phone, desktop: Visit, user: DemoAccount): Promise<void> {
  await phone.open();
  await phone.visit.shoot('approve-empty');
  await phone.element.locator('input').fill('https://lichtmis.example/login');
  await phone.visit.primary();
  await phone.visit.refused();
  await phone.visit.shoot('approve-bad-link');

  await toLink(desktop, user);
  await desktop.shoot('enroll-push');
  await phone.visit.page.goto(await linkIn(desktop));
  await phone.code.waitFor();
  await phone.visit.shoot('approve-code');
  await desktop.page.locator('[part=qr]').waitFor({ state: 'detached' });
  await desktop.shoot('enroll-push-code');
  const code = await demo.sentCode(NOOR_MAIL);
  await phone.code.fill(code === '000000' ? '111111' : '000000');
  await phone.visit.refused();
  await phone.visit.shoot('approve-code-wrong');
  await phone.code.fill(code);
  await phone.element.locator('[part=totp-code]').waitFor();
  await phone.visit.shoot('approve-linked');
  await desktop.arrive('recovery-codes');
  await desktop.shoot('recovery-codes');
}

async function walkRequests({ demo }: Studio, phone: Phone, desktop: Visit, user: DemoAccount): Promise<void> {
  await desktop.logIn('/', user, 'push');
  await desktop.shoot('push');
  await phone.asked();
  await phone.visit.shoot('approve-request');
  await phone.press('#approve');
  await phone.visit.refused();
  await phone.visit.shoot('approve-request-missing');
  await phone.code.fill(await numberOn(desktop));
  await phone.press('#approve');
  await phone.answered();
  await phone.visit.shoot('approve-approved');
  await phone.visit.primary();

  // The page's clock is ten seconds ahead, so that the help appears.
  await desktop.page.clock.install();
  await desktop.logIn('/', user, 'push');
  await desktop.page.clock.runFor(11_000);
  await desktop.page.locator('[part=checks]').waitFor();
  await desktop.shoot('push-help');
  demo.change("update push_requests set expires_at = ? where state = 'pending'", Date.now() - 1);
  await desktop.page.reload();
  await desktop.page.locator('[part=checks]').waitFor();
  await desktop.shoot('push-expired');
}

async function walkLock({ demo }: Studio, phone: Phone, desktop: Visit, user: DemoAccount): Promise<void> {
  await demo.lock(user);
  await desktop.logIn('/', user, 'locked');
  await desktop.shoot('locked');
  await phone.open();
  await phone.element.locator('[id^=unlock-]').waitFor();
  await phone.visit.shoot('approve-locked');
  await phone.press('[id^=unlock-]');
  await phone.element.locator('[part=notice]').waitFor();
  await phone.visit.shoot('approve-unlocked');
}

async function walkRefusals(phone: Phone, desktop: Visit, user: DemoAccount): Promise<void> {
  await desktop.logIn('/', user, 'push');
  await phone.asked();
  const number = await numberOn(desktop);
  await phone.code.fill(number === '111111' ? '222222' : '111111');
  await phone.press('#approve');
  await phone.answered();
  await phone.visit.shoot('approve-wrong');
  await desktop.page.locator('[part=number]').waitFor({ state: 'detached' });
  await desktop.shoot('push-wrong');
  await phone.visit.primary();
  await desktop.page.getByRole('button', { name: /^(Send again|Opnieuw sturen)$/ }).click({ timeout: 40_000 });
  await phone.asked();
  await phone.press('#deny');
  await phone.answered();
  await phone.visit.shoot('approve-denied');
  await phone.visit.primary();
  await desktop.logIn('/', user, 'push');
  await desktop.shoot('push-stopped');
}

async function walkOffline(phone: Phone): Promise<void> {
  const { visit, element } = phone;
  await visit.pressText(/^(Earlier logins|Eerdere verzoeken)/);
  await element.locator('[part=rows]').waitFor();
  await visit.shoot('approve-history');
  await visit.pressText(/^(Back|Terug)$/);
  await phone.press('[id^=unlink-]');
  await visit.shoot('approve-removing');
  await visit.page.evaluate(() => navigator.serviceWorker.ready.then(() => undefined));
  await visit.page.context().setOffline(true);
  await visit.page.reload();
  await element.locator('[part=notice]').waitFor();
  await element.locator('[part=totp-code]').waitFor();
  await visit.shoot('approve-offline');
  await visit.page.context().setOffline(false);
}

/** The phone's app. */
class Phone {
  readonly visit: Visit;
  readonly element: Locator;
  /** The field for a code, or for the digits of the login screen. */
  readonly code: Locator;

  constructor(visit: Visit) {
    this.visit = visit;
    this.element = visit.page.locator('mfa-approve');
    this.code = this.element.locator('input[inputmode=numeric]');
  }

  async open(): Promise<void> {
    await this.visit.page.goto('/approve');
    await this.element.locator('[part~=heading]').waitFor();
  }

  press(selector: string): Promise<void> {
    return this.element.locator(selector).first().click();
  }

  /** Waits for a login to answer. */
  async asked(): Promise<void> {
    await this.element.locator('[part=details]').waitFor();
  }

  /** Waits for the result of an answer. */
  async answered(): Promise<void> {
    await this.element.locator('[part=details]').waitFor({ state: 'detached' });
  }
}

/** Logs in up to the QR code that links a phone. */
async function toLink(visit: Visit, user: DemoAccount): Promise<void> {
  await visit.logIn('/', user, 'enroll-offer');
  await visit.primary();
  await visit.arrive('enroll-method');
  await visit.press('mfa-login [part~=method]');
  await visit.arrive('enroll-push');
  await visit.page.locator('[part=qr]').waitFor();
}

/** The link in the QR code. */
const linkIn = ({ page }: Visit): Promise<string> =>
  page.evaluate(async () => {
    const [, stored] = Object.entries(sessionStorage).find(([key]) => key.startsWith('mfa-flow')) ?? [];
    const { id, token } = JSON.parse(String(stored));
    const response = await fetch(`/mfa/v1/flows/${id}`, { headers: { authorization: `Bearer ${token}` } });
    return (await response.json()).flow.step.uri;
  });

/** The number on the login screen. */
async function numberOn({ page }: Visit): Promise<string> {
  return ((await page.locator('mfa-login [part=number] .silent').textContent()) ?? '').replace(/\s/g, '');
}
