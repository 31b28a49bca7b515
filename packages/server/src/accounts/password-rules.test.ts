import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type PasswordRules, passwordFault } from './password-rules.ts';

const rules: PasswordRules = {
  minLength: 8,
  username: 'anna.de.wit',
  organisation: { id: 'wilg', name: 'Praktijk De Wilg' },
};
const fault = (password: string, changes: Partial<PasswordRules> = {}) =>
  passwordFault(password, { ...rules, ...changes });

test('any phrase that is long enough is accepted, without composition rules', () => {
  for (const password of [
    'kalme zee onder mist',
    'vierkantebladeren',
    '        spaties  ',
    'пароль из слов',
    '🐟🐘🦉🐝🦔🐇🦆🐢',
  ]) {
    assert.equal(fault(password), null, password);
  }
});

test('lengths are counted in code points of the composed form, up to 256', () => {
  assert.equal(fault('\u0065\u0301'.repeat(7)), 'too-short');
  assert.equal(fault('🐟🐘🦉🐝🦔🐇🦆'), 'too-short');
  assert.equal(fault('kalmezee'), null);
  assert.equal(fault('kalmezee', { minLength: 15 }), 'too-short');
  const long = Array.from({ length: 64 }, (_, index) => `w${index}${index % 7}`.padEnd(4, 'x')).join('');
  assert.equal([...long].length, 256);
  assert.equal(fault(long), null);
  assert.equal(fault(`${long}y`), 'too-long');
});

test('the most common passwords are refused, also with common suffixes and repetitions', () => {
  const common = [
    'password',
    'Password1',
    'P@ssw0rd!',
    'welkom01',
    'Welkom2026!',
    'wachtwoord',
    'W@chtw00rd1'.replace('@', 'a'),
    'qwertyuiop',
  ];
  const walks = [
    '12345678',
    '87654321',
    '123456789012345',
    '1q2w3e4r5t',
    'zxcvbnm1',
    'aaaaaaaaaaaaaaa',
    'abcabcabcabcabc',
    'Zomer2026!!',
  ];
  for (const password of [...common, ...walks, 'passwordpassword', 'welkomwelkomwelkom', 'i love you 12']) {
    assert.equal(fault(password), 'common', password);
  }
});

test('a password on the maintained list is refused, and a random one that contains a short entry is not', () => {
  for (const leaked of ['ncc1701d', 'blink182', 'thunderbird', 'Mustang1967', 'slipknot666!', 'zaq12wsx']) {
    assert.equal(fault(leaked), 'common', leaked);
  }
  for (const random of ['x7!49-28', 'k=2026_71$', '9-q-4471!', 'ab 12345679!'])
    assert.equal(fault(random), null, random);
});

test('a password that contains the username or the organisation is refused in any spelling', () => {
  assert.equal(fault('xxANNA-de-wit77'), 'contains-username');
  assert.equal(fault('mijn praktijkdewilg'), 'contains-organisation');
  assert.equal(fault('wilgenkatjes in mei'), 'contains-organisation');
  assert.equal(fault('anna vindt mist mooi'), null);
  assert.equal(fault('pieterbas-en-zonen', { username: 'Pieterbas@example.org' }), 'contains-username');
});

test('a password may contain a name of three letters', () => {
  assert.equal(fault('kalme zee jan mist', { username: 'jan' }), null);
});
