import type { Browser, BrowserContextOptions, Locator, Page } from '@playwright/test';
import type { Camera, Language } from './camera.ts';
import type { Demo, DemoAccount } from './demo.ts';

/** User agents of browsers with a window. Without one, the browser has a name of its own, which the screens would show. */
const agents = {
  desktop: 'X11; Linux x86_64',
  phone: 'Linux; Android 15; Pixel 9',
} as const;

const agentOf = (isPhone: boolean): string => {
  const end = isPhone ? 'Mobile Safari/537.36' : 'Safari/537.36';
  return `Mozilla/5.0 (${agents[isPhone ? 'phone' : 'desktop']}) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0.0.0 ${end}`;
};

/** What is different in the browser of a walk. */
export interface Differences {
  /** Every prompt for a passkey fails, as it does when the user closes it. */
  readonly failsPasskeys?: boolean;
  /** The browser has no passkeys. */
  readonly lacksPasskeys?: boolean;
  /** The browser is that of a phone. */
  readonly isPhone?: boolean;
}

/** Where the walks of one language take place. */
export interface Studio {
  readonly browser: Browser;
  readonly camera: Camera;
  readonly demo: Demo;
  readonly lang: Language;
}

/** One page of the demo in a browser of its own. */
export class Visit {
  readonly page: Page;
  readonly #studio: Studio;

  private constructor(studio: Studio, page: Page) {
    this.#studio = studio;
    this.page = page;
  }

  static async start(
    studio: Studio,
    { failsPasskeys, lacksPasskeys, isPhone = false }: Differences = {},
  ): Promise<Visit> {
    const { browser, demo, lang } = studio;
    const options: BrowserContextOptions = {
      baseURL: demo.origin,
      locale: lang === 'nl' ? 'nl-NL' : 'en-GB',
      timezoneId: 'Europe/Amsterdam',
      reducedMotion: 'reduce',
      userAgent: agentOf(isPhone),
    };
    const page = await (await browser.newContext(options)).newPage();
    if (failsPasskeys) await page.addInitScript(failPrompts);
    if (lacksPasskeys) await page.addInitScript(() => Reflect.deleteProperty(window, 'PublicKeyCredential'));
    return new Visit(studio, page);
  }

  async end(): Promise<void> {
    await this.page.context().close();
  }

  shoot(name: string, options?: { withPanel?: boolean }): Promise<void> {
    return this.#studio.camera.shoot(name, this.page, options);
  }

  /** Opens a page of the demo without a stored flow. Its current step is in `document.body.dataset.step`. */
  async open(path: string): Promise<void> {
    const { page } = this;
    await page.goto(path);
    await page.evaluate(() => {
      sessionStorage.clear();
      addEventListener('mfa-step', (event) => {
        document.body.dataset.step = (event as CustomEvent<{ type: string }>).detail.type;
      });
    });
    await page.waitForLoadState('networkidle');
  }

  /** Waits for a step. @throws Error with the step that is shown instead */
  async arrive(step: string): Promise<void> {
    const { page } = this;
    try {
      await page.waitForFunction((step) => document.body.dataset.step === step, step);
    } catch (cause) {
      const shown = await page.evaluate(() => document.body.dataset.step);
      throw new Error(`Expected the step ${step} at ${page.url()}, got ${shown}.`, { cause });
    }
  }

  press(selector: string): Promise<void> {
    return this.page.locator(selector).first().click();
  }

  primary(): Promise<void> {
    return this.press('[part~=primary]');
  }

  /** Presses a button by its text in either language. */
  pressText(text: RegExp): Promise<void> {
    return this.page.getByRole('button', { name: text }).first().click();
  }

  /** The field of the current step with this purpose. */
  field(purpose: string): Locator {
    return this.page.locator(`input[data-mfa][autocomplete~="${purpose}"]:not([readonly])`);
  }

  async typeCode(code: string): Promise<void> {
    await this.field('one-time-code').fill(code);
  }

  /** Waits for an error. */
  async refused(): Promise<void> {
    await this.page.locator('[role=alert]', { hasText: /\S/ }).waitFor();
  }

  /** Logs in up to the step after the password. */
  async logIn(path: string, { username, password }: Pick<DemoAccount, 'username' | 'password'>, step: string) {
    await this.page.context().clearCookies();
    await this.open(path);
    if (path === '/') {
      await this.page.locator('[role=combobox]').fill('Thuiszorg Lichtmis');
      await this.press('[role=option]');
      await this.primary();
      await this.arrive('username');
    }
    await this.field('username').fill(username);
    await this.primary();
    await this.arrive('password');
    await this.field('current-password').fill(password);
    await this.primary();
    await this.arrive(step);
  }
}

function failPrompts(): void {
  const fail = async (): Promise<never> => {
    throw new DOMException('The operation either timed out or was not allowed.', 'NotAllowedError');
  };
  navigator.credentials.create = fail;
  const get = navigator.credentials.get.bind(navigator.credentials);
  navigator.credentials.get = (options) => (options?.mediation === 'conditional' ? get(options) : fail());
}
