import assert from 'node:assert/strict';
import { test } from 'node:test';
import { renderLogin, renderLoginContent } from './render-login.ts';

const hostile = `"><script>alert(1)</script>'`;

// Threat: the name of an organisation, or a text that an administrator has set, contains a script.
test('R78 every option is escaped in the HTML of the login', () => {
  const text = { messages: { 'username.label': hostile, 'username.heading': hostile } };
  const addresses = { api: hostile, returnTo: hostile, stylesheet: hostile };
  for (const layout of ['stepped', 'classic'] as const) {
    const html = renderLogin({ lang: 'en', layout, organisation: hostile, ...text, ...addresses });
    assert.doesNotMatch(html, /<script/);
    assert.equal(html.split('&quot;&gt;&lt;script&gt;alert(1)&lt;/script&gt;&#39;').length - 1 >= 7, true);
  }
  assert.doesNotMatch(renderLogin({ lang: 'en', nonce: hostile }), /<script/);
});

// Threat: the page has no script yet, and Enter sends the password to the page's own address, where it gets into a log.
test('R72 the form of the HTML can’t be submitted before the element is defined', () => {
  const html = renderLogin({ lang: 'en', layout: 'classic', organisation: 'de-linde' });
  assert.match(html, /<button data-mfa="submit" type="submit" form="mfa-0" hidden="" disabled=""><\/button>/);
  assert.equal(html.match(/<button/g)?.length, html.match(/type="(?:submit|button)"/g)?.length);
});

test('the content is the same without the tag, and the slots of the page come after it', () => {
  const content = renderLoginContent({ lang: 'nl' });
  const html = renderLogin({ lang: 'nl' }, '<b slot="logo">De Linde</b>');
  assert.equal(html, `<mfa-login lang="nl">${content}<b slot="logo">De Linde</b></mfa-login>`);
  assert.match(content, /Kies je organisatie/);
});

test('a language without texts is an error that names it', () => {
  for (const lang of ['fr', '__proto__', undefined])
    assert.throws(() => renderLogin({ lang: lang as 'en' }), {
      name: 'TypeError',
      message: `lang must be one of en, nl, got "${lang}"`,
    });
});
