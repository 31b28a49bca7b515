import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { encodeSecret } from './secret.ts';
import { OtpauthError, otpauthUri, parseOtpauthUri, withoutColon } from './uri.ts';

const secret = new TextEncoder().encode('12345678901234567890');
const base32 = 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ';
const fault = (code: OtpauthError['code']) => (error: unknown) => error instanceof OtpauthError && error.code === code;

test('R18 the otpauth URI states SHA1, 6 digits and 30 seconds, and its secret has no padding', () => {
  const uri = otpauthUri({ secret, issuer: 'De Wilg', account: 'anna@wilg.example' });
  assert.equal(
    uri,
    `otpauth://totp/De%20Wilg:anna%40wilg.example?secret=${base32}&issuer=De%20Wilg&algorithm=SHA1&digits=6&period=30`,
  );
});

test('R18 a colon in issuer or account is replaced, so the label has only one colon', () => {
  const uri = otpauthUri({ secret, issuer: 'School: Noord', account: 'a:b' });
  assert.deepEqual(parseOtpauthUri(uri), { secret, issuer: 'School - Noord', account: 'a - b' });
  assert.equal(uri.match(/:|%3A/gi)?.length, 2);
});

test('R18 an otpauth URI with any names is parsed back to the same values', () => {
  const name = fc.string({ unit: 'grapheme', minLength: 1 }).filter((text) => withoutColon(text) !== '');
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 20, maxLength: 20 }), name, name, (bytes, issuer, account) => {
      const uri = otpauthUri({ secret: bytes, issuer, account });
      assert.match(uri, /^[!-~]+$/);
      assert.doesNotMatch(new URL(uri).searchParams.get('secret') ?? '', /=/);
      const read = parseOtpauthUri(uri);
      assert.equal(encodeSecret(read.secret), encodeSecret(bytes));
      assert.equal(read.issuer, withoutColon(issuer));
      assert.equal(read.account, withoutColon(account));
    }),
  );
});

test('URIs of other systems are parsed, with an encoded colon, without an issuer and without parameters', () => {
  const read = (uri: string) => parseOtpauthUri(uri);
  assert.deepEqual(read(`otpauth://totp/Acme%3A%20bob?secret=${base32.toLowerCase()}`), {
    secret,
    issuer: 'Acme',
    account: 'bob',
  });
  assert.equal(read(`otpauth://totp/bob?secret=${base32}`).issuer, '');
  assert.equal(
    read(`otpauth://totp/bob?secret=${base32}&issuer=Acme&digits=6&period=30&algorithm=sha1`).issuer,
    'Acme',
  );
});

test('an invalid or unsupported URI is refused with the code of its fault', () => {
  const cases: [string, OtpauthError['code']][] = [
    ['https://example.org', 'not-otpauth'],
    ['otpauth', 'not-otpauth'],
    [`otpauth://hotp/bob?secret=${base32}&counter=0`, 'not-totp'],
    ['otpauth://totp/bob', 'no-secret'],
    [`otpauth://totp/?secret=${base32}`, 'no-account'],
    [`otpauth://totp/%E0%A4%A?secret=${base32}`, 'not-otpauth'],
    [`otpauth://totp/bob?secret=${base32}&secret=${base32}`, 'repeated'],
    [`otpauth://totp/bob?secret=${base32}&algorithm=SHA256`, 'unsupported'],
    [`otpauth://totp/bob?secret=${base32}&digits=8`, 'unsupported'],
    [`otpauth://totp/bob?secret=${base32}&period=60`, 'unsupported'],
  ];
  for (const [uri, code] of cases) assert.throws(() => parseOtpauthUri(uri), fault(code), uri);
});
