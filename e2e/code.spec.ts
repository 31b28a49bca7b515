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
    await widget.expectHeading('Type the code from your app');
  });

  test('K3 the seconds that the present code lasts are shown, and its end in words', async ({ page }) => {
    const seconds = widget.root.locator('[part~=seconds]');
    const left = () => 30 - (Math.floor(Date.now() / 1000) % 30);
    await expect(seconds).toHaveText(/\d/);
    const shown = Number(/\d+/.exec((await seconds.textContent()) ?? '')?.[0]);
    // Between the two readings a second may pass, also the last one of a code.
    expect((shown - left() + 31) % 30).toBeLessThanOrEqual(2);
    // Counted for the eye alone: read out each second it would drown everything else.
    expect(await seconds.evaluate((node) => node.closest('[aria-hidden=true]') !== null)).toBe(true);
    await page.clock.fastForward(((left() + 26) % 30) * 1000);
    await expect(seconds).toHaveText(/A new code comes in [1-4] s/);
  });

  test('K3 P5 the code that has just passed is still good, for one period more', async ({ page, user }) => {
    await whenCodeLasts(6);
    await widget.typeCode(codeNow(user.secret, -1));
    await page.waitForURL('**/clinic/home');
  });

  test('P5 the code before that has passed, and the user is told so', async ({ page, user }) => {
    await whenCodeLasts(6);
    await widget.typeCode(codeNow(user.secret, -2));
    await expect(widget.error).toContainText('That code has passed. Type the one that your app shows now.');
    await expect(widget.code).toBeFocused();
    await widget.typeCode(codeNow(user.secret));
    await page.waitForURL('**/clinic/home');
  });

  test('a code that is not of this account is wrong, and the attempts left are told', async ({ user }) => {
    const wrong = String((Number(codeNow(user.secret)) + 1) % 1_000_000).padStart(6, '0');
    await widget.typeCode(wrong);
    await expect(widget.error).toContainText('That code is not right.');
    await expect(widget.error).toContainText('attempts left');
  });

  test('the next code is sent again by itself when its time has come', async ({ page, user }) => {
    await whenCodeLasts(4);
    await widget.typeCode(codeNow(user.secret, 1));
    await expect(widget.error).toContainText('Your phone is a little ahead.');
    await page.waitForURL('**/clinic/home', { timeout: 40_000 });
  });

  test('a code is pasted with a space or a hyphen in it', async ({ page, user }) => {
    const code = codeNow(user.secret);
    await widget.code.focus();
    await widget.code.evaluate(
      (field: HTMLInputElement, text) => {
        field.value = text;
        field.dispatchEvent(new InputEvent('input', { bubbles: true, inputType: 'insertFromPaste' }));
      },
      `${code.slice(0, 3)}-${code.slice(3)}`,
    );
    await page.waitForURL('**/clinic/home');
  });
});

test('a code that was used before is told apart from a wrong one', async ({ page, browser, baseURL, user }) => {
  await whenCodeLasts(10);
  const code = codeNow(user.secret);
  const other = await browser.newContext({ baseURL: baseURL ?? '' });
  const first = await other.newPage();
  await first.goto('/clinic');
  const elsewhere = new Widget(first);
  await elsewhere.nameAndPassword(user);
  await elsewhere.typeCode(code);
  await first.waitForURL('**/clinic/home');
  await other.close();

  await page.goto('/clinic');
  const widget = new Widget(page);
  await widget.nameAndPassword(user);
  await widget.typeCode(code);
  await expect(widget.error).toContainText('That code was used before. Wait for the next one.');
});
