import assert from 'node:assert/strict';
import { test } from 'node:test';
import { tasteOf } from './language.ts';

const taste = (query: string, cookie?: string, accept?: string) => tasteOf(new URLSearchParams(query), cookie, accept);

test('the address wins over the cookie, the cookie over the browser', () => {
  assert.deepEqual(taste('lang=nl&theme=dark', 'en.light', 'en'), { lang: 'nl', theme: 'dark' });
  assert.deepEqual(taste('', 'nl.dark', 'en'), { lang: 'nl', theme: 'dark' });
  assert.deepEqual(taste('', undefined, 'fr-FR, nl-BE;q=0.8, en;q=0.5'), { lang: 'nl', theme: 'auto' });
});

test('what is no language or look of ours is passed over', () => {
  assert.deepEqual(taste('lang=xx&theme=pink', '"><script>.x', 'de'), { lang: 'en', theme: 'auto' });
});
