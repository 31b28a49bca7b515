import { codeNow, whenCodeLasts } from './support/codes.ts';
import { expect, test } from './support/test.ts';
import { Widget } from './support/widget.ts';

test.describe('the code', () => {
  let widget: Widget;

  test.beforeEach(async ({ page, user }) => {
    await page.clock.install();
    await page.goto('/clinic');
    widget = new Widget(page);
    await widget.nameAndPassword(user);
    await widget.expectHeading('Enter the code from your app');
  });

  test('K3 the step shows the seconds until the next code, and in the last seconds a sentence', {
    tag: '@drill',
  }, async ({ page }) => {
    const seconds = widget.root.locator('[part~=seconds]');
    const left = () => 30 - (Math.floor(Date.now() / 1000) % 30);
    await expect(seconds).toHaveText(/\d/);
    const shown = Number(/\d+/.exec((await seconds.textContent()) ?? '')?.[0]);
    // A second may pass between the two readings, and it may be the last second of a code.
    expect((shown - left() + 31) % 30).toBeLessThanOrEqual(2);
    // Hidden from screen readers, which would otherwise announce every second.
    expect(await seconds.evaluate((node) => node.closest('[aria-hidden=true]') !== null)).toBe(true);
    await page.clock.fastForward(((left() + 26) % 30) * 1000);
    await expect(seconds).toHaveText(/New code in [1-4] s/);
  });

  test('K3 P5 a wrong code and an expired code are each explained, and the pasted code of the previous time step logs in', async ({
    page,
    user,
  }) => {
    await whenCodeLasts(12);
    const wrong = String((Number(codeNow(user.secret)) + 1) % 1_000_000).padStart(6, '0');
    await widget.typeCode(wrong);
    await expect(widget.error).toContainText('That code is incorrect.');
    await expect(widget.error).toContainText('attempts left');
    await widget.typeCode(codeNow(user.secret, -2));
    await expect(widget.error).toContainText('That code has expired. Enter the code that your app shows now.');
    await expect(widget.code).toBeFocused();
    const code = codeNow(user.secret, -1);
    await widget.code.evaluate(
      (field: HTMLInputElement, text) => {
        field.value = text;
        field.dispatchEvent(new InputEvent('input', { bubbles: true, inputType: 'insertFromPaste' }));
      },
      `${code.slice(0, 3)}-${code.slice(3)}`,
    );
    await page.waitForURL('**/clinic/home');
  });

  test('a code that is one time step early is sent again automatically', { tag: ['@long', '@drill'] }, async ({
    page,
    user,
  }) => {
    await whenCodeLasts(4);
    await widget.typeCode(codeNow(user.secret, 1));
    await expect(widget.error).toContainText('Your phone’s clock is slightly ahead.');
    await page.waitForURL('**/clinic/home', { timeout: 40_000 });
  });
});

test('a code that was used in another browser is refused as used', { tag: '@drill' }, async ({
  page,
  browser,
  baseURL,
  user,
}) => {
  await whenCodeLasts(10);
  const code = codeNow(user.secret);
  const other = await browser.newContext({ baseURL: baseURL ?? '' });
  const first = await other.newPage();
  await first.goto('/clinic');
  const firstWidget = new Widget(first);
  await firstWidget.nameAndPassword(user);
  await firstWidget.typeCode(code);
  await first.waitForURL('**/clinic/home');
  await other.close();

  await page.goto('/clinic');
  const widget = new Widget(page);
  await widget.nameAndPassword(user);
  await widget.typeCode(code);
  await expect(widget.error).toContainText('That code has already been used. Wait for the next one.');
});
