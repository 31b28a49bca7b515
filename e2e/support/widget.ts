import { expect, type Locator, type Page } from '@playwright/test';
import type { TestUser } from './users.ts';

/** Operates the widget of a page as a user does. It finds elements by role and name, as assistive technology does. */
export class Widget {
  readonly page: Page;
  readonly root: Locator;

  constructor(page: Page, tag: 'mfa-login' | 'mfa-enroll' | 'mfa-settings' | 'mfa-approve' = 'mfa-login') {
    this.page = page;
    this.root = page.locator(tag);
  }

  get organisation(): Locator {
    return this.root.getByRole('combobox', { name: 'Organisation' });
  }

  get username(): Locator {
    return this.root.getByRole('textbox', { name: 'Username' });
  }

  get password(): Locator {
    return this.root.locator('input[autocomplete=current-password]');
  }

  get code(): Locator {
    return this.root.locator('input[autocomplete=one-time-code]');
  }

  get error(): Locator {
    return this.root.getByRole('alert');
  }

  get remember(): Locator {
    return this.root.getByRole('checkbox');
  }

  heading(name: string): Locator {
    return this.root.getByRole('heading', { name });
  }

  button(name: string): Locator {
    return this.root.getByRole('button', { name, exact: true });
  }

  async expectHeading(name: string): Promise<void> {
    await expect(this.heading(name)).toBeVisible();
  }

  async chooseOrganisation(name: string): Promise<void> {
    await this.organisation.fill(name);
    await this.root.getByRole('option', { name }).click();
    await this.button('Continue').click();
  }

  async typeUsername(name: string): Promise<void> {
    await this.username.fill(name);
    await this.button('Continue').click();
  }

  async typePassword(password: string): Promise<void> {
    await this.password.fill(password);
    await this.button('Log in').click();
  }

  /** Completes the steps before the code, on a portal with a preset organisation. */
  async nameAndPassword({ username, password }: Pick<TestUser, 'username' | 'password'>): Promise<void> {
    await this.typeUsername(username);
    await this.typePassword(password);
  }

  /** The sixth digit submits. */
  async typeCode(code: string): Promise<void> {
    await this.code.pressSequentially(code);
  }
}
