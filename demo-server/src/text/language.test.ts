import assert from 'node:assert/strict';
import { test } from 'node:test';
import { choosePreferences } from './language.ts';

const choose = (query: string, cookie?: string, accept?: string) =>
  choosePreferences(new URLSearchParams(query), cookie, accept);

test('the query overrides the cookie, and the cookie overrides the browser', () => {
  assert.deepEqual(choose('lang=nl&theme=dark', 'en.light', 'en'), { lang: 'nl', theme: 'dark' });
  assert.deepEqual(choose('', 'nl.dark', 'en'), { lang: 'nl', theme: 'dark' });
  assert.deepEqual(choose('', undefined, 'fr-FR, nl-BE;q=0.8, en;q=0.5'), { lang: 'nl', theme: 'auto' });
});

test('an unsupported language or theme is ignored', () => {
  assert.deepEqual(choose('lang=xx&theme=pink', '"><script>.x', 'de'), { lang: 'en', theme: 'auto' });
});
