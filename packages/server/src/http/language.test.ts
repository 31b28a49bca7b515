import assert from 'node:assert/strict';
import { test } from 'node:test';
import { languageOf } from './caller.ts';

test('the preferred supported language is chosen, and English if none is supported', () => {
  assert.equal(languageOf(undefined), 'en');
  assert.equal(languageOf('nl-NL,nl;q=0.9,en;q=0.8'), 'nl');
  assert.equal(languageOf('de, en;q=0.5, nl;q=0.7'), 'nl');
  assert.equal(languageOf('en-GB, nl'), 'en');
  assert.equal(languageOf('nl;q=0'), 'en');
  for (const invalid of ['', ',', 'nl;q=x', '*', 'nlx', 'n'.repeat(9000)]) assert.equal(languageOf(invalid), 'en');
});
