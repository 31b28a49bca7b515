/*
 * Threat: the name of an organisation, a user or a browser injects markup, a header or a false address into an email that
 * users trust.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type OrganisationInput, parseOrganisation } from '../organisations/schema.ts';
import { type MailSource, mailAddress, renderMail, UnknownTemplateError } from './render.ts';
import { type TemplateName, templates } from './templates/index.ts';

const names = Object.keys(templates) as TemplateName[];
const withLink = new Set<string>(['activation', 'reset', 'unlock', 'registration', 'push-link']);
const LINK = 'https://portal.example/account#mfa-reset=abc123';

const FACTS = {
  host: 'portal.example',
  ...{ organisation: 'Clinic by the Lake', username: 'anna', at: '', until: '', device: '', left: 2 },
  method: undefined,
  to: '+31 • •• •• •• 78',
  settings: 'https://portal.example/settings',
};

function source(template: string, given: Partial<MailSource> = {}, organisation: Partial<OrganisationInput> = {}) {
  const help = { text: { en: 'Call extension 140.', nl: 'Bel toestel 140.' }, url: 'https://help.example/mfa' };
  return {
    row: { template, created_at: Date.UTC(2026, 5, 30, 12, 5) },
    data: { expiresAt: '2026-06-30T13:05:00.000Z', left: 2, device: 'Firefox on Linux' },
    organisation: parseOrganisation({ id: 'clinic', name: 'Clinic by the Lake', help, ...organisation }),
    account: { username: 'anna', name: 'Anna Visser' },
    to: 'anna@clinic.example',
    link: withLink.has(template) ? LINK : undefined,
    baseUrl: 'https://portal.example',
    ...given,
  };
}

for (const name of names) {
  for (const language of ['en', 'nl'] as const) {
    test(`R82: the email "${name}" in ${language} says what happened, where, and what to do if it was not the user`, () => {
      const mail = renderMail(source(name, {}, { language }));
      assert.match(mail.subject, /Clinic by the Lake/);
      assert.match(mail.text, language === 'en' ? /Call extension 140\./ : /Bel toestel 140\./);
      assert.match(mail.text, /help\.example/);
      const { notMe } = templates[name][language](FACTS);
      assert.match(notMe[0] ?? '', language === 'en' ? /^(?:If you d(?:id|o) not |Was this not you\?)/ : /\?/);
      for (const words of notMe) assert.ok(mail.text.includes(words), words);
      assert.doesNotMatch(mail.text, /undefined|\$\{|NaN|Invalid/);
      assert.doesNotMatch(mail.html, /undefined|\$\{|NaN|Invalid/);
      assert.ok(mail.html.includes(`<html lang="${language}">`));
      if (withLink.has(name)) assert.equal(mail.links[0], LINK);
      for (const link of mail.links) assert.ok(mail.text.includes(link) && mail.html.includes(`href="${link}"`), link);
    });
  }
}

test('R78: hostile names are shown as plain text in the subject, text and HTML', () => {
  const hostile = `<img src=x onerror=alert(1)>"&'\r\nBcc: all@clinic.example\u202E\u200B`;
  for (const name of names) {
    const account = { username: hostile, name: hostile };
    const data = { expiresAt: '2026-06-30T13:05:00.000Z', device: hostile };
    const mail = renderMail(source(name, { account, data }, { name: hostile, help: { text: hostile } }));
    assert.doesNotMatch(mail.html, /<img/);
    assert.doesNotMatch(mail.html, /="[^"]*<img/);
    assert.doesNotMatch(mail.subject, /[\r\n\u202E\u200B]/);
    assert.doesNotMatch(mail.html + mail.text, /[\u202E\u200B\r]/);
    assert.ok(mail.html.includes('&lt;img src=x onerror=alert(1)&gt;&quot;&amp;&#39;'), name);
  }
});

test('a name has at most 200 characters in an email', () => {
  const mail = renderMail(source('reset', { account: { username: 'a', name: '😀'.repeat(500) } }));
  assert.ok(mail.text.includes(`${'😀'.repeat(199)}…,`));
  assert.ok(!mail.text.includes('😀'.repeat(200)));
});

test("an email is in the language of the request, by default in the organisation's", () => {
  assert.equal(renderMail(source('reset', {}, { language: 'nl' })).language, 'nl');
  const data = { expiresAt: '2026-06-30T13:05:00.000Z', language: 'en' } as const;
  assert.equal(renderMail(source('reset', { data }, { language: 'nl' })).language, 'en');
});

test("times are shown in the organisation's time zone", () => {
  const policy = { setUp: { timeZone: 'Pacific/Auckland' } };
  assert.match(renderMail(source('reset', {}, { policy })).text, /Wednesday 1 July at 01:05/);
  assert.match(renderMail(source('unlocked')).text, /Tuesday 30 June at 12:05 UTC/);
});

test("R33: the settings page is the configured one, or the organisation's own", () => {
  assert.match(renderMail(source('factor-added')).text, /https:\/\/portal\.example\/settings/);
  const pages = { settings: 'https://clinic.example/me' };
  assert.match(renderMail(source('factor-added', {}, { pages })).text, /https:\/\/clinic\.example\/me/);
});

test('R33: an email goes to the stored address, or to the username where usernames are addresses', () => {
  assert.equal(mailAddress({ username: 'anna', email: 'a@x.example' }, { username: 'username' }), 'a@x.example');
  assert.equal(mailAddress({ username: 'a@y.example', email: 'a@x.example' }, { username: 'email' }), 'a@x.example');
  assert.equal(mailAddress({ username: 'a@y.example', email: null }, { username: 'email' }), 'a@y.example');
  assert.equal(mailAddress({ username: 'a@y.example', email: null }, { username: 'username' }), undefined);
});

test('R35: the notice about a used recovery code warns when two are left, and says when it was the last one', () => {
  const said = (left: number): string => renderMail(source('recovery-code-used', { data: { left } })).text;
  assert.doesNotMatch(said(3), /Create new codes/);
  assert.match(said(2), /You have 2 left\. Create new codes soon/);
  assert.match(said(0), /That was the last one/);
});

test('R59: a sent email is shown without its link', () => {
  const mail = renderMail(source('reset', { link: undefined }));
  assert.doesNotMatch(mail.text + mail.html, /#mfa-/);
  assert.match(mail.text, /The link or code is not kept/);
});

test('R59 a code is shown in an email until it is sent, and a link as a QR code of plain HTML', () => {
  const code = { code: '482913', host: 'portal.example' };
  const mail = renderMail(source('push-code', { code }));
  assert.ok(mail.text.includes('482913') && mail.html.includes('482913'));
  const sent = renderMail(source('push-code'));
  assert.ok(!sent.text.includes('482913'));
  const linked = renderMail(source('push-link', { link: LINK }));
  const cells = linked.html.match(/bgcolor="#000000"/g) ?? [];
  assert.ok(
    cells.length > 100 && linked.html.length < 100_000,
    `${cells.length} cells, ${linked.html.length} characters`,
  );
  assert.doesNotMatch(linked.html, /<img|<svg|src=/);
});

test('an unknown template has its own error', () => {
  assert.throws(() => renderMail(source('of-a-newer-program')), UnknownTemplateError);
  assert.throws(() => renderMail(source('__proto__')), UnknownTemplateError);
});
