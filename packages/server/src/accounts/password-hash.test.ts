// Threat: an import contains a hash that can't be checked, or one that takes minutes or gigabytes at every login.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { PasswordHashError, parsePasswordHash } from './password-hash.ts';

const fault = (code: PasswordHashError['code']) => (error: unknown) =>
  error instanceof PasswordHashError && error.code === code;
const SALT = 'AAECAwQFBgcICQoLDA0ODw';
const HASH = 'ar6T4tIgufpGK+srltANZCZUACmo2+4fROf05s33isg';
const BCRYPT = 'abcdefghijklmnopqrstuuCbi60gCydkWqy290.t2aE6sD/2a2fBO';

test('an unknown form is refused, and the error does not repeat the hash', () => {
  for (const text of [
    '',
    'hunter2',
    '5f4dcc3b5aa765d61d8327deb882cf99',
    '$1$salt$hash',
    '$6$salt$hash',
    '{SSHA}abc',
    'plain:secret',
    `$2x$10$${BCRYPT}`,
  ]) {
    assert.throws(() => parsePasswordHash(text), fault('unknown-form'), text);
    assert.throws(
      () => parsePasswordHash(text),
      (error: Error) => text === '' || !error.message.includes(text),
    );
  }
});

test('a known form that is malformed is refused', () => {
  const malformed = [
    '$argon2id$',
    `$argon2id$v=19$m=19456,t=2,p=1$${SALT}`,
    `$argon2id$v=18$m=19456,t=2,p=1$${SALT}$${HASH}`,
    `$argon2id$v=19$m=0,t=2,p=1$${SALT}$${HASH}`,
    `$argon2id$v=19$m=19456,t=0,p=1$${SALT}$${HASH}`,
    `$argon2id$v=19$m=19456,t=2,p=1$AAAA$${HASH}`,
    `$argon2id$v=19$m=19456,t=2,p=1$${SALT}$AAAA`,
    `$argon2id$v=19$m=19456,t=2,p=1,keyid=AAAA$${SALT}$${HASH}`,
    `$argon2id$v=19$m=19456,t=2,p=1$${SALT}$${HASH}\n`,
    '$2b$10$short',
    `$2b$1$${BCRYPT}`,
    `$scrypt$ln=0,r=8,p=1$${SALT}$${HASH}`,
    `$scrypt$ln=14,r=0,p=1$${SALT}$${HASH}`,
    `$scrypt$ln=14,r=8,p=1$${SALT}$AAAA`,
    `$pbkdf2-md5$1000$${SALT}$${HASH}`,
    `$pbkdf2-sha256$0$${SALT}$${HASH}`,
    `pbkdf2_sha256$1000$$${HASH}`,
    'pbkdf2_sha256$1000$salt$AAAA',
  ];
  for (const text of malformed) assert.throws(() => parsePasswordHash(text), fault('malformed'), text);
});

test('a hash that would block the server is refused', () => {
  const costly = [
    `$argon2id$v=19$m=1048576,t=1,p=1$${SALT}$${HASH}`,
    `$argon2id$v=19$m=19456,t=999999999,p=1$${SALT}$${HASH}`,
    `$argon2id$v=19$m=19456,t=2,p=255$${SALT}$${HASH}`,
    `$2b$16$${BCRYPT}`,
    `$2b$31$${BCRYPT}`,
    `$scrypt$ln=22,r=8,p=1$${SALT}$${HASH}`,
    `$scrypt$ln=14,r=8,p=999$${SALT}$${HASH}`,
    `$scrypt$ln=99,r=8,p=1$${SALT}$${HASH}`,
    `$pbkdf2-sha256$999999999$${SALT}$${HASH}`,
    `pbkdf2_sha256$1000$salt$${'A'.repeat(400)}`,
  ];
  for (const text of costly) assert.throws(() => parsePasswordHash(text), fault('too-costly'), text);
});

test('hashes with common parameters are accepted', () => {
  const usual = [
    `$argon2id$v=19$m=65536,t=3,p=4$${SALT}$${HASH}`,
    `$argon2i$v=19$m=102400,t=2,p=8$${SALT}$${HASH}`,
    `$argon2i$m=65536,t=4,p=1$${SALT}$${HASH}`,
    `$2y$14$${BCRYPT}`,
    `$scrypt$ln=17,r=8,p=1$${SALT}$${HASH}`,
    `$pbkdf2-sha512$210000$${SALT}$${HASH}`,
    `pbkdf2_sha256$1500000$seasalt$${HASH}=`,
  ];
  for (const text of usual) assert.ok(parsePasswordHash(text).kind);
});
