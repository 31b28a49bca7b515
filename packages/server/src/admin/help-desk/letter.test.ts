import assert from 'node:assert/strict';
import jsQR from 'jsqr';
import { usableLink } from '../../links/make-link.ts';
import { withDatabases } from '../../store/testing/databases.ts';
import { DESK, openDesk } from '../testing/desk.ts';

/*
 * Threats: a letter that runs the name of a user; two valid letters for one account; a page that a strict CSP breaks.
 */

const SCALE = 4;

/** Returns the text that a camera reads from the QR code of a letter. */
function scanned(html: string): string | undefined {
  const [, size = '', path = ''] = /viewBox="0 0 (\d+) \d+".*?<path d="([^"]*)"/.exec(html) ?? [];
  const width = Number(size) * SCALE;
  const pixels = new Uint8ClampedArray(width * width * 4).fill(255);
  for (const [, x, y, run] of path.matchAll(/M(\d+) (\d+)h(\d+)v1h-\d+z/g)) {
    for (let row = Number(y) * SCALE; row < (Number(y) + 1) * SCALE; row += 1) {
      for (let column = Number(x) * SCALE; column < (Number(x) + Number(run)) * SCALE; column += 1) {
        pixels.fill(0, (row * width + column) * 4, (row * width + column) * 4 + 3);
      }
    }
  }
  return jsQR.default(pixels, width, width)?.data;
}

withDatabases(
  'T1: a letter has a page for each user, with a link that works as text and as a QR code',
  async (fixture) => {
    const { admin } = await openDesk(fixture);
    const { database, clock } = fixture;
    const ids: string[] = [];
    for (const username of ['jo', 'kim']) {
      ids.push((await admin.addUser({ ...DESK, organisation: 'clinic', username, name: `${username} Visser` })).id);
    }
    const { html, users } = await admin.letter({
      ...DESK,
      organisation: 'clinic',
      accounts: ['jo', 'kim'],
      language: 'nl',
    });
    assert.deepEqual(
      users.map(({ id }) => id),
      ids,
    );
    const pages = html.match(/<article[\s\S]*?<\/article>/g) ?? [];
    assert.equal(pages.length, 2);
    assert.match(html, /<html lang="nl">/);
    for (const [index, page] of pages.entries()) {
      const url = scanned(page) ?? '';
      assert.ok(page.includes(`>${url}<`), 'the letter contains the text of the QR code');
      const [, token = ''] = /^https:\/\/portal\.example\/account#mfa-activate=([\w-]{43})$/.exec(url) ?? [];
      const found = await usableLink(database.read, { token, purpose: 'activate', now: clock() });
      assert.ok(found.found === 'usable');
      assert.equal(found.account?.id, ids[index]);
    }
    const older = scanned(pages[0] ?? '')?.split('=')[1] ?? '';
    await admin.letter({ ...DESK, organisation: 'clinic', accounts: ['jo'] });
    assert.equal(
      (await usableLink(database.read, { token: older, purpose: 'activate', now: clock() })).found,
      'expired',
    );
    const audit = await database.read.selectFrom('audit').selectAll().where('event', '=', 'admin-letter').execute();
    assert.deepEqual([audit.length, JSON.stringify(audit).includes(older)], [3, false]);
  },
);

withDatabases(
  'R78 R77: hostile names are shown as text on a letter, and nothing on it needs an inline style',
  async (fixture) => {
    const { admin } = await openDesk(fixture);
    const hostile = '<img src=x onerror=alert(1)>"\'&';
    await admin.addOrganisation({ ...DESK, organisation: { id: 'evil', name: hostile, help: { text: hostile } } });
    await admin.addUser({ ...DESK, organisation: 'evil', username: 'jo', name: hostile });
    const request = { ...DESK, organisation: 'evil', accounts: ['jo'] };
    const { html } = await admin.letter({ ...request, stylesheet: '/letter.css' });
    assert.doesNotMatch(html, /<img|<script|style=|<style|onerror=alert\(1\)>"/);
    assert.equal(html.split('&lt;img src=x onerror=alert(1)&gt;&quot;&#39;&amp;').length - 1, 6);
    assert.match(html, /<link rel="stylesheet" href="\/letter\.css">/);
    assert.match((await admin.letter(request)).html, /<style>\n@page/);
    const password = 'een lange zin voor later';
    const totpSecret = 'JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP';
    const account = (
      await admin.addUser({ ...DESK, organisation: 'evil', username: 'kim', name: hostile, password, totpSecret })
    ).id;
    for (const language of ['en', 'nl'] as const) {
      const about = {
        ...DESK,
        organisation: 'evil',
        account,
        by: 'letter',
        language,
        stylesheet: '/letter.css',
      } as const;
      const started = await admin.resetPassword(about);
      assert.ok(started.by === 'letter');
      assert.doesNotMatch(started.html, /<img|<script|style=|<style|onerror=alert\(1\)>"/);
      assert.equal(started.html.split('&lt;img src=x onerror=alert(1)&gt;').length - 1, 6);
    }
  },
);

withDatabases(
  'R31: a letter for a new password has a link that is valid for an hour, as text and as a QR code',
  async (fixture) => {
    const { admin } = await openDesk(fixture);
    const user = { organisation: 'clinic', username: 'jo', password: 'een lange zin voor later' };
    await admin.addUser({ ...DESK, ...user, totpSecret: 'JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP' });
    const started = await admin.resetPassword({ ...DESK, organisation: 'clinic', account: 'jo', by: 'letter' });
    assert.ok(started.by === 'letter');
    assert.equal(started.expiresAt, new Date(fixture.clock() + 3_600_000).toISOString());
    const url = scanned(started.html) ?? '';
    assert.ok(started.html.includes(`>${url}<`), 'the letter contains the text of the QR code');
    const [, token = ''] = /^https:\/\/portal\.example\/account#mfa-reset=([\w-]{43})$/.exec(url) ?? [];
    const find = async () => await usableLink(fixture.database.read, { token, purpose: 'reset', now: fixture.clock() });
    assert.equal((await find()).found, 'usable');
    fixture.clock.advance(3_600_000);
    assert.equal((await find()).found, 'expired');
  },
);

withDatabases('letters are created for all of the named users, or for none', async (fixture) => {
  const { admin } = await openDesk(fixture);
  await admin.addUser({ ...DESK, organisation: 'clinic', username: 'jo' });
  await admin.addUser({ ...DESK, organisation: 'clinic', username: 'kim', password: 'een lange zin voor kim' });
  const letters = (accounts: string[]) => admin.letter({ ...DESK, organisation: 'clinic', accounts });
  await assert.rejects(letters(['jo', 'kim']), { code: 'not-possible' });
  await assert.rejects(letters(['jo', 'nobody']), { code: 'unknown-account' });
  await assert.rejects(letters([]), { code: 'bad-request' });
  assert.equal((await fixture.database.read.selectFrom('links').select('id').execute()).length, 0);
});
