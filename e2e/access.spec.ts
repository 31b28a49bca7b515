import { faultsOf } from './support/axe.ts';
import { codeNow } from './support/codes.ts';
import { stopUpdates } from './support/mailbox.ts';
import { expect, test } from './support/test.ts';
import { Widget } from './support/widget.ts';

// Half-way through a step's entrance its colours are not yet what people read.
test.use({ contextOptions: { reducedMotion: 'reduce' } });

for (const path of ['/', '/clinic', '/schools', '/municipality', '/phone', '/outbox', '/account', '/nothing-here']) {
  test(`axe finds nothing on ${path}, in light and dark`, async ({ page }) => {
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
  test(`axe finds nothing in a whole login at ${organisation}, nor behind it`, async ({ page, addUser }) => {
    const user = await addUser({ organisation });
    const widget = new Widget(page);
    const look = async () => expect(await faultsOf(page)).toEqual([]);
    await page.goto(`/${path}`);
    await widget.typeUsername(user.username);
    await widget.typePassword('certainly not the password');
    await expect(widget.error).not.toBeEmpty();
    await look();
    await widget.typePassword(user.password);
    await widget.expectHeading('Type the code from your app');
    await look();
    await widget.button('Use a recovery code').click();
    await widget.expectHeading('Type a recovery code');
    await look();
    await widget.button('Use a code from your app').click();
    await widget.typeCode(codeNow(user.secret));
    await page.waitForURL(`**/${path}/home`);
    await look();
  });
}

for (const path of ['/', '/clinic', '/schools', '/municipality', '/phone', '/outbox', '/account']) {
  test(`nothing of ${path} is cut off or scrolls sideways at 320 pixels, in English and Dutch`, async ({ page }) => {
    await stopUpdates(page);
    await page.setViewportSize({ width: 320, height: 700 });
    for (const lang of ['en', 'nl']) {
      await page.goto(`${path}?lang=${lang}`);
      await page.waitForLoadState('networkidle');
      const cutOff = await page.evaluate(() => {
        const { scrollWidth } = document.documentElement;
        const beyond = [...document.body.querySelectorAll('*')].filter(
          (node) => node.getBoundingClientRect().right > innerWidth + 1,
        );
        return [scrollWidth, ...beyond.map((node) => node.outerHTML.slice(0, 80))];
      });
      expect(cutOff, lang).toEqual([320]);
    }
  });
}
