// Threat: an attacker who has the database but not the key reads secrets from a dump, or moves one user's secret into
// the row of another user to log in as that user.
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { test } from 'node:test';
import fc from 'fast-check';
import { KeyringError, parseKeyring, SealError } from './keyring.ts';

const key = (fill: number) => Buffer.alloc(32, fill).toString('base64');
const row = ['totp', 'org', 'account', 'factor'];
const sealFault = (code: SealError['code']) => (error: unknown) => error instanceof SealError && error.code === code;
const keyringFault = (code: KeyringError['code']) => (error: unknown) =>
  error instanceof KeyringError && error.code === code;

test('R60: a sealed secret opens for its own row, and contains the key id and the nonce', () => {
  const keyring = parseKeyring(`k1:${key(1)}`);
  const sealed = keyring.seal(Buffer.from('twenty bytes of key!'), row);
  assert.match(sealed, /^v1\.k1\.[\w-]{16}\.[\w-]+$/);
  assert.equal(Buffer.from(keyring.open(sealed, row)).toString(), 'twenty bytes of key!');
  assert.doesNotMatch(sealed, /twenty|dHdlbnR5/);
});

test('R60: a secret that was moved to another organisation, account or authenticator does not open', () => {
  const keyring = parseKeyring(`k1:${key(1)}`);
  const sealed = keyring.seal('secret', row);
  for (const index of row.keys()) {
    const moved = row.with(index, 'other');
    assert.throws(() => keyring.open(sealed, moved), sealFault('tampered'));
  }
  assert.throws(() => keyring.open(sealed, ['totp', 'orga', 'ccount', 'factor']), sealFault('tampered'));
  assert.throws(() => keyring.open(sealed, row.slice(0, 3)), sealFault('tampered'));
});

test('R60: two different bindings never have the same associated data', () => {
  const keyring = parseKeyring(`k1:${key(1)}`);
  const binding = fc.array(fc.string(), { maxLength: 4 });
  fc.assert(
    fc.property(binding, binding, (one, other) => {
      fc.pre(JSON.stringify(one) !== JSON.stringify(other));
      assert.throws(() => keyring.open(keyring.seal('x', one), other), sealFault('tampered'));
    }),
  );
});

test('R60: after a rotation the new key seals, the old key still opens, and old rows need rotation', () => {
  const before = parseKeyring(`k1:${key(1)}`);
  const after = parseKeyring(`k2:${key(2)}, k1:${key(1)}`);
  const old = before.seal('secret', row);
  assert.equal(after.writeKeyId, 'k2');
  assert.equal(after.needsRotation(old), true);
  const renewed = after.seal(after.open(old, row), row);
  assert.equal(after.needsRotation(renewed), false);
  assert.equal(Buffer.from(after.open(renewed, row)).toString(), 'secret');
  assert.throws(() => before.open(renewed, row), sealFault('unknown-key'));
});

test('R60: a sealed text with any changed character is refused', () => {
  const keyring = parseKeyring(`k1:${key(1)},k2:${key(2)}`);
  const sealed = keyring.seal(randomBytes(20), row);
  const position = fc.integer({ min: 0, max: sealed.length - 1 });
  fc.assert(
    fc.property(position, fc.constantFrom(...'Aa0_-.~'), (index, symbol) => {
      // The last character of base64 can contain unused bits, so different ones may decode to the same bytes.
      fc.pre(sealed[index] !== symbol && index !== sealed.length - 1);
      const changed = sealed.slice(0, index) + symbol + sealed.slice(index + 1);
      assert.throws(() => keyring.open(changed, row), SealError);
    }),
  );
});

test('sealing the same secret twice gives different texts', () => {
  const keyring = parseKeyring(`k1:${key(1)}`);
  assert.notEqual(keyring.seal('secret', row), keyring.seal('secret', row));
});

test('a key with the same id but other bytes opens nothing', () => {
  const sealed = parseKeyring(`k1:${key(1)}`).seal('secret', row);
  assert.throws(() => parseKeyring(`k1:${key(2)}`).open(sealed, row), sealFault('tampered'));
});

test('the error for a wrong setting names the key, says what was expected, and repeats no key', () => {
  const cases: [string, KeyringError['code'], RegExp][] = [
    ['', 'no-key', /id:base64/],
    [' , ', 'no-key', /id:base64/],
    [key(1), 'bad-form', /key 1 has no colon/],
    [`k1:${key(1)},${key(2)}`, 'bad-form', /key 2/],
    [`:${key(1)}`, 'bad-id', /key 1/],
    [`a b:${key(1)}`, 'bad-id', /letters, digits/],
    [`${'k'.repeat(33)}:${key(1)}`, 'bad-id', /1 to 32/],
    ['k1:', 'bad-key', /"k1".*32 bytes/],
    ['k1:not base64!', 'bad-key', /"k1"/],
    [`k1:${Buffer.alloc(31, 1).toString('base64')}`, 'bad-key', /32 bytes/],
    [`k1:${Buffer.alloc(33, 1).toString('base64')}`, 'bad-key', /32 bytes/],
    [`k1:${key(1)},k1:${key(2)}`, 'duplicate-id', /"k1" is duplicate/],
    [`k1:${key(1)},k2:${key(1)}`, 'duplicate-key', /"k1" and "k2"/],
  ];
  for (const [text, code, message] of cases) {
    assert.throws(() => parseKeyring(text), keyringFault(code), text);
    assert.throws(() => parseKeyring(text), message);
    assert.throws(
      () => parseKeyring(text),
      (error: Error) => !error.message.includes(key(1)) && !error.message.includes('not base64!'),
    );
  }
});

test('a text that is not sealed has another error than one that was changed', () => {
  const keyring = parseKeyring(`k1:${key(1)}`);
  for (const text of [
    '',
    'v1',
    'v2.k1.AAAAAAAAAAAAAAAA.AAAA',
    'v1.k1.AAAA.AAAAAAAAAAAAAAAAAAAAAAAA',
    'v1.k1.!.!',
    'secret',
  ]) {
    assert.throws(() => keyring.open(text, row), sealFault('bad-form'), text);
    assert.throws(() => keyring.needsRotation(text), sealFault('bad-form'), text);
  }
});
