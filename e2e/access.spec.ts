import { faultsOf } from './support/axe.ts';
import { codeNow } from './support/codes.ts';
import { stopUpdates } from './support/mailbox.ts';
import { declinePasskey, mandatory } from './support/set-up.ts';
import { expect, test } from './support/test.ts';
import { Widget } from './support/widget.ts';

// The animation of a new step changes its colours, so axe could measure a wrong contrast.
test.use({ contextOptions: { reducedMotion: 'reduce' } });

for (const path of ['/', '/clinic', '/schools', '/municipality', '/phone', '/outbox', '/account', '/nothing-here']) {
  test(`axe finds no violation on ${path}, in the light and the dark theme`, async ({ page }) => {
    await stopUpdates(page);
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme });
      await page.goto(path);
      expect(await faultsOf(page)).toEqual([]);
    }
  });
}

for (const { path, organisation } of [
  { path: 'clinic', organisation: 'de-linde' },
  { path: 'schools', organisation: 'zilverdijk' },
  { path: 'municipality', organisation: 'wolvenrade' },
]) {
  test(`axe finds no violation during a login at ${organisation}, or on the page after it`, async ({
    page,
    addUser,
  }) => {
    const user = await addUser({ organisation });
    const widget = new Widget(page);
    const checkPage = async () => expect(await faultsOf(page)).toEqual([]);
    await page.goto(`/${path}`);
    await widget.typeUsername(user.username);
    await widget.typePassword('certainly not the password');
    await expect(widget.error).not.toBeEmpty();
    await checkPage();
    await widget.typePassword(user.password);
    await widget.expectHeading('Enter the code from your app');
    await checkPage();
    await widget.button('Use a recovery code').click();
    await widget.expectHeading('Enter a recovery code');
    await checkPage();
    await widget.button('Use a code from your app').click();
    await widget.typeCode(codeNow(user.secret));
    if (organisation === mandatory.organisation) {
      await widget.expectHeading('Log in faster next time');
      await checkPage();
      await declinePasskey(widget);
    }
    await page.waitForURL(`**/${path}/home`);
    await checkPage();
  });
}

for (const path of ['/', '/clinic', '/schools', '/municipality', '/phone', '/outbox', '/account']) {
  test(`${path} fits in 320 pixels without horizontal scrolling, in English and Dutch`, async ({ page }) => {
    await stopUpdates(page);
    await page.setViewportSize({ width: 320, height: 700 });
    for (const lang of ['en', 'nl']) {
      await page.goto(`${path}?lang=${lang}`);
      await page.waitForLoadState('networkidle');
      const cutOff = await page.evaluate(() => {
        const { scrollWidth } = document.documentElement;
        const overflowing = [...document.body.querySelectorAll('*')].filter(
          (node) => node.getBoundingClientRect().right > innerWidth + 1,
        );
        return [scrollWidth, ...overflowing.map((node) => node.outerHTML.slice(0, 80))];
      });
      expect(cutOff, lang).toEqual([320]);
    }
  });
}
