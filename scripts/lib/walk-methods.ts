import { type BrowserContext, expect, type Page } from '@playwright/test';

/** Takes screenshots of a page. */
export type Shoot = (name: string, page?: Page) => Promise<void>;

/** Opens a page of the demo without a stored flow. Its current step is in `document.body.dataset.step`. */
export const open = async (page: Page, path: string): Promise<void> => {
  await page.goto(path);
  await page.evaluate(() => {
    sessionStorage.clear();
    addEventListener('mfa-step', (event) => {
      document.body.dataset.step = (event as CustomEvent<{ type: string }>).detail.type;
    });
  });
  await page.waitForLoadState('networkidle');
};

const arrive = async (page: Page, step: string): Promise<void> => {
  await page.waitForFunction((step) => document.body.dataset.step === step, step);
};
const primary = (page: Page): Promise<void> => page.locator('[part~=primary]').first().click();

/** Logs in with an account of the evaluator's panel, up to the step after the password. */
async function enterPassword(page: Page, path: string, account: string, step: string): Promise<void> {
  await page.context().clearCookies();
  await open(page, path);
  const button = page.locator(`[data-account="${account}"]`);
  // Choosing the account fills in what the current step asks. The portal of several organisations asks for the organisation first.
  for (const next of [...(path === '/' ? ['username'] : []), 'password', step]) {
    await button.click();
    await primary(page);
    await arrive(page, next);
  }
}

/** Visits the steps of the methods other than an app. No login is completed, so that the next round can repeat it. */
export async function walkMethods(page: Page, shoot: Shoot): Promise<void> {
  await enterPassword(page, '/clinic', 'de-linde/sanne', 'sms');
  await shoot('clinic-sms');
  await enterPassword(page, '/clinic', 'de-linde/pieter', 'passkey');
  await shoot('clinic-passkey');
  await enterPassword(page, '/municipality', 'wolvenrade/joris', 'enroll-offer');
  await primary(page);
  await arrive(page, 'enroll-method');
  await shoot('municipality-method');
  await page.locator('mfa-login [part~=method]').first().click();
  await arrive(page, 'enroll-passkey');
  await shoot('municipality-passkey');
}

const account = 'lichtmis/noor';

/** The phone of a user. It is linked in the first round and used in all of them. */
export class WalkedPhone {
  readonly #page: Page;

  constructor(page: Page) {
    this.#page = page;
  }

  /** Links the phone at the login, up to the recovery codes. */
  async link(context: BrowserContext): Promise<void> {
    const page = await context.newPage();
    await enterPassword(page, '/', account, 'enroll-offer');
    await primary(page);
    await arrive(page, 'enroll-method');
    await page.locator('mfa-login [part~=method]').first().click();
    await arrive(page, 'enroll-push');
    await this.#page.goto(await linkOf(page));
    const code = this.#page.locator('mfa-approve input');
    await code.waitFor();
    await code.fill(await mailedCode(page));
    await arrive(page, 'recovery-codes');
    await page.close();
  }

  /** Visits the pages of a login that the phone approves. */
  async walk(page: Page, shoot: Shoot, preferences: string): Promise<void> {
    const phone = this.#page;
    await phone.goto(`/approve?${preferences}`);
    await phone.locator('mfa-approve [part=totp-code]').waitFor();
    await shoot('approve', phone);
    await enterPassword(page, '/', account, 'push');
    await shoot('push');
    await phone.locator('mfa-approve [part=details]').waitFor();
    await shoot('approve-request', phone);
    const number = (await page.locator('mfa-login [part=number] .silent').textContent()) ?? '';
    await phone.locator('mfa-approve input').fill(number.replace(/\s/g, ''));
    await phone.locator('mfa-approve [part~=decision]').first().click();
    await phone.locator('mfa-approve [part=details]').waitFor({ state: 'detached' });
    await shoot('approve-answered', phone);
  }
}

/** The link in the QR code of the step `enroll-push`. */
async function linkOf(page: Page): Promise<string> {
  return page.evaluate(async () => {
    const [, stored] = Object.entries(sessionStorage).find(([key]) => key.startsWith('mfa-flow')) ?? [];
    const { id, token } = JSON.parse(String(stored));
    const response = await fetch(`/mfa/v1/flows/${id}`, { headers: { authorization: `Bearer ${token}` } });
    return (await response.json()).flow.step.uri;
  });
}

/** The code that was mailed to the user of the phone. */
async function mailedCode(page: Page): Promise<string> {
  let code: string | undefined;
  await expect(async () => {
    const { messages } = await (await page.request.get('/demo/outbox.json')).json();
    const texts = (messages as { to: string; text: string }[]).filter(({ to }) => to.startsWith('noor@'));
    code = texts.map(({ text }) => /\b(\d{6})\b/.exec(text)?.[1]).find(Boolean);
    expect(code).toBeDefined();
  }).toPass();
  return code ?? '';
}
