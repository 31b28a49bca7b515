import type { Page } from '@playwright/test';
import { faultsOf } from './support/axe.ts';
import { codeNow } from './support/codes.ts';
import { stopUpdates } from './support/mailbox.ts';
import { declinePasskey, mandatory } from './support/set-up.ts';
import { expect, test } from './support/test.ts';
import { Widget } from './support/widget.ts';

/*
 * The steps of the elements are checked in their own tests, in every state. These tests check the pages around them, and the
 * colours that each portal gives the widget.
 */

// The animation of a new step changes its colours, so axe could measure a wrong contrast.
test.use({ contextOptions: { reducedMotion: 'reduce' } });

const schemes = ['light', 'dark'] as const;

/** Fails if axe finds a violation on the page in one of the themes. */
async function expectAccessible(page: Page): Promise<void> {
  for (const colorScheme of schemes) {
    await page.emulateMedia({ colorScheme });
    expect(await faultsOf(page), colorScheme).toEqual([]);
  }
}

/** Fails if a part of the page is cut off at 320 pixels, or needs horizontal scrolling. */
async function expectNarrow(page: Page): Promise<void> {
  const cutOff = await page.evaluate(() => {
    const { scrollWidth } = document.documentElement;
    const overflowing = [...document.body.querySelectorAll('*')].filter(
      (node) => node.getBoundingClientRect().right > innerWidth + 1,
    );
    return [scrollWidth, ...overflowing.map((node) => node.outerHTML.slice(0, 80))];
  });
  expect(cutOff).toEqual([320]);
}

const paths = [
  '/',
  '/clinic',
  '/schools',
  '/municipality',
  '/phone',
  '/outbox',
  '/account',
  '/approve',
  '/nothing-here',
];

/** The pages that `pnpm test` opens. A drill opens them all. */
const usual = ['/', '/account'];

for (const path of paths) {
  const title = `axe finds no violation on ${path} in both themes, and it fits in 320 pixels in English and Dutch`;
  test(title, { tag: usual.includes(path) ? [] : '@drill' }, async ({ page }) => {
    await stopUpdates(page);
    await page.setViewportSize({ width: 320, height: 700 });
    for (const lang of ['nl', 'en']) {
      await page.goto(`${path}?lang=${lang}`);
      await page.waitForLoadState('networkidle');
      await expectNarrow(page);
    }
    await page.setViewportSize({ width: 1280, height: 720 });
    await expectAccessible(page);
  });
}

for (const { path, organisation } of [
  { path: 'clinic', organisation: 'de-linde' },
  { path: 'schools', organisation: 'zilverdijk' },
  { path: 'municipality', organisation: 'wolvenrade' },
]) {
  test(`axe finds no violation on an error at ${organisation}, or on the page after the login`, {
    tag: '@drill',
  }, async ({ page, addUser }) => {
    const user = await addUser({ organisation });
    const widget = new Widget(page);
    await page.goto(`/${path}`);
    await widget.typeUsername(user.username);
    await widget.typePassword('certainly not the password');
    await expect(widget.error).not.toBeEmpty();
    await expectAccessible(page);
    await widget.typePassword(user.password);
    await widget.expectHeading('Enter the code from your app');
    await widget.typeCode(codeNow(user.secret));
    if (organisation === mandatory.organisation) await declinePasskey(widget);
    await page.waitForURL(`**/${path}/home`);
    await expectAccessible(page);
  });
}

test('with reduced motion, the line of a busy button does not move', { tag: '@drill' }, async ({ page }) => {
  await page.goto('/clinic');
  const widget = new Widget(page);
  // The answer never comes, so the button stays busy.
  await page.route('**/mfa/v1/flows**', () => undefined);
  await widget.typeUsername('anna');
  const line = widget.root.locator('[part=progress]');
  await expect(line).toBeVisible();
  const running = () => line.evaluate((node) => node.getAnimations({ subtree: true }).length);
  await expect.poll(running).toBe(0);
  await page.emulateMedia({ reducedMotion: 'no-preference' });
  await expect.poll(running).toBe(1);
});
