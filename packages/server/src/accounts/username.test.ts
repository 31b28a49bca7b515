// Threat: two names that look the same are two accounts, so that one can impersonate the other; or each spelling of a
// name has its own counter, so that guesses are not limited.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { emailKey, UsernameError, usernameKey } from './username.ts';

const fault = (code: UsernameError['code']) => (error: unknown) =>
  error instanceof UsernameError && error.code === code;

test('R47: all spellings of a username have one key', () => {
  const families = [
    ['j.de.vries', 'J.de.Vries', ' j.de.vries ', 'J.DE.VRIES\n', '\u00a0j.de.vries\u3000', '\tj.de.vries'],
    ['anna de wit', 'Anna  de Wit', 'ANNA\u00a0DE\u2003WIT', ' anna de wit '],
    ['ren\u00e9', 'rene\u0301', 'REN\u00c9', 'RENE\u0301'],
    ['straße', 'STRASSE', 'strasse', 'STRAẞE'],
    ['σίσυφος', 'ΣΊΣΥΦΟΣ', 'σίσυφοσ'],
    ['ﬁets', 'fiets', 'FIETS'],
    ['\u212b', '\u00e5', 'A\u030a'],
    ['\u03b1\u0301\u0345', '\u03b1\u0345\u0301', '\u1fb4'],
    ['ıİ'.normalize('NFD'), 'ıİ', 'Iİ'],
  ];
  for (const [first = '', ...spellings] of families) {
    for (const text of spellings) assert.equal(usernameKey(text), usernameKey(first), JSON.stringify(text));
  }
});

test('R47: different names have different keys', () => {
  const names = ['anna', 'ana', 'anná', 'a.nna', 'an na', 'anna1', 'аnna', 'ａnna'];
  assert.equal(new Set(names.map(usernameKey)).size, names.length);
});

test('R47: the key of a key is the same key, and case and normal form never change it', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', minLength: 1, maxLength: 40 }), (text) => {
      const key = keyOrNull(text);
      fc.pre(key !== null);
      const spellings = [key, text.toUpperCase(), text.toLowerCase(), text.normalize('NFD'), ` ${text} `];
      for (const spelling of spellings) assert.equal(keyOrNull(spelling), key);
    }),
    { numRuns: 2000 },
  );
});

test('R47: each letter of Unicode has the same key as its capitals', () => {
  for (let point = 0x21; point <= 0x1ffff; point += 1) {
    const text = String.fromCodePoint(point);
    const key = keyOrNull(text);
    if (key === null) continue;
    for (const spelling of [key, text.toUpperCase(), text.toLowerCase(), text.normalize('NFD')]) {
      assert.equal(keyOrNull(spelling), key, point.toString(16));
    }
  }
});

test('R58: control, bidi and zero-width characters are refused', () => {
  const invisible = [
    '\u0000',
    '\u0007',
    '\u001b',
    '\u007f',
    '\u0085',
    '\u00ad',
    '\u034f',
    '\u061c',
    '\u115f',
    '\u180e',
    '\u200b',
  ];
  const marks = [
    '\u200d',
    '\u200e',
    '\u200f',
    '\u2028',
    '\u202a',
    '\u202e',
    '\u2060',
    '\u2066',
    '\u2069',
    '\u3164',
    '\ufe0f',
    '\ufeff',
  ];
  for (const character of [...invisible, ...marks, '\ufffa', '\ud800', '\udc00', '\ue000', '\u{e0061}', '\u{f0000}']) {
    assert.throws(
      () => usernameKey(`an${character}na`),
      fault('invisible-character'),
      character.codePointAt(0)?.toString(16),
    );
  }
});

test('R58: look-alikes of @ are refused', () => {
  for (const at of ['\uff20', '\ufe6b'])
    assert.throws(() => usernameKey(`anna${at}example.org`), fault('look-alike-at'));
});

test('an empty or too long name is refused', () => {
  for (const text of ['', ' ', '\u00a0\u3000', '\n']) assert.throws(() => usernameKey(text), fault('empty'));
  assert.throws(() => usernameKey('a'.repeat(257)), fault('too-long'));
  assert.equal(usernameKey('a'.repeat(256)).length, 256);
});

test('R58: all spellings of an address have one key', () => {
  const key = 'anna@münchen.example'.replace('münchen', 'xn--mnchen-3ya');
  for (const text of [
    'anna@münchen.example',
    'Anna@MÜNCHEN.example',
    ' anna@mu\u0308nchen.EXAMPLE',
    'ANNA@xn--mnchen-3ya.example',
  ]) {
    assert.equal(emailKey(text), key);
  }
  assert.equal(emailKey('anna+mfa@example.org'), 'anna+mfa@example.org');
});

test('R58: an invalid email address is refused', () => {
  const wrong = [
    'anna',
    '@',
    'anna@',
    '@example.org',
    'a@b@c',
    'a b@example.org',
    'anna@exa mple.org',
    'anna@a/b',
    'anna@a:80',
  ];
  for (const text of [...wrong, 'anna@-', 'anna@.org', 'anna@a..b', 'anna@[::1]', 'anna@a_b', 'anna@a%20b']) {
    assert.throws(() => emailKey(text), fault('not-an-address'), text);
  }
});

function keyOrNull(text: string): string | null {
  try {
    return usernameKey(text);
  } catch {
    return null;
  }
}
